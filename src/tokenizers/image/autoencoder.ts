/**
 * The network of the image tokenizer: pixels to one vector a patch, and back. Patches pass through
 * Transformer blocks on both sides, since products of matrices train about twice as fast on a CPU as
 * convolutions; a few convolutions at the pixel end smooth the borders between patches.
 */

import type { Value } from '../../engine/graph/value.js'
import { add, cast, clamp, conv, mul, relu, sub, transpose } from '../../engine/operations/index.js'
import { fanIn, zeros } from '../../network/initializers.js'
import { affine, block, norm, rotaryAngles } from '../../network/layers/index.js'
import { defineLayer } from '../../network/layers/layer.js'
import { type Bound, parameter } from '../../network/parameters.js'
import { colours, cutPatches, type PatchOptions, pastePatches } from './patches.js'
import type { Quantized, Quantizer } from './quantizers/quantizer.js'

export interface AutoencoderOptions extends PatchOptions {
  readonly width: number
  readonly heads: number
  /** Blocks of the encoder, and as many of the decoder. */
  readonly depth: number
  /** Channels of the convolutions at the pixel end; 0 leaves them out. */
  readonly smoothing?: number
}

/** The options of one half, which knows the quantizer only by its channels. */
interface HalfOptions extends AutoencoderOptions {
  readonly channels: number
}

const anglesOf = ({ size, patch, width, heads }: AutoencoderOptions) => {
  const grid = size / patch
  const positions = Array.from({ length: grid * grid }, (_, place) => [
    Math.floor(place / grid),
    place % grid,
  ])
  return rotaryAngles(positions, { headWidth: width / heads, base: 100 })
}

/** Pictures as numbers from -1 to 1: uint8 of any shape → float32. */
export const fromPixels = (pixels: Value): Value =>
  sub(mul(cast(pixels, { to: 'float32' }), 2 / 255), 1)

/** Pixels 0 to 255 of pictures from -1 to 1: [batch, 3, size, size] → uint8 [batch, size, size, 3]. */
export const toPixels = (pictures: Value): Value => {
  const scaled = add(mul(clamp(pictures, { minimum: -1, maximum: 1 }), 127.5), 128)
  return cast(transpose(scaled, { axes: [0, 2, 3, 1] }), { to: 'uint8' })
}

/** Pictures from -1 to 1 to one vector a patch: [batch, size · size · 3] → [batch · patches, channels]. */
const encoder = (options: HalfOptions) => {
  const { patch, width, depth, channels } = options
  const input = affine({ inputs: patch * patch * colours, outputs: width })
  const layers = Array.from({ length: depth }, () => block(options))
  const outputNorm = norm({ width })
  const output = affine({ inputs: width, outputs: channels })
  return defineLayer('encoder', {
    parameters: {
      input: input.parameters,
      layers: layers.map(({ parameters }) => parameters),
      norm: outputNorm.parameters,
      output: output.parameters,
    },
    apply: (values, pictures: Value) => {
      const batch = pictures.shape[0]!
      const angles = anglesOf(options)
      let x = input.apply(values.input, cutPatches(pictures, options))
      layers.forEach((layer, index) => {
        x = layer.apply(values.layers[index]!, x, { batch, angles })
      })
      return output.apply(values.output, outputNorm.apply(values.norm, x))
    },
  })
}

/** One vector a patch to pictures: [batch · patches, channels] → [batch, 3, size, size], about -1 to 1. */
const decoder = (options: HalfOptions) => {
  const { size, patch, width, depth, channels, smoothing = 0 } = options
  const input = affine({ inputs: channels, outputs: width })
  const layers = Array.from({ length: depth }, () => block(options))
  const outputNorm = norm({ width })
  const output = affine({ inputs: width, outputs: patch * patch * colours })
  return defineLayer('decoder', {
    parameters: {
      input: input.parameters,
      layers: layers.map(({ parameters }) => parameters),
      norm: outputNorm.parameters,
      output: output.parameters,
      smoothing:
        smoothing === 0
          ? []
          : [
              parameter([smoothing, colours, 3, 3], fanIn()),
              parameter([colours, smoothing, 3, 3], zeros),
            ],
    },
    apply: (values, vectors: Value, { isSmoothed }: { isSmoothed: boolean }) => {
      const batch = vectors.shape[0]! / (size / patch) ** 2
      const angles = anglesOf(options)
      let x = input.apply(values.input, vectors)
      layers.forEach((layer, index) => {
        x = layer.apply(values.layers[index]!, x, { batch, angles })
      })
      const picture = pastePatches(
        output.apply(values.output, outputNorm.apply(values.norm, x)),
        options,
      )
      const [first, second] = values.smoothing
      if (!isSmoothed || first === undefined || second === undefined) return picture
      const same = { padding: 1 }
      return add(picture, conv(relu(conv(picture, first, same)), second, same))
    },
  })
}

/** The whole network: encoder, quantizer and decoder. */
export const imageAutoencoder = (options: AutoencoderOptions, quantizer: Quantizer) => {
  const half = { ...options, channels: quantizer.channels }
  const encoding = encoder(half)
  const decoding = decoder(half)
  const parameters = {
    encoder: encoding.parameters,
    decoder: decoding.parameters,
    quantizer: quantizer.averages,
  }
  type Values = Bound<typeof parameters>
  return {
    options,
    quantizer,
    parameters,
    /** Pictures from -1 to 1, [batch, size · size · 3], to vectors and codes. */
    encode: (values: Values, pictures: Value): Quantized =>
      quantizer.quantize(values.quantizer, encoding.apply(values.encoder, pictures)),
    /**
     * Vectors [batch · patches, channels] to pictures [batch, 3, size, size]. The convolutions at
     * the end may be left out while the rest learns: they take a third of the time.
     */
    decode: (values: Values, vectors: Value, { isSmoothed = true } = {}): Value =>
      decoding.apply(values.decoder, vectors, { isSmoothed }),
    /** Codes int32 [batch · patches] to pictures [batch, 3, size, size]. */
    decodeCodes: (values: Values, codes: Value): Value =>
      decoding.apply(values.decoder, quantizer.lookUp(values.quantizer, codes), {
        isSmoothed: true,
      }),
  }
}

export type ImageAutoencoder = ReturnType<typeof imageAutoencoder>
