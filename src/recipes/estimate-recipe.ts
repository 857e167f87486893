/**
 * What a run would cost, from its recipe alone: parameters, work, memory and time. The networks are
 * those that training builds, so their parameters are counted and not worked out again.
 */

import { encoderDecoder } from '../network/models/encoder-decoder.js'
import { textClassifier } from '../network/models/text-classifier.js'
import { textImage } from '../network/models/text-image.js'
import { transformer } from '../network/models/transformer.js'
import { countParameters, listParameters, type ParameterTree } from '../network/parameters.js'
import { codesOfClip, firstCodes, gridOf } from '../tokenizers/image/clip-layout.js'
import {
  autoencoderOf,
  type ImageTokenizerConfig,
  imageTokenizerSchema,
} from '../tokenizers/image/config.js'
import { createVocabulary, specialId } from '../tokenizers/vocabulary.js'
import {
  blocksWork,
  estimateStep,
  type StepEstimate,
  scoresWork,
  totalWork,
  type Work,
} from '../training/estimate.js'
import { ownTokenizerRecipe } from './own-tokenizer.js'
import type { Recipe } from './recipe.js'
import { optimizerOf } from './run/training-options.js'
import { framesOfSource } from './schema/data.js'
import type { ImageTokenizerRecipe } from './tasks/image-tokenizer.js'
import type { LanguageModelRecipe } from './tasks/language-model.js'
import type { TextClassificationRecipe } from './tasks/text-classification.js'
import type { TextImageRecipe } from './tasks/text-image.js'
import type { TextPairsRecipe } from './tasks/text-pairs.js'

export interface RecipeEstimateOptions {
  /** The image tokenizer that a model of words and pictures reads; `assumedTokenizer` if unknown. */
  readonly tokenizer?: ImageTokenizerConfig
  readonly flopsPerSecond: number
  /** Training examples in an epoch, where they are known. */
  readonly examples?: number
}

