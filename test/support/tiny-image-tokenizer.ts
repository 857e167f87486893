/** An image tokenizer as small as can be: pictures of 8 × 8 pixels as 2 × 2 codes. */

import type { Runtime } from '../../src/engine/runtime/runtime.js'
import { createRandom } from '../../src/engine/tensor/random.js'
import type { Tensor } from '../../src/engine/tensor/tensor.js'
import {
  autoencoderOf,
  type ImageTokenizerConfig,
  imageTokenizerSchema,
} from '../../src/tokenizers/image/config.js'
import { createImageTokenizer } from '../../src/tokenizers/image/image-tokenizer.js'
import { randomParameters } from './compute.js'

export const tinyTokenizerConfig = (
  options: Partial<ImageTokenizerConfig> = {},
): ImageTokenizerConfig =>
  imageTokenizerSchema.parse({
    size: 8,
    patch: 4,
    width: 16,
    heads: 2,
    depth: 1,
    smoothing: 4,
    quantizer: { kind: 'finite-scalar', levels: [5, 4, 3] },
    ...options,
  })

/** Clips of up to three frames: four codes for the first and one for each of the others. */
export const tinyClipConfig = (options: Partial<ImageTokenizerConfig> = {}): ImageTokenizerConfig =>
  tinyTokenizerConfig({ frames: 3, followingPatch: 8, ...options })

/** Random parameters, in which nothing is zero, for a configuration. */
export const tinyTokenizerTensors = (config: ImageTokenizerConfig): Record<string, Tensor> =>
  randomParameters(autoencoderOf(config).parameters)

export const tinyImageTokenizer = (
  runtime: Runtime,
  config: ImageTokenizerConfig = tinyTokenizerConfig(),
) => createImageTokenizer({ runtime, config, tensors: tinyTokenizerTensors(config) })

/** RGB bytes of pictures of 8 × 8 pixels, each noise around a colour of its own. */
export const tinyPixels = (pictures: number, seed = 1, size = 8): Uint8Array<ArrayBuffer> => {
  const pixels = new Uint8Array(pictures * size * size * 3)
  for (let picture = 0; picture < pictures; picture++) {
    const random = createRandom(seed, 'pixels', picture)
    const colour = [random.integer(200), random.integer(200), random.integer(200)]
    const start = picture * size * size * 3
    for (let place = 0; place < size * size * 3; place++) {
      pixels[start + place] = colour[place % 3]! + random.integer(56)
    }
  }
  return pixels
}
