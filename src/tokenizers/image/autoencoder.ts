/**
 * The network of the image tokenizer: pixels of a picture or clip to one vector a patch, and back.
 * Patches pass through Transformer blocks on both sides, since products of matrices train about
 * twice as fast on a CPU as convolutions; a few convolutions at the pixel end smooth the borders
 * between patches. Of a clip each frame is seen with those before it and never with those after, so
 * its first frame has the codes of a picture.
 */

import type { Value } from '../../engine/graph/value.js'
import {
  add,
  cast,
  clamp,
  conv,
  mul,
  relu,
  reshape,
  sub,
  transpose,
} from '../../engine/operations/index.js'
import { ofRank } from '../../engine/tensor/shape.js'
import { fanIn, zeros } from '../../network/initializers.js'
import { affine, block, norm } from '../../network/layers/index.js'
import { defineLayer } from '../../network/layers/layer.js'
import { type Bound, parameter } from '../../network/parameters.js'
import { type ClipLayout, clipAngles, clipMask, codesOfClip, firstCodes } from './clip-layout.js'
import { joinRows, splitRows } from './clip-rows.js'
import { followingInput, followingOutput } from './following-frames.js'
import { colours, cutPatches, pastePatches } from './patches.js'
import type { Quantized, Quantizer } from './quantizers/quantizer.js'

export interface AutoencoderOptions extends ClipLayout {
  readonly width: number
  readonly heads: number
  /** Blocks of the decoder. */
  readonly depth: number
  /** Blocks of the encoder; as many as the decoder has when left out. */
  readonly encoderDepth?: number | undefined
  /** Channels of the convolutions at the pixel end; 0 leaves them out. */
  readonly smoothing?: number
}

/** The options of one half, which knows the quantizer only by its channels. */
interface HalfOptions extends AutoencoderOptions {
  readonly channels: number
}

/** Pictures as numbers from -1 to 1: uint8 of any shape → float32. */
export const fromPixels = (pixels: Value): Value =>
  sub(mul(cast(pixels, { to: 'float32' }), 2 / 255), 1)

/** Pixels 0 to 255 of pictures from -1 to 1: [batch, 3, size, size] → uint8 [batch, size, size, 3]. */
export const toPixels = (pictures: Value): Value => {
  const scaled = add(mul(clamp(pictures, { minimum: -1, maximum: 1 }), 127.5), 128)
  return cast(transpose(scaled, { axes: [0, 2, 3, 1] }), { to: 'uint8' })
}

/** What a Transformer of either half sees besides its rows. */
const contextOf = (options: HalfOptions, batch: number, frames: number) => ({
  batch,
  angles: clipAngles(options, frames, options.width / options.heads),
  ...(frames > 1 && { mask: clipMask(options, frames) }),
})

const framePixels = ({ size }: ClipLayout): number => size * size * colours

/**
 * Clips from -1 to 1 to one vector a code: [batch, frames · size · size · 3] → [batch · codes,
 * channels], frame by frame.
 */
const encoder = (options: HalfOptions) => {
  const { patch, frames: framesAtMost, width, depth, encoderDepth = depth, channels } = options
  const input = affine({ inputs: patch * patch * colours, outputs: width })
  const following = followingInput(options)
  const layers = Array.from({ length: encoderDepth }, () => block(options))
  const outputNorm = norm({ width })
  const output = affine({ inputs: width, outputs: channels })
  return defineLayer('encoder', {
    parameters: {
      input: input.parameters,
      following: framesAtMost > 1 ? [following.parameters] : [],
      layers: layers.map(({ parameters }) => parameters),
      norm: outputNorm.parameters,
      output: output.parameters,
    },
    apply: (values, clips: Value) => {
      const [batch, pixels] = ofRank(clips.shape, 2)
      const frames = pixels / framePixels(options)
      const rows = reshape(clips, { shape: [batch * frames, framePixels(options)] })
      const [first, others] = splitRows(rows, batch, 1)
      let x = joinRows(
        input.apply(values.input, cutPatches(first, options)),
        others && following.apply(values.following[0]!, first, others),
        batch,
      )
      const context = contextOf(options, batch, frames)
      layers.forEach((layer, index) => {
        x = layer.apply(values.layers[index]!, x, context)
      })
      return output.apply(values.output, outputNorm.apply(values.norm, x))
    },
  })
}

