/** Prepares the run of a model of text pairs: its rows, its tokenizer and what it starts from. */

import { describeFaults } from '../../data/fault-report.js'
import type { Tensors } from '../../engine/runtime/runtime.js'
import { RecipeError } from '../../errors.js'
import { endsOf } from '../../generation/text/config.js'
import { readLanguageModel } from '../../generation/text/model-folder.js'
import {
  encoderDecoderOf,
  languageConfigOf,
  type TextPairsConfig,
  textPairsSchema,
} from '../../generation/text-pairs/config.js'
import { readTextPairs, textPairsEntries } from '../../generation/text-pairs/model-folder.js'
import { startOf, tagIn } from '../../generation/text-pairs/pair-ids.js'
import { joinPath } from '../../storage/files.js'
import { writeJson } from '../../storage/json.js'
import { openModelFolder } from '../../storage/model-folder.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import { packRows } from '../../training/objectives/pack-rows.js'
import type { RunTask } from '../../training/run.js'
import { createLanguageTask } from '../../training/tasks/language-model.js'
import { rowsInMemory } from '../../training/tasks/row-source.js'
import { samplePairs } from '../../training/tasks/sample-texts.js'
import { createTextPairsTask } from '../../training/tasks/text-pairs.js'
import { mergeAdapters } from '../../training/tuning.js'
import type { TextPairsRecipe } from '../tasks/text-pairs.js'
import { createPairEncoder, type EncodedPair } from './encode-pairs.js'
import type { RunEnvironment } from './environment.js'
import { type PairData, preparePairData } from './pair-data.js'
import type { PreparedRun } from './run-recipe.js'
import { textTokenizerName } from './text-image.js'
import { idOf, prepareTextTokenizer } from './text-tokenizer.js'
import { optimizerOf } from './training-options.js'

/** What a run starts from. */
interface Started {
  readonly text: TextTokenizer
  readonly config: TextPairsConfig
  readonly tensors: Tensors
}

/** Tokens of a row around a source and its target: what begins it, and what ends both. */
const marks = 3

/** What the recipe decides of a configuration, whatever the network is. */
const recipeConfig = ({ model, data, writing }: TextPairsRecipe) => ({
  task: 'text-pairs',
  sourceLength: model.sourceLength,
  targetLength: model.targetLength,
  content: data.content,
  stride: data.stride,
  languages: data.languages,
  isBothWays: data.directions === 'both',
  defaults: writing,
})

/** The configuration of a new model. */
const newConfig = (recipe: TextPairsRecipe, text: TextTokenizer): TextPairsConfig => {
  const { kind, depth, encoderDepth, width, heads, activation, tiedHead, prefixes } = recipe.model
  const shape = {
    ...{ vocabularySize: text.vocabularySize, depth, width, heads, activation },
    hasTiedHead: tiedHead,
  }
  const context = recipe.model.sourceLength + recipe.model.targetLength + marks
  return textPairsSchema.parse({
    ...recipeConfig(recipe),
    network:
      kind === 'encoder-decoder'
        ? { kind, ...shape, encoderDepth }
        : { kind, ...shape, context, prefixes },
    tokens: { pad: idOf('<pad>'), bos: idOf('<bos>'), eos: idOf('<eos>'), mask: idOf('<mask>') },
  })
}

/** A trained model to start from. Throws RecipeError for one that cannot become what is wanted. */
const readStart = async (
  path: string,
  recipe: TextPairsRecipe,
  { files }: Pick<RunEnvironment, 'files'>,
): Promise<Started> => {
  const { kind, prefixes, sourceLength, targetLength } = recipe.model
  const folder = await openModelFolder(files, path)
  const { task } = (await folder.json('config.json')) as { readonly task?: unknown }
  if (task === 'text-pairs') {
    const { config, text, tensors } = await readTextPairs(folder)
    if (config.network.kind !== kind) {
      throw new RecipeError(
        `model.kind: expected ${config.network.kind}, that of ${path}, got ${kind}. Choose the same`,
      )
    }
    const { network, tokens } = config
    return {
      config: textPairsSchema.parse({ ...recipeConfig(recipe), network, tokens }),
      ...{ text, tensors },
    }
  }
  if (task !== 'language-model' || kind !== 'decoder-only') {
    throw new RecipeError(
      `start: expected a model of text pairs or, with "model.kind: decoder-only", a language model, found ${task} in ${path}`,
    )
  }
  const { config, text, tensors } = await readLanguageModel(folder)
  const { network, tokens } = config
  if (endsOf(config).length === 0) {
    throw new RecipeError(
      `start: ${path} has no token that ends texts, so it cannot tell a source from its target. Train a language model on several documents`,
    )
  }
  if (sourceLength + targetLength + marks > network.context) {
    throw new RecipeError(
      `model.sourceLength: expected at most ${network.context - targetLength - marks} beside targets of ${targetLength}, as ${path} reads ${network.context} tokens, got ${sourceLength}`,
    )
  }
  return {
    config: textPairsSchema.parse({
      ...recipeConfig(recipe),
      ...{ network: { kind, ...network, prefixes }, tokens },
    }),
    ...{ text, tensors },
  }
}

