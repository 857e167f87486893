/** Everything that Tesserae needs of Node, as one platform. */

import { availableParallelism } from 'node:os'
import type { Platform } from '../platform.js'
import { createNodeFiles } from './files.js'
import { createNodeMedia } from './media.js'
import { findPackageFolder } from './packages.js'
import { createNodeRuntime } from './runtime.js'

/** The calling thread keeps a core: it reads what the others decode. */
const decodingThreads = Math.max(1, availableParallelism() - 1)

export const createNodePlatform = (): Platform => ({
  files: createNodeFiles(),
  media: createNodeMedia({ workers: decodingThreads }),
  createRuntime: createNodeRuntime,
  packageFolder: findPackageFolder,
})
