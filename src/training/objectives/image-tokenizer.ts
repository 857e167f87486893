/**
 * The losses of an image tokenizer: reconstruction, a perceptual term from features that tell
 * exemplars apart, and late in a run an adversarial term (Esser et al. 2021) for which the codes
 * stand still, so that it can sharpen what the decoder draws but not spoil what the codes say. Of a
 * clip reconstruction counts all frames, and the networks that judge see a few.
 */

import { gradients } from '../../engine/autodiff/gradient.js'
import { constant, input } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import {
  abs,
  add,
  clamp,
  crossEntropy,
  div,
  matmul,
  mean,
  mul,
  neg,
  relu,
  reshape,
  rsqrt,
  sqrt,
  stopGradient,
  sub,
  sum,
  transpose,
} from '../../engine/operations/index.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import {
  discriminator,
  exemplarClassifier,
  pictureFeatures,
} from '../../network/models/picture-features.js'
import { parameterInputs } from '../../network/parameters.js'
import { fromPixels, type ImageAutoencoder } from '../../tokenizers/image/autoencoder.js'
import { averageBuffer, type LossValues } from '../step.js'

/** Filters of the network whose features the perceptual term compares. */
export const perceptualFilters = [24, 48, 96] as const

/** Filters of the discriminator. */
export const discriminatorFilters = [24, 48, 96] as const

/** How many pictures the features learn to tell apart. */
export const exemplars = 1024

export interface ReconstructionWeights {
  readonly absolute: number
  readonly squared: number
  readonly perceptual: number
  readonly adversarial: number
  /** How much the pixels of a clip's first frame count beside those of each other frame; 1 when left out. */
  readonly firstFrame?: number
}

/** The weights of frames in a mean over them: they add up to 1. */
const frameWeights = (frames: number, first: number): Value => {
  const rest = 1 / (first + frames - 1)
  const weights = Array.from({ length: frames }, (_, frame) => (frame === 0 ? first * rest : rest))
  return constant(tensorOf('float32', weights))
}