/**
 * One vector a code to frames: [batch · codes, channels] → [batch · frames, 3, size, size], about -1
 * to 1.
 */
const decoder = (options: HalfOptions) => {
  const { size, patch, frames: framesAtMost, width, depth, channels, smoothing = 0 } = options
  const input = affine({ inputs: channels, outputs: width })
  const following = {
    input: affine({ inputs: channels, outputs: width }),
    output: followingOutput(options),
  }
  const layers = Array.from({ length: depth }, () => block(options))
  const outputNorm = norm({ width })
  const output = affine({ inputs: width, outputs: patch * patch * colours })
  return defineLayer('decoder', {
    parameters: {
      input: input.parameters,
      layers: layers.map(({ parameters }) => parameters),
      norm: outputNorm.parameters,
      output: output.parameters,
      following:
        framesAtMost > 1
          ? [{ input: following.input.parameters, output: following.output.parameters }]
          : [],
      smoothing:
        smoothing === 0
          ? []
          : [
              parameter([smoothing, colours, 3, 3], fanIn()),
              parameter([colours, smoothing, 3, 3], zeros),
            ],
    },
    apply: (
      values,
      vectors: Value,
      { frames, isSmoothed }: { readonly frames: number; readonly isSmoothed: boolean },
    ) => {
      const batch = vectors.shape[0]! / codesOfClip(options, frames)
      const [own] = values.following
      const [first, others] = splitRows(vectors, batch, firstCodes(options))
      let x = joinRows(
        input.apply(values.input, first),
        others && following.input.apply(own!.input, others),
        batch,
      )
      const context = contextOf(options, batch, frames)
      layers.forEach((layer, index) => {
        x = layer.apply(values.layers[index]!, x, context)
      })
      const [head, tail] = splitRows(outputNorm.apply(values.norm, x), batch, firstCodes(options))
      const picture = pastePatches(output.apply(values.output, head), options)
      const drawn = joinRows(
        reshape(picture, { shape: [batch, framePixels(options)] }),
        tail && following.output.apply(own!.output, picture, tail),
        batch,
      )
      const pictures = reshape(drawn, { shape: [batch * frames, colours, size, size] })
      const [one, two] = values.smoothing
      if (!isSmoothed || one === undefined || two === undefined) return pictures
      const same = { padding: 1 }
      return add(pictures, conv(relu(conv(pictures, one, same)), two, same))
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
    /** Clips from -1 to 1, [batch, frames · size · size · 3], to vectors and codes. */
    encode: (values: Values, clips: Value): Quantized =>
      quantizer.quantize(values.quantizer, encoding.apply(values.encoder, clips)),
    /**
     * Vectors [batch · codes, channels] to frames [batch · frames, 3, size, size]. The convolutions
     * at the end may be left out while the rest learns: they take a third of the time.
     */
    decode: (values: Values, vectors: Value, { frames = 1, isSmoothed = true } = {}): Value =>
      decoding.apply(values.decoder, vectors, { frames, isSmoothed }),
    /** Codes int32 [batch · codes] to frames [batch · frames, 3, size, size]. */
    decodeCodes: (values: Values, codes: Value, { frames = 1 } = {}): Value =>
      decoding.apply(values.decoder, quantizer.lookUp(values.quantizer, codes), {
        frames,
        isSmoothed: true,
      }),
  }
}

export type ImageAutoencoder = ReturnType<typeof imageAutoencoder>
