/** Everything that Tesserae needs of Node, as one platform. */

import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { env } from 'onnxruntime-node'
import { withPackagedModels } from '../../storage/packaged-models.js'
import type { Platform } from '../platform.js'
import { createNodeFiles } from './files.js'
import { createNodeMedia } from './media.js'
import { findPackageFolder } from './packages.js'
import { createNodeRuntime } from './runtime.js'

/** The calling thread keeps a core: it reads what the others decode. */
const decodingThreads = Math.max(1, availableParallelism() - 1)
/** The package's folder: this file is dist/platform/node/platform.js in it. */
const ownFolder = fileURLToPath(new URL('../../../', import.meta.url)).replaceAll('\\', '/')
// npm installs no package without a version.
const { version } = JSON.parse(readFileSync(`${ownFolder}package.json`, 'utf8')) as {
  version: string
}

export const createNodePlatform = (): Platform => ({
  versions: {
    tesserae: version,
    onnxruntime: env.versions.node ?? env.versions.common,
    node: process.versions.node,
  },
  files: withPackagedModels(createNodeFiles(), ownFolder),
  media: createNodeMedia({ workers: decodingThreads }),
  createRuntime: createNodeRuntime,
  packageFolder: findPackageFolder,
})