/** Clips as they are fed, uint8 [batch, frames · size · size · 3], and as networks see them. */
const clipInput = (batch: number, size: number, frames: number) => {
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

/** The weight at which the adversarial gradient is as large as the other one at the last matrix. */
const balance = (reconstruction: Value, adversarial: Value, last: Value): Value => {
  const norm = (loss: Value) => {
    const [gradient] = gradients(loss, [last])
    return sqrt(sum(mul(gradient!, gradient!)))
  }
  const ratio = div(norm(reconstruction), add(norm(adversarial), 1e-4))
  return stopGradient(clamp(ratio, { minimum: 0, maximum: 1e4 }))
}

interface ObjectiveOptions {
  /** Clips in one pass. */
  readonly batch: number
  /** Frames of each clip that the networks which judge see; all when left out. */
  readonly seenFrames?: number
  readonly weights: ReconstructionWeights
  /** Whether averages of the parameters are kept; the finished tokenizer is made of them. */
  readonly hasAverage: boolean
  /** Whether the convolutions at the pixel end wait until the critic is heard. */
  readonly smoothsLate: boolean
}

/** What trains an image tokenizer: the tokenizer itself and the networks that judge it. */
export const imageTokenizerObjective = (
  autoencoder: ImageAutoencoder,
  { batch, seenFrames, weights, hasAverage, smoothsLate }: ObjectiveOptions,
) => {
  const { size, frames } = autoencoder.options
  const judge = exemplarClassifier({ filters: perceptualFilters, classes: exemplars })
  const judgeFeatures = pictureFeatures({ filters: perceptualFilters })
  const critic = discriminator({ filters: discriminatorFilters })
  const judging = { judge: judge.parameters }
  const tree = {
    tokenizer: autoencoder.parameters,
    // Features that weigh nothing would cost a good part of a step.
    ...(weights.perceptual > 0 ? judging : {}),
    critic: critic.parameters,
  }

  /**
   * The graph from pixels to a reconstruction and its distance from the original, with the parts of
   * that distance that are reported. Once the codes stand still they come from the averaged
   * encoder, the one that the finished tokenizer has.
   */
  const reconstruct = ({ hasFixedCodes }: { hasFixedCodes: boolean }) => {
    const { values, inputs } = parameterInputs(tree)
    const { clips, channelsFirst } = clipInput(batch, size, frames)
    const seen = seenInput(batch, frames, seenFrames ?? frames)
    // A code book has no average beside its own.
    const averaged = () =>
      parameterInputs(tree.tokenizer.encoder, averageBuffer('tokenizer.encoder')).values
    const encoding =
      hasFixedCodes && hasAverage ? { ...values.tokenizer, encoder: averaged() } : values.tokenizer
    const quantized = autoencoder.encode(encoding, clips)
    const drawn = autoencoder.decode(values.tokenizer, quantized.vectors, {
      frames,
      isSmoothed: hasFixedCodes || !smoothsLate,
    })
    const difference = reshape(sub(drawn, channelsFirst), { shape: [batch, frames, -1] })
    const byFrame = (x: Value) => mean(x, { axes: [0, 2] })
    const share = frameWeights(frames, weights.firstFrame ?? 1)
    const absolute = sum(mul(byFrame(abs(difference)), share))
    const squares = byFrame(mul(difference, difference))
    const squared = mean(squares)
    const pixelwise = add(
      mul(absolute, weights.absolute),
      mul(sum(mul(squares, share)), weights.squared),
    )
    const common = { values, inputs, quantized, drawn, channelsFirst, seen }
    if (values.judge === undefined) return { ...common, distance: pixelwise, metrics: { squared } }
    const known = values.judge.features
    const features = (x: Value) => judgeFeatures.apply(known, seen(x))
    const perceptual = perceptualDistance(features(drawn), features(channelsFirst))
    const distance = add(pixelwise, mul(perceptual, weights.perceptual))
    return { ...common, distance, metrics: { perceptual, squared } }
  }

  const namesUnder = (inputs: ReadonlyMap<string, Value>, ...prefixes: string[]) =>
    new Map(
      Array.from(inputs).filter(([name]) => prefixes.some((prefix) => name.startsWith(prefix))),
    )

  return {
    tree,

    /** Encoder and decoder learn to reconstruct. */
    reconstruction(): { trained: ReadonlyMap<string, Value>; loss: LossValues } {
      const { inputs, quantized, distance, metrics } = reconstruct({ hasFixedCodes: false })
      const averages = Object.entries(quantized.updates ?? {}).map(
        ([name, value]) => [`tokenizer.quantizer.${name}`, value] as const,
      )
      return {
        trained: new Map(
          Array.from(namesUnder(inputs, 'tokenizer.encoder', 'tokenizer.decoder')).filter(
            ([name]) => !(smoothsLate && name.startsWith('tokenizer.decoder.smoothing')),
          ),
        ),
        loss: {
          loss: quantized.loss === undefined ? distance : add(distance, quantized.loss),
          metrics,
          averages: new Map(averages),
        },
      }
    },

    /** The decoder alone learns to please the critic as well. */
    refinement(): { trained: ReadonlyMap<string, Value>; loss: LossValues } {
      const { values, inputs, drawn, distance, metrics, seen } = reconstruct({
        hasFixedCodes: true,
      })
      const adversarial = neg(mean(critic.apply(values.critic, seen(drawn))))
      const last = values.tokenizer.decoder.output.weight
      const weight = mul(balance(distance, adversarial, last), weights.adversarial)
      return {
        trained: namesUnder(inputs, 'tokenizer.decoder'),
        loss: {
          loss: add(distance, mul(weight, adversarial)),
          metrics: { ...metrics, adversarial },
        },
      }
    },

    /** The critic learns to tell originals from reconstructions (hinge loss, Lim & Ye 2017). */
    criticism(): { trained: ReadonlyMap<string, Value>; loss: LossValues } {
      const { values, inputs, drawn, channelsFirst, seen } = reconstruct({ hasFixedCodes: true })
      const real = critic.apply(values.critic, seen(channelsFirst))
      const made = critic.apply(values.critic, stopGradient(seen(drawn)))
      const hinge = add(mean(relu(sub(1, real))), mean(relu(add(made, 1))))
      return { trained: namesUnder(inputs, 'critic'), loss: { loss: mul(hinge, 0.5) } }
    },

    /** The judge learns to tell exemplars apart, whatever was done to them. Fed: pictures, `labels`. */
    discrimination(): { trained: ReadonlyMap<string, Value>; loss: LossValues } {
      const { values, inputs } = parameterInputs(judging)
      const { channelsFirst } = clipInput(batch, size, 1)
      const labels = input('labels', { dtype: 'int32', shape: [batch] })
      const scores = judge.apply(values.judge, channelsFirst)
      return {
        trained: inputs,
        loss: { loss: mean(crossEntropy(scores, labels)) },
      }
    },
  }
}
