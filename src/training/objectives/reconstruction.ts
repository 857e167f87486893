/**
 * What an image tokenizer in training makes of the clips that it is fed, and how far from them that
 * is: pixel by pixel in all frames, and by the features of another network in those that it sees.
 */

import { input } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import {
  abs,
  add,
  matmul,
  mean,
  mul,
  reshape,
  rsqrt,
  sub,
  sum,
  transpose,
} from '../../engine/operations/index.js'
import { type Bound, parameterInputs } from '../../network/parameters.js'
import { fromPixels, type ImageAutoencoder } from '../../tokenizers/image/autoencoder.js'
import type { Quantized } from '../../tokenizers/image/quantizers/quantizer.js'
import { averageBuffer } from '../step.js'

export interface ReconstructionWeights {
  readonly absolute: number
  readonly squared: number
  readonly perceptual: number
  readonly adversarial: number
}

export interface ReconstructOptions {
  /** Clips in one pass. */
  readonly batch: number
  /** Frames of each clip; as many as the tokenizer knows when left out. */
  readonly frames?: number
  /** Frames of each clip that the networks which judge see; all when left out. */
  readonly seenFrames?: number
  /** Whether averages of the parameters are kept; the finished tokenizer is made of them. */
  readonly hasAverage: boolean
  /** Whether the convolutions at the pixel end wait until the critic is heard. */
  readonly smoothsLate: boolean
}

export interface Reconstruction {
  readonly quantized: Quantized
  /** All frames, [batch · frames, 3, size, size]. */
  readonly originals: Value
  readonly drawn: Value
  /** Takes of such frames those that the networks which judge see. */
  readonly seen: (x: Value) => Value
}

/**
 * The graph from pixels to a reconstruction. Once the codes stand still they come from the averaged
 * encoder, the one that the finished tokenizer has.
 */
export const reconstruct = (
  autoencoder: ImageAutoencoder,
  values: Bound<ImageAutoencoder['parameters']>,
  options: ReconstructOptions,
  { hasFixedCodes }: { readonly hasFixedCodes: boolean },
): Reconstruction => {
  const { size, frames: framesAtMost } = autoencoder.options
  const { batch, frames = framesAtMost, seenFrames, hasAverage, smoothsLate } = options
  const { clips, channelsFirst } = clipInput(batch, size, frames)
  const seen = seenInput(batch, frames, seenFrames ?? frames)
  // A code book has no average beside its own.
  const averaged = () =>
    parameterInputs(autoencoder.parameters.encoder, averageBuffer('tokenizer.encoder')).values
  const encoding = hasFixedCodes && hasAverage ? { ...values, encoder: averaged() } : values
  const quantized = autoencoder.encode(encoding, clips)
  const drawn = autoencoder.decode(values, quantized.vectors, {
    frames,
    isSmoothed: hasFixedCodes || !smoothsLate,
  })
  return { quantized, originals: channelsFirst, drawn, seen }
}

/** Clips as they are fed, uint8 [batch, frames · size · size · 3], and as networks see them. */
export const clipInput = (batch: number, size: number, frames: number) => {
  const pixels = input('pixels', { dtype: 'uint8', shape: [batch, frames * size * size * 3] })
  const clips = fromPixels(pixels)
  const channelsFirst = transpose(reshape(clips, { shape: [batch * frames, size, size, 3] }), {
    axes: [0, 3, 1, 2],
  })
  return { clips, channelsFirst }
}

/**
 * Takes the frames that the networks which judge see: [batch · frames, 3, size, size] → [batch ·
 * seen, 3, size, size]. Fed where they are not all: `seen`, a row for each with 1 at its frame, else
 * 0. A product with it costs next to nothing, in its gradient as well.
 */
const seenInput = (batch: number, frames: number, seen: number): ((x: Value) => Value) => {
  if (seen === frames) return (x) => x
  const chosen = input('seen', { dtype: 'float32', shape: [batch, seen, frames] })
  return (x) => {
    const [, ...shape] = x.shape
    const byClip = reshape(x, { shape: [batch, frames, -1] })
    return reshape(matmul(chosen, byClip), { shape: [batch * seen, ...shape] })
  }
}

/**
 * How far a reconstruction is from the originals, with the parts of that distance that are reported.
 * `features` are those of the network whose features are compared, where there is one.
 */
export const distanceOf = (
  made: Reconstruction,
  weights: ReconstructionWeights,
  features?: (pictures: Value) => readonly Value[],
) => {
  const { distance, squared } = pixelDistance(made, weights)
  if (features === undefined) return { distance, metrics: { squared } }
  const look = (x: Value) => features(made.seen(x))
  const perceptual = perceptualDistance(look(made.drawn), look(made.originals))
  return {
    distance: add(distance, mul(perceptual, weights.perceptual)),
    metrics: { perceptual, squared },
  }
}

/** The distance pixel by pixel, in all frames, and the mean of the squared differences. */
const pixelDistance = ({ drawn, originals }: Reconstruction, weights: ReconstructionWeights) => {
  const difference = sub(drawn, originals)
  const absolute = mean(abs(difference))
  const squared = mean(mul(difference, difference))
  return { distance: add(mul(absolute, weights.absolute), mul(squared, weights.squared)), squared }
}

/** Each place of a feature map scaled to unit length, as in LPIPS (Zhang et al. 2018). */
const normalizeChannels = (map: Value): Value =>
  mul(map, rsqrt(add(sum(mul(map, map), { axes: [1], keepAxes: true }), 1e-6)))

/** The mean squared difference of normalised features, summed over the layers. */
const perceptualDistance = (a: readonly Value[], b: readonly Value[]): Value =>
  a
    .map((map, layer) => {
      const difference = sub(normalizeChannels(map), normalizeChannels(b[layer]!))
      return mean(sum(mul(difference, difference), { axes: [1] }))
    })
    .reduce((total, distance) => add(total, distance))
