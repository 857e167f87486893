/** Everything that Tesserae needs of Node, as one platform. */

import type { Platform } from '../platform.js'
import { createNodeFiles } from './files.js'
import { createNodeMedia } from './media.js'
import { findPackageFolder } from './packages.js'
import { createNodeRuntime } from './runtime.js'

export const createNodePlatform = (): Platform => ({
  files: createNodeFiles(),
  media: createNodeMedia(),
  createRuntime: createNodeRuntime,
  packageFolder: findPackageFolder,
})
