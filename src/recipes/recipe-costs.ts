/**
 * The networks of recipes and the work of their steps. The networks are those that training builds,
 * so their parameters are counted and not worked out again.
 */

import { RecipeError } from '../errors.js'
import { textImageOf } from '../generation/text-image/config.js'
import { codesOf } from '../network/models/clip-grid.js'
import { type EncoderDecoderOptions, encoderDecoder } from '../network/models/encoder-decoder.js'
import { type LanguageModelOptions, languageModel } from '../network/models/language-model.js'
import { textClassifier } from '../network/models/text-classifier.js'
import { type TextImageOptions, textImage } from '../network/models/text-image.js'
import type { IdRange } from '../network/models/transformer.js'
import type { ParameterTree } from '../network/parameters.js'
import { codesOfClip, firstCodes, gridOf } from '../tokenizers/image/clip-layout.js'
import { autoencoderOf, type ImageTokenizerConfig } from '../tokenizers/image/config.js'
import { createVocabulary, specialId } from '../tokenizers/vocabulary.js'
import { blocksWork, scoresWork, totalWork, type Work } from '../training/estimate.js'
import type { Recipe } from './recipe.js'
import type { StartConfig } from './run/start-config.js'
import type { RowLengths, TextAmounts } from './run/text-amounts.js'
import { framesOfSource } from './schema/data.js'
import type { ImageTokenizerRecipe } from './tasks/image-tokenizer.js'
import type { LanguageModelRecipe } from './tasks/language-model.js'
import type { TextClassificationRecipe } from './tasks/text-classification.js'
import type { TextImageRecipe } from './tasks/text-image.js'
import type { TextPairsRecipe } from './tasks/text-pairs.js'

interface Costs {
  readonly parameters: ParameterTree
  /** The forward pass of an example. */
  readonly work: Work
}

/**
 * The network and its work; what is not known of texts is assumed. Throws RecipeError for a model to
 * start from that is none for the recipe's task.
 */
export const costsOf = (
  recipe: Recipe,
  tokenizer: ImageTokenizerConfig,
  start: StartConfig | undefined,
  texts: TextAmounts | undefined,
): Costs => {
  switch (recipe.task) {
    case 'image-tokenizer':
      return tokenizerWork(recipe)
    case 'text-image':
      return textImageWork(recipe, tokenizer, startOf(start, 'text-image'))
    case 'text-classification':
      return classificationWork(
        recipe,
        startOf(start, 'language-model', 'text-classification'),
        texts,
      )
    case 'text-pairs':
      return pairsWork(recipe, startOf(start, 'language-model', 'text-pairs'), texts)
    case 'language-model':
      return languageWork(recipe, startOf(start, 'language-model'), texts)
  }
}

type StartOf<Task> = Extract<StartConfig, { task: Task }> | undefined