/** All texts of the training part, on which a tokenizer is trained, and the tags of sources. */
function* textsOf(data: PairData, { data: { languages, directions } }: TextPairsRecipe) {
  if (data.content === 'texts') {
    if (directions === 'both') yield* languages.map(tagIn)
    for (const { source, target } of data.training) yield* [source, target]
    return
  }
  const passages = new Set(data.training.map(({ passage }) => passage))
  yield* passages
  for (const { question } of data.training) yield question
}

/** Throws RecipeError where a tokenizer cannot tell the two ways from each other. */
const checkTags = (text: TextTokenizer, { languages, isBothWays }: TextPairsConfig): void => {
  const [from, to] = languages.map((language) => text.encode(tagIn(language)).join(' '))
  if (!isBothWays || from !== to) return
  throw new RecipeError(
    `data.directions: the tokenizer reads "${tagIn(languages[0])}" and "${tagIn(languages[1])}" as the same; take other names, or another tokenizer`,
  )
}

/** Pairs that are written from while a run learns. */
const sampled = 4

/** The task of a decoder-only network: its rows are sources and targets, of which the latter count. */
const createDecoderTask = (
  recipe: TextPairsRecipe,
  config: TextPairsConfig,
  pairs: { readonly training: readonly EncodedPair[]; readonly validation: readonly EncodedPair[] },
) => {
  const network = config.network as Extract<TextPairsConfig['network'], { kind: 'decoder-only' }>
  const longest = Object.values(pairs)
    .flat()
    .reduce((length, { source, target }) => Math.max(length, source.length + target.length + 2), 0)
  // A row has one token more than is read, the last label.
  const time = Math.min(network.context, Math.ceil(longest / 8) * 8)
  const pack = (part: readonly EncodedPair[]) =>
    packRows(
      part.map(({ row }) => row),
      { time, isPacked: recipe.objective.packed },
    )
  const rows = { training: pack(pairs.training), validation: pack(pairs.validation) }
  return { rows, time, language: languageConfigOf(network, config) }
}

export const prepareTextPairs = async (
  recipe: TextPairsRecipe,
  out: string,
  environment: RunEnvironment,
): Promise<PreparedRun> => {
  const { files, runtime, observer } = environment
  const { seed, model, objective, training } = recipe
  const tuning = { tuning: recipe.tuning, frozen: recipe.frozen }
  const data = await preparePairData(recipe.data, { seed, environment, described: 1000 })
  const started =
    recipe.start === undefined ? undefined : await readStart(recipe.start, recipe, environment)
  const text =
    started?.text ??
    (await prepareTextTokenizer(recipe.text, {
      texts: () => textsOf(data, recipe),
      path: joinPath(out, textTokenizerName),
      environment,
    }))
  const config = started?.config ?? newConfig(recipe, text)
  checkTags(text, config)
  const encoder = createPairEncoder(text, config)
  const pairs = {
    training: encoder.encode(data, 'training'),
    validation: encoder.encode(data, 'validation'),
  }
  const { counts: left } = encoder
  if (data.faults.count > 0) await observer.notice(describeFaults(data.faults))
  for (const notice of encoder.notices()) await observer.notice(notice)
  if (pairs.training.length === 0 || pairs.validation.length === 0) {
    throw new RecipeError(
      'data: expected pairs to train on and to measure on, got none that can be used. Look at the rows with "tesserae data check"',
    )
  }
  const counts = { training: pairs.training.length, validation: pairs.validation.length }
  await writeJson(files, joinPath(out, 'rows.json'), { ...counts, ...left, leftOut: data.faults })

  const common = {
    runtime,
    seed,
    tuning,
    dropout: model.dropout,
    smoothing: objective.smoothing,
    optimizer: optimizerOf(training),
    clipNorm: training.clipNorm,
    averageDecay: training.average,
    batch: training.batch,
    accumulation: training.accumulation,
    sample: samplePairs(runtime, { config, text }, pairs.validation.slice(0, sampled)),
  }
  const start = started === undefined ? {} : { start: started.tensors }
  const about = {
    describeData: async () => ({ ...recipe.data, ...counts }),
    modelEntries: (tensors: Tensors) =>
      textPairsEntries({ config, tensors: mergeAdapters(tensors, tuning.tuning), text }),
    close: async () => {},
  }
  if (config.network.kind === 'decoder-only') {
    const { rows, time, language } = createDecoderTask(recipe, config, pairs)
    return {
      ...about,
      examples: rows.training.length,
      createTask: ({ restored }): Promise<RunTask> =>
        createLanguageTask({
          ...common,
          ...start,
          config: language,
          ...{ text, time },
          training: rowsInMemory(rows.training),
          validation: rowsInMemory(rows.validation),
          hasDocuments: true,
          objectives: { nextToken: 1, maskedSpans: 0 },
          masking: { share: 0.15, span: 3 },
          ...(restored === undefined ? {} : { restored }),
        }),
    }
  }
  const network = encoderDecoderOf(config.network, config.tokens)
  return {
    ...about,
    examples: pairs.training.length,
    createTask: ({ restored }): Promise<RunTask> =>
      createTextPairsTask({
        ...common,
        ...start,
        model: network,
        begin: startOf(config),
        training: pairs.training,
        validation: pairs.validation,
        ...(restored === undefined ? {} : { restored }),
      }),
  }
}
