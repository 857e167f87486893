/** Tesserae on Node. */

import { createTesserae } from './index.js'
import { createNodePlatform } from './platform/node/platform.js'

export * from './index.js'
export { createNodePlatform } from './platform/node/platform.js'
export { createNodeRuntime } from './platform/node/runtime.js'

const { pipeline } = createTesserae(createNodePlatform())

export { pipeline }