export interface RecipeEstimate extends StepEstimate {
  readonly parameters: number
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

export const estimateRecipe = (recipe: Recipe, options: RecipeEstimateOptions): RecipeEstimate => {
  const own = recipe.task === 'text-image' ? ownTokenizerRecipe(recipe) : undefined
  const estimate = estimateRun(recipe, options)
  return own === undefined ? estimate : { ...estimate, imageTokenizer: estimateRun(own, options) }
}

/** What one run costs, without another that goes before it. */
const estimateRun = (
  recipe: Recipe,
  { tokenizer, flopsPerSecond, examples }: RecipeEstimateOptions,
): RecipeEstimate => {
  const { parameters, work } = costsOf(recipe, tokenizer ?? assumedTokenizer(recipe))
  const { batch, accumulation, average } = recipe.training
  const optimizer = optimizerOf(recipe.training)
  const count = countParameters(parameters)
  const step = estimateStep({
    parameters: count,
    work,
    batch,
    accumulation,
    moments: recipe.training.optimizer.kind === 'muon' ? 1 : 2,
    hasAverage: average > 0,
    updateFlops: Array.from(listParameters(parameters)).reduce(
      (sum, [name, { shape }]) => sum + (optimizer.flops?.({ name, shape }) ?? 0),
      0,
    ),
  })
  const secondsPerStep = step.flops / flopsPerSecond
  const steps = stepsOf(recipe.training, secondsPerStep, examples)
  return {
    ...step,
    parameters: count,
    secondsPerStep,
    ...(steps === undefined ? {} : { steps, seconds: steps * secondsPerStep }),
  }
}

const stepsOf = (
  { steps, minutes, epochs, batch, accumulation }: Recipe['training'],
  secondsPerStep: number,
  examples: number | undefined,
): number | undefined => {
  if (steps !== undefined) return steps
  if (minutes !== undefined) return Math.max(1, Math.round((60 * minutes) / secondsPerStep))
  if (examples === undefined || epochs === undefined) return undefined
  return Math.ceil((epochs * examples) / (batch * accumulation))
}

interface Costs {
  readonly parameters: ParameterTree
  readonly work: Work
}

const costsOf = (recipe: Recipe, tokenizer: ImageTokenizerConfig): Costs => {
  switch (recipe.task) {
    case 'image-tokenizer':
      return tokenizerWork(recipe)
    case 'text-image':
      return textImageWork(recipe, tokenizer)
    case 'text-classification':
      return classificationWork(recipe)
    case 'text-pairs':
      return pairsWork(recipe)
    case 'language-model':
      return languageWork(recipe)
  }
}

const colours = 3

/** Different characters of a text, before it has been read. */
const assumedCharacters = 100

/** Labels of a table that has not been read. */
const assumedLabels = 10

/**
 * Numbers a pixel that are in memory while pictures are compared by learned features, and while a
 * critic judges; fitted to measured runs. What weighs nothing is left out of the network.
 */
const keptPerPixel = { perceptual: 930, adversarial: 1860 }

const tokenizerWork = ({ size, frames, tokenizer, loss }: ImageTokenizerRecipe): Costs => {
  const { width, depth, followingPatch } = tokenizer
  const config = { ...tokenizer, size, frames }
  const time = codesOfClip(config, frames)
  const judges: Work = {
    flops: 0, // A few small convolutions: some per cent of the whole.
    activations:
      size ** 2 *
      Math.min(frames, loss.frames) *
      ((loss.perceptual > 0 ? keptPerPixel.perceptual : 0) +
        (loss.adversarial.weight > 0 ? keptPerPixel.adversarial : 0)),
  }
  // Frames after the first come in beside what they change, and leave through a wider layer with a
  // mask beside their colours.
  const patchNumbers = followingPatch ** 2 * (colours + 1)
  const following = (time - firstCodes(config)) * 4 * width * (width + patchNumbers)
  const pixels: Work = {
    flops: 2 * (2 * frames * width * size ** 2 * colours + following),
    activations: 0,
  }
  return {
    parameters: autoencoderOf(config).parameters,
    work: totalWork([
      [2, blocksWork({ ...tokenizer, depth, time })],
      [1, pixels],
      [1, judges],
    ]),
  }
}

const languageWork = ({ model, text, objective }: LanguageModelRecipe): Costs => {
  const { context: time, tiedHead, queryKeyNorm, dropout: _dropout, ...shape } = model
  const { nextToken, maskedSpans, masking } = objective
  const scored = (nextToken + maskedSpans * masking.share) / (nextToken + maskedSpans)
  const vocabularySize = text.kind === 'characters' ? assumedCharacters : text.vocabulary
  const network = transformer({
    ...{ ...shape, vocabularySize },
    ...{ hasTiedHead: tiedHead, hasQueryKeyNorm: queryKeyNorm },
  })
  return {
    parameters: network.parameters,
    work: totalWork([
      [1, blocksWork({ ...shape, time })],
      [1, scoresWork(scored * time, model.width, vocabularySize)],
    ]),
  }
}

const classificationWork = ({ model, text, data }: TextClassificationRecipe): Costs => {
  const { depth, width, heads, activation } = model
  const shape = { depth, width, heads, activation }
  // A row of numbers has a token for each, and one that starts it.
  const time = data.columns === undefined ? model.context : data.columns.length + 1
  const words = text.kind === 'characters' ? assumedCharacters : text.vocabulary
  const vocabularySize = data.columns === undefined ? words : time
  const network = textClassifier({
    network: { ...shape, context: time, vocabularySize, hasNumbers: data.columns !== undefined },
    labels: assumedLabels,
    writesLabels: model.output === 'label-tokens',
  })
  return {
    parameters: network.parameters,
    work: totalWork([
      [1, blocksWork({ ...shape, time })],
      [1, scoresWork(1, width, assumedLabels)],
    ]),
  }
}

/** As if every text were as long as it may be. */
const pairsWork = ({ model, text }: TextPairsRecipe): Costs => {
  const { depth, encoderDepth, width, heads, activation, sourceLength, targetLength } = model
  const shape = { width, heads, activation }
  const vocabularySize = text.kind === 'characters' ? assumedCharacters : text.vocabulary
  const options = { ...shape, depth, vocabularySize, hasTiedHead: model.tiedHead }
  if (model.kind === 'decoder-only') {
    const time = sourceLength + targetLength
    return {
      parameters: transformer(options).parameters,
      work: totalWork([
        [1, blocksWork({ ...shape, depth, time })],
        [1, scoresWork(time, width, vocabularySize)],
      ]),
    }
  }
  return {
    parameters: encoderDecoder({ ...options, encoderDepth, pad: 0 }).parameters,
    work: totalWork([
      [1, blocksWork({ ...shape, depth: encoderDepth, time: sourceLength })],
      [1, blocksWork({ ...shape, depth, time: targetLength })],
      [1, scoresWork(targetLength, width, vocabularySize)],
    ]),
  }
}

const textImageWork = (
  { data, model, text, objective: { directions, stillShare } }: TextImageRecipe,
  tokenizer: ImageTokenizerConfig,
): Costs => {
  const { codes } = autoencoderOf(tokenizer).quantizer
  const frames = framesOfSource(data, tokenizer.frames)
  const vocabulary = createVocabulary({ textPieces: text.vocabulary, imageCodes: codes })
  const layout = { textLength: text.maximumLength, ...gridOf(tokenizer, frames) }
  const network = textImage({
    ...model,
    hasTiedHead: model.tiedHead,
    hasPlaces: model.places,
    vocabularySize: vocabulary.size,
    layout,
    text: vocabulary.text,
    image: vocabulary.image,
    pad: specialId('<pad>'),
  })
  const { textToImage, imageToText } = directions
  const drawn = textToImage / (textToImage + imageToText)
  const still = frames > 1 ? stillShare : 0
  const parts = [
    { share: 1 - still, frames },
    { share: still, frames: 1 },
  ].flatMap(({ share, frames }): [number, Work][] => [
    [drawn * share, blocksWork({ ...model, time: network.drawingLength(frames) })],
    [drawn * share, scoresWork(codesOfClip(tokenizer, frames), model.width, codes)],
    [(1 - drawn) * share, blocksWork({ ...model, time: network.captionLength(frames) })],
    [(1 - drawn) * share, scoresWork(layout.textLength, model.width, text.vocabulary)],
  ])
  return { parameters: network.parameters, work: totalWork(parts.filter(([share]) => share > 0)) }
}
