/** Everything that Tesserae needs of Node, as one platform. */

import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { env } from 'onnxruntime-node'
import type { Platform } from '../platform.js'
import { createNodeFiles } from './files.js'
import { createNodeMedia } from './media.js'
import { findPackageFolder } from './packages.js'
import { createNodeRuntime } from './runtime.js'

/** The calling thread keeps a core: it reads what the others decode. */
const decodingThreads = Math.max(1, availableParallelism() - 1)
/** The package's own description: this file is dist/platform/node/platform.js in it. */
const { version } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
) as { version: string }

export const createNodePlatform = (): Platform => ({
  versions: {
    tesserae: version,
    onnxruntime: env.versions.node ?? env.versions.common,
    node: process.versions.node,
  },
  files: createNodeFiles(),
  media: createNodeMedia({ workers: decodingThreads }),
  createRuntime: createNodeRuntime,
  packageFolder: findPackageFolder,
})
