/**
 * The network of the image tokenizer: pixels of a picture or clip to one vector a patch, and back.
 * Patches pass through Transformer blocks on both sides, since products of matrices train about
 * twice as fast on a CPU as convolutions; a few convolutions at the pixel end smooth the borders
 * between patches. Of a clip each frame is seen with those before it and never with those after, so
 * its first frame has the codes of a picture. The frames that follow have blocks of their own, which
 * read the first frame's states and pass no gradient to them: a picture is learned as if there were no
 * clips.
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
  stopGradient,
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

interface RowsOfClips {
  /** Clips in one pass. */
  readonly batch: number
  /** Frames of each. */
  readonly frames: number
}

/** Blocks one after another, with a norm at their end. */
const stack = (options: HalfOptions, depth: number) => {
  const layers = Array.from({ length: depth }, () => block(options))
  const outputNorm = norm(options)
  const parameters = {
    layers: layers.map(({ parameters }) => parameters),
    norm: outputNorm.parameters,
  }
  type Values = Bound<typeof parameters>
  return {
    parameters,
    /** Rows of clips of so many frames, [batch · codes, width] → the same. */
    read: (values: Values, rows: Value, { batch, frames }: RowsOfClips): Value => {
      const context = {
        batch,
        angles: clipAngles(options, frames, options.width / options.heads),
        ...(frames > 1 && { mask: clipMask(options, frames) }),
      }
      return layers.reduce(
        (x, layer, index) => layer.apply(values.layers[index]!, x, context),
        rows,
      )
    },
    normalize: (values: Values, states: Value): Value => outputNorm.apply(values.norm, states),
  }
}

/**
 * The blocks of frames after the first: own rows behind the first frame's states, which they read and
 * do not teach.
 */
const followingStack = (options: HalfOptions, depth: number) => {
  const blocks = stack(options, depth)
  return {
    parameters: blocks.parameters,
    /** first [batch · first codes, width], rows [batch · other codes, width] → those of the rows. */
    apply: (
      values: Bound<typeof blocks.parameters>,
      first: Value,
      rows: Value,
      { batch, frames }: RowsOfClips,
    ): Value => {
      const joined = joinRows(stopGradient(first), rows, batch)
      const states = blocks.read(values, joined, { batch, frames })
      const [, following] = splitRows(states, batch, firstCodes(options))
      return blocks.normalize(values, following!)
    },
  }
}

/** The parameters of what draws or reads some frames: two ends with blocks between them. */
const parametersOf = <Input, Blocks extends object, Output>({
  input,
  blocks,
  output,
}: {
  readonly input: { readonly parameters: Input }
  readonly blocks: { readonly parameters: Blocks }
  readonly output: { readonly parameters: Output }
}) => ({ input: input.parameters, ...blocks.parameters, output: output.parameters })

const framePixels = ({ size }: ClipLayout): number => size * size * colours

/**
 * Clips from -1 to 1 to one vector a code: [batch, frames · size · size · 3] → [batch · codes,
 * channels], frame by frame.
 */
const encoder = (options: HalfOptions) => {
  const { patch, frames: framesAtMost, width, depth, encoderDepth = depth, channels } = options
  const still = {
    input: affine({ inputs: patch * patch * colours, outputs: width }),
    blocks: stack(options, encoderDepth),
    output: affine({ inputs: width, outputs: channels }),
  }
  const following = {
    input: followingInput(options),
    blocks: followingStack(options, encoderDepth),
    output: affine({ inputs: width, outputs: channels }),
  }
  return defineLayer('encoder', {
    parameters: {
      ...parametersOf(still),
      following: framesAtMost > 1 ? [parametersOf(following)] : [],
    },
    apply: (values, clips: Value) => {
      const [batch, pixels] = ofRank(clips.shape, 2)
      const frames = pixels / framePixels(options)
      const rows = reshape(clips, { shape: [batch * frames, framePixels(options)] })
      const [first, others] = splitRows(rows, batch, 1)
      const patches = still.input.apply(values.input, cutPatches(first, options))
      const states = still.blocks.read(values, patches, { batch, frames: 1 })
      const head = still.output.apply(values.output, still.blocks.normalize(values, states))
      const [own] = values.following
      if (others === undefined || own === undefined) return head
      const seen = following.input.apply(own.input, first, others)
      const tail = following.blocks.apply(own, states, seen, { batch, frames })
      return joinRows(head, following.output.apply(own.output, tail), batch)
    },
  })
}

/**
 * One vector a code to frames: [batch · codes, channels] → [batch · frames, 3, size, size], about -1
 * to 1.
 */
const decoder = (options: HalfOptions) => {
  const { size, patch, frames: framesAtMost, width, depth, channels, smoothing = 0 } = options
  const still = {
    input: affine({ inputs: channels, outputs: width }),
    blocks: stack(options, depth),
    output: affine({ inputs: width, outputs: patch * patch * colours }),
  }
  const following = {
    input: affine({ inputs: channels, outputs: width }),
    blocks: followingStack(options, depth),
    output: followingOutput(options),
  }
  return defineLayer('decoder', {
    parameters: {
      ...parametersOf(still),
      following: framesAtMost > 1 ? [parametersOf(following)] : [],
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
      const [first, others] = splitRows(vectors, batch, firstCodes(options))
      const told = still.input.apply(values.input, first)
      const states = still.blocks.read(values, told, { batch, frames: 1 })
      const pieces = still.output.apply(values.output, still.blocks.normalize(values, states))
      const picture = pastePatches(pieces, options)
      const drawFollowing = (rows: Value): Value => {
        const own = values.following[0]!
        const told = following.input.apply(own.input, rows)
        const tail = following.blocks.apply(own, states, told, { batch, frames })
        return following.output.apply(own.output, picture, tail)
      }
      const drawn = joinRows(
        reshape(picture, { shape: [batch, framePixels(options)] }),
        others && drawFollowing(others),
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