const startOf = <Task extends StartConfig['task']>(
  start: StartConfig | undefined,
  ...tasks: readonly Task[]
): StartOf<Task> => {
  const isWanted = (config: StartConfig): config is Extract<StartConfig, { task: Task }> =>
    tasks.some((task) => task === config.task)
  if (start === undefined || isWanted(start)) return start
  throw new RecipeError(
    `expected a model for ${tasks.join(' or ')}, found one for ${start.task}. Choose another`,
    { keys: ['start'] },
  )
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

/** An image tokenizer; of clips with the steps that learn first frames alone. */
const tokenizerWork = (recipe: ImageTokenizerRecipe): Costs => {
  const { size, frames, tokenizer, stillShare } = recipe
  const { parameters } = autoencoderOf({ ...tokenizer, size, frames })
  const clip = reconstructionWork(recipe)
  if (frames === 1) return { parameters, work: clip }
  const still = reconstructionWork({ ...recipe, frames: 1 })
  const flops = stillShare * still.flops + (1 - stillShare) * clip.flops
  return { parameters, work: { ...clip, flops } }
}

/** The work of drawing one clip anew. */
const reconstructionWork = ({ size, frames, tokenizer, loss }: ImageTokenizerRecipe): Work => {
  const { width, depth, encoderDepth = depth, followingPatch } = tokenizer
  const config = { ...tokenizer, size, frames }
  const first = firstCodes(config)
  const time = codesOfClip(config, frames)
  const judges: Work = {
    flops: 0, // A few small convolutions: some per cent of the whole.
    activations:
      size ** 2 *
      Math.min(frames, loss.frames) *
      ((loss.perceptual > 0 ? keptPerPixel.perceptual : 0) +
        (loss.adversarial.weight > 0 ? keptPerPixel.adversarial : 0)),
  }
  // Frames after the first come in beside how they differ from two others, and leave through a wider
  // layer with masks beside their colours.
  const patchNumbers = followingPatch ** 2 * (colours + 2)
  const leaving = (time - first) * 4 * width * (width + patchNumbers)
  const entering = 3 * (frames - 1) * width * size ** 2 * colours
  const pixels: Work = {
    flops: 2 * (2 * width * size ** 2 * colours + entering + leaving),
    activations: 0,
  }
  const blocks = { ...tokenizer, depth: encoderDepth + depth }
  return totalWork([
    [1, blocksWork({ ...blocks, time: first })],
    [frames > 1 ? 1 : 0, blocksWork({ ...blocks, time })],
    [1, pixels],
    [1, judges],
  ])
}

const languageWork = (
  { model, text, objective }: LanguageModelRecipe,
  start: StartOf<'language-model'>,
  texts: TextAmounts | undefined,
): Costs => {
  const { tiedHead, queryKeyNorm, dropout: _dropout, ...shape } = model
  const { nextToken, masking } = objective
  const scored = nextToken > 0 ? 1 : masking.share
  const network: LanguageModelOptions = start?.network ?? {
    ...{ ...shape, vocabularySize: texts?.vocabulary ?? idsOf(text) },
    ...{ hasTiedHead: tiedHead, hasQueryKeyNorm: queryKeyNorm },
  }
  const time = Math.min(model.context, network.context)
  return {
    parameters: languageModel(network).parameters,
    work: totalWork([
      [1, blocksWork({ ...network, time })],
      [1, scoresWork(scored * time, network.width, network.vocabularySize)],
    ]),
  }
}

/** Ids of a tokenizer that has not been trained. */
const idsOf = ({ kind, vocabulary }: LanguageModelRecipe['text']): number =>
  kind === 'characters' ? assumedCharacters : vocabulary

const classificationWork = (
  { model, text, data }: TextClassificationRecipe,
  start: StartOf<'language-model' | 'text-classification'>,
  texts: TextAmounts | undefined,
): Costs => {
  const { depth, width, heads, activation } = model
  // A row of numbers has a token for each, and one that starts it.
  const numbers = data.columns === undefined ? undefined : data.columns.length + 1
  const network: LanguageModelOptions = start?.network ?? {
    ...{ depth, width, heads, activation },
    context: numbers ?? model.context,
    vocabularySize: texts?.vocabulary ?? numbers ?? idsOf(text),
    hasNumbers: numbers !== undefined,
  }
  const ofStart = start?.task === 'text-classification' ? start.labels.length : assumedLabels
  const labels = texts?.labels ?? ofStart
  const time = numbers ?? Math.min(model.context, network.context)
  const [lengths = { mean: time, longest: time }] = texts?.lengths ?? []
  return {
    parameters: textClassifier({
      ...{ network, labels },
      writesLabels: model.output === 'label-tokens',
    }).parameters,
    work: workOfLengths([lengths], ([time = 0]) =>
      totalWork([
        [1, blocksWork({ ...network, time })],
        [1, scoresWork(1, network.width, labels)],
      ]),
    ),
  }
}

/** The work of rows of their mean length, and what the longest ones need in memory. */
const workOfLengths = (
  lengths: readonly RowLengths[],
  workOf: (times: readonly number[]) => Work,
): Work => ({
  flops: workOf(lengths.map(({ mean }) => mean)).flops,
  activations: workOf(lengths.map(({ longest }) => longest)).activations,
})

/** As if every text were as long as it may be, unless more is known. */
const pairsWork = (
  { model, text }: TextPairsRecipe,
  start: StartOf<'language-model' | 'text-pairs'>,
  texts: TextAmounts | undefined,
): Costs => {
  const { kind, sourceLength, targetLength } = model
  const vocabularySize = texts?.vocabulary ?? idsOf(text)
  const network = start === undefined ? newPairs(model, vocabularySize) : startedPairs(start)
  if (network.kind !== kind) {
    throw new RecipeError(`expected ${network.kind}, that of start, got ${kind}. Choose the same`, {
      keys: ['model', 'kind'],
    })
  }
  const { width } = network
  const ids = network.vocabularySize
  const asLongAs = (time: number): RowLengths => ({ mean: time, longest: time })
  if (network.kind === 'decoder-only') {
    const lengths = texts?.lengths ?? [asLongAs(sourceLength + targetLength)]
    return {
      parameters: languageModel(network).parameters,
      work: workOfLengths(lengths, ([time = 0]) =>
        totalWork([
          [1, blocksWork({ ...network, time })],
          [1, scoresWork(time, width, ids)],
        ]),
      ),
    }
  }
  const lengths = texts?.lengths ?? [asLongAs(sourceLength), asLongAs(targetLength)]
  return {
    parameters: encoderDecoder({ ...network, pad: 0 }).parameters,
    work: workOfLengths(lengths, ([sourceTime = 0, targetTime = 0]) =>
      totalWork([
        [1, blocksWork({ ...network, depth: network.encoderDepth, time: sourceTime })],
        [1, blocksWork({ ...network, time: targetTime })],
        [1, scoresWork(targetTime, width, ids)],
      ]),
    ),
  }
}

type PairNetwork =
  | ({ readonly kind: 'decoder-only' } & LanguageModelOptions)
  | ({ readonly kind: 'encoder-decoder' } & Omit<EncoderDecoderOptions, 'pad'> & {
        readonly encoderDepth: number
      })

const newPairs = (model: TextPairsRecipe['model'], vocabularySize: number): PairNetwork => {
  const { kind, depth, encoderDepth, width, heads, activation, sourceLength, targetLength } = model
  const shape = {
    ...{ depth, width, heads, activation, vocabularySize },
    hasTiedHead: model.tiedHead,
  }
  return kind === 'decoder-only'
    ? { kind, ...shape, context: sourceLength + targetLength }
    : { kind, ...shape, encoderDepth }
}

const startedPairs = (start: NonNullable<StartOf<'language-model' | 'text-pairs'>>): PairNetwork =>
  start.task === 'text-pairs' ? start.network : { kind: 'decoder-only', ...start.network }

const textImageWork = (
  { data, model, text, objective: { directions, stillShare } }: TextImageRecipe,
  tokenizer: ImageTokenizerConfig,
  start: StartOf<'text-image'>,
): Costs => {
  const { options } =
    start === undefined ? newTextImage({ data, model, text }, tokenizer) : textImageOf(start)
  const { layout, width } = options
  const { frames = 1, textLength } = layout
  const [pieces, codes] = [countIds(options.text), countIds(options.image)]
  const network = textImage(options)
  const { textToImage, imageToText } = directions
  const drawn = textToImage / (textToImage + imageToText)
  const still = frames > 1 ? stillShare : 0
  const parts = [
    { share: 1 - still, frames },
    { share: still, frames: 1 },
  ].flatMap(({ share, frames }): [number, Work][] => [
    [drawn * share, blocksWork({ ...options, time: network.drawingLength(frames) })],
    [drawn * share, scoresWork(codesOf({ ...layout, frames }), width, codes)],
    [(1 - drawn) * share, blocksWork({ ...options, time: network.captionLength(frames) })],
    [(1 - drawn) * share, scoresWork(textLength, width, pieces)],
  ])
  return { parameters: network.parameters, work: totalWork(parts.filter(([share]) => share > 0)) }
}

const countIds = ({ start, end }: IdRange): number => end - start

const newTextImage = (
  { data, model, text }: Pick<TextImageRecipe, 'data' | 'model' | 'text'>,
  tokenizer: ImageTokenizerConfig,
) => {
  const { codes } = autoencoderOf(tokenizer).quantizer
  const frames = framesOfSource(data, tokenizer.frames)
  const vocabulary = createVocabulary({ textPieces: text.vocabulary, imageCodes: codes })
  const options: TextImageOptions = {
    ...model,
    hasTiedHead: model.tiedHead,
    hasPlaces: model.places,
    vocabularySize: vocabulary.size,
    layout: { textLength: text.maximumLength, ...gridOf(tokenizer, frames) },
    text: vocabulary.text,
    image: vocabulary.image,
    pad: specialId('<pad>'),
  }
  return { options }
}
