/**
 * The losses of an image tokenizer: reconstruction, a perceptual term from features that tell
 * exemplars apart, and late in a run an adversarial term (Esser et al. 2021) for which the codes
 * stand still, so that it can sharpen what the decoder draws but not spoil what the codes say. Of a
 * clip reconstruction counts all frames, and the networks that judge see a few.
 */

import { gradients } from '../../engine/autodiff/gradient.js'
import { input } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import {
  add,
  clamp,
  crossEntropy,
  div,
  mean,
  mul,
  neg,
  relu,
  sqrt,
  stopGradient,
  sub,
  sum,
} from '../../engine/operations/index.js'
import {
  discriminator,
  exemplarClassifier,
  pictureFeatures,
} from '../../network/models/picture-features.js'
import { parameterInputs } from '../../network/parameters.js'
import type { ImageAutoencoder } from '../../tokenizers/image/autoencoder.js'
import type { LossValues } from '../step.js'
import {
  clipInput,
  distanceOf,
  type ReconstructionWeights,
  type ReconstructOptions,
  reconstruct,
} from './reconstruction.js'

/** Filters of the network whose features the perceptual term compares. */
const perceptualFilters = [24, 48, 96] as const

/** Filters of the discriminator. */
const discriminatorFilters = [24, 48, 96] as const

/** How many pictures the features learn to tell apart. */
export const exemplars = 1024

interface ObjectiveOptions extends ReconstructOptions {
  readonly weights: ReconstructionWeights
}

/** A loss, and what it trains. */
interface Lesson {
  readonly trained: ReadonlyMap<string, Value>
  readonly loss: LossValues
}

/** What trains an image tokenizer: the tokenizer itself and the networks that judge it. */
export const imageTokenizerObjective = (
  autoencoder: ImageAutoencoder,
  options: ObjectiveOptions,
) => {
  const { size, frames: framesAtMost } = autoencoder.options
  const { batch, frames = framesAtMost, weights, smoothsLate } = options
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

  /** Reconstructions, with their distance from the originals and all that they are made of. */
  const measured = (codes: { readonly hasFixedCodes: boolean }) => {
    const { values, inputs } = parameterInputs(tree)
    const made = reconstruct(autoencoder, values.tokenizer, options, codes)
    const known = values.judge?.features
    const features = known && ((pictures: Value) => judgeFeatures.apply(known, pictures))
    return { values, inputs, made, ...distanceOf(made, weights, features) }
  }

  return {
    tree,

    /** Encoder and decoder learn to reconstruct, as far as so many frames need them. */
    reconstruction(): Lesson {
      const { inputs, made, distance, metrics } = measured({ hasFixedCodes: false })
      const { loss, updates = {} } = made.quantized
      const halves = ['tokenizer.encoder', 'tokenizer.decoder']
      const unused = [
        ...(smoothsLate ? ['tokenizer.decoder.smoothing'] : []),
        ...(frames === 1 ? halves.map((half) => `${half}.following`) : []),
      ]
      return {
        trained: namesUnder(inputs, halves, unused),
        loss: {
          loss: loss === undefined ? distance : add(distance, loss),
          metrics,
          averages: codeBookAverages(updates),
        },
      }
    },

    /** The decoder alone learns to please the critic as well. */
    refinement(): Lesson {
      const { values, inputs, made, distance, metrics } = measured({ hasFixedCodes: true })
      const adversarial = neg(mean(critic.apply(values.critic, made.seen(made.drawn))))
      const last = values.tokenizer.decoder.output.weight
      const weight = mul(balance(distance, adversarial, last), weights.adversarial)
      return {
        trained: namesUnder(inputs, ['tokenizer.decoder']),
        loss: {
          loss: add(distance, mul(weight, adversarial)),
          metrics: { ...metrics, adversarial },
        },
      }
    },

    /** The critic learns to tell originals from reconstructions. */
    criticism(): Lesson {
      const { values, inputs, made } = measured({ hasFixedCodes: true })
      const real = critic.apply(values.critic, made.seen(made.originals))
      const drawn = critic.apply(values.critic, stopGradient(made.seen(made.drawn)))
      return { trained: namesUnder(inputs, ['critic']), loss: { loss: hinge(real, drawn) } }
    },

    /** The judge learns to tell exemplars apart, whatever was done to them. Fed: pictures, `labels`. */
    discrimination(): Lesson {
      const { values, inputs } = parameterInputs(judging)
      const { channelsFirst } = clipInput(batch, size, 1)
      const labels = input('labels', { dtype: 'int32', shape: [batch] })
      const scores = judge.apply(values.judge, channelsFirst)
      return { trained: inputs, loss: { loss: mean(crossEntropy(scores, labels)) } }
    },
  }
}

/** The inputs whose names begin with one of the prefixes, and with none of those left out. */
const namesUnder = (
  inputs: ReadonlyMap<string, Value>,
  prefixes: readonly string[],
  leftOut: readonly string[] = [],
): ReadonlyMap<string, Value> => {
  const isUnder = (name: string, some: readonly string[]) =>
    some.some((prefix) => name.startsWith(prefix))
  return new Map(
    Array.from(inputs).filter(([name]) => isUnder(name, prefixes) && !isUnder(name, leftOut)),
  )
}

/** What a code book learns by averages, by the names of its buffers. */
const codeBookAverages = (updates: Readonly<Record<string, Value>>): ReadonlyMap<string, Value> =>
  new Map(Object.entries(updates).map(([name, value]) => [`tokenizer.quantizer.${name}`, value]))

/** The weight at which the adversarial gradient is as large as the other one at the last matrix. */
const balance = (reconstruction: Value, adversarial: Value, last: Value): Value => {
  const norm = (loss: Value) => {
    const [gradient] = gradients(loss, [last])
    return sqrt(sum(mul(gradient!, gradient!)))
  }
  const ratio = div(norm(reconstruction), add(norm(adversarial), 1e-4))
  return stopGradient(clamp(ratio, { minimum: 0, maximum: 1e4 }))
}

/** The loss of a critic by its scores of real and of made pictures (Lim & Ye 2017). */
const hinge = (real: Value, made: Value): Value =>
  mul(add(mean(relu(sub(1, real))), mean(relu(add(made, 1)))), 0.5)
