/**
 * What a run would cost, from its recipe alone and from the model that it starts from: parameters,
 * work, memory and time.
 */

import { type Shape, sizeOf } from '../engine/tensor/shape.js'
import { listParameters, type ParameterTree } from '../network/parameters.js'
import { type ImageTokenizerConfig, imageTokenizerSchema } from '../tokenizers/image/config.js'
import { estimateStep, type StepEstimate } from '../training/estimate.js'
import { createOptimizer } from '../training/optimizers/create-optimizer.js'
import { tuneParameters } from '../training/tuning.js'
import { ownTokenizerRecipe } from './own-tokenizer.js'
import type { Recipe } from './recipe.js'
import { costsOf } from './recipe-costs.js'
import type { StartConfig } from './run/start-config.js'
import type { TextAmounts } from './run/text-amounts.js'
import { stepsOf } from './run/training-options.js'
import { framesOfSource } from './schema/data.js'

export interface RecipeEstimateOptions {
  /** The image tokenizer that a model of words and pictures reads; `assumedTokenizer` if unknown. */
  readonly tokenizer?: ImageTokenizerConfig
  /** The configuration of the model that the recipe starts from, where it does. */
  readonly start?: StartConfig
  readonly flopsPerSecond: number
  /** Training examples in an epoch, where they are known. */
  readonly examples?: number
  /** How much the texts are that it learns from, where they have been counted. */
  readonly texts?: TextAmounts
}

export interface RecipeEstimate extends StepEstimate {
  /** Of the network, and of adapters beside it. */
  readonly parameters: number
  /** Those that are trained, where others stand still. */
  readonly trainedParameters?: number
  readonly secondsPerStep: number
  /** Unknown where a recipe counts in epochs and the examples have not been counted. */
  readonly steps?: number
  readonly seconds?: number
  /** The image tokenizer that the recipe brings along: a run of its own, before this one. */
  readonly imageTokenizer?: RecipeEstimate
}

/** Frames of a clip, before there is a tokenizer that says. */
const assumedFrames = 8

/** What the image tokenizer of a recipe is taken for until it has been trained. */
export const assumedTokenizer = (recipe: Recipe): ImageTokenizerConfig =>
  imageTokenizerSchema.parse({
    frames: recipe.task === 'text-image' ? framesOfSource(recipe.data, assumedFrames) : 1,
  })

/**
 * What the operations of a parameter and of its update cost, however small it is: a step of
 * recipes/iris.yaml takes 5 ms, and 15 ms with four blocks.
 */
const secondsPerParameter = 4e-4

export const estimateRecipe = (recipe: Recipe, options: RecipeEstimateOptions): RecipeEstimate => {
  const own = recipe.task === 'text-image' ? ownTokenizerRecipe(recipe) : undefined
  const estimate = estimateRun(recipe, options)
  return own === undefined ? estimate : { ...estimate, imageTokenizer: estimateRun(own, options) }
}

/** What one run costs, without another that goes before it. */
const estimateRun = (
  recipe: Recipe,
  { tokenizer, start, flopsPerSecond, texts, examples = texts?.examples }: RecipeEstimateOptions,
): RecipeEstimate => {
  const { parameters, work } = costsOf(recipe, tokenizer ?? assumedTokenizer(recipe), start, texts)
  const { batch, accumulation, average } = recipe.training
  const optimizer = createOptimizer(recipe.training.optimizer)
  const { trained, frozen } = trainedOf(recipe, parameters)
  const count = countNumbers(trained)
  const step = estimateStep({
    parameters: count,
    frozen,
    work,
    batch,
    accumulation,
    moments: trained.reduce(
      (sum, parameter) => sum + optimizer.state(parameter).length * sizeOf(parameter.shape),
      0,
    ),
    hasAverage: average > 0,
    updateFlops: trained.reduce((sum, parameter) => sum + (optimizer.flops?.(parameter) ?? 0), 0),
  })
  const secondsPerStep = step.flops / flopsPerSecond + trained.length * secondsPerParameter
  const isKnown = recipe.training.epochs === undefined || examples !== undefined
  const steps = isKnown
    ? stepsOf(recipe.training, { examples: examples ?? 0, secondsPerStep: () => secondsPerStep })
    : undefined
  return {
    ...step,
    parameters: count + frozen,
    ...(frozen > 0 && { trainedParameters: count }),
    secondsPerStep,
    ...(steps === undefined ? {} : { steps, seconds: steps * secondsPerStep }),
  }
}

interface Trained {
  readonly name: string
  readonly shape: Shape
}

const countNumbers = (parameters: readonly Trained[]): number =>
  parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0)

/** What a recipe trains of a network, and how many numbers stand still beside it. */
const trainedOf = (
  recipe: Recipe,
  parameters: ParameterTree,
): { trained: readonly Trained[]; frozen: number } => {
  const all = Array.from(listParameters(parameters), ([name, { shape }]) => ({ name, shape }))
  if (!('tuning' in recipe)) return { trained: all, frozen: 0 }
  const tuned = tuneParameters(parameters, recipe)
  const trained = Array.from(tuned.trained, ([name, { shape }]) => ({ name, shape }))
  const standing = all.filter(({ name }) => !tuned.trained.has(name))
  return { trained, frozen: countNumbers(standing) }
}
