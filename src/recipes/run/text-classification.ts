/** Prepares the run of a model that sorts texts: its rows, its tokenizer and what it starts from. */

import { describeFaults } from '../../data/fault-report.js'
import type { NumberColumn } from '../../data/text/number-columns.js'
import type { Tensors } from '../../engine/runtime/runtime.js'
import { RecipeError } from '../../errors.js'
import { endsOf, type LanguageConfig } from '../../generation/text/config.js'
import { readLanguageModel } from '../../generation/text/model-folder.js'
import {
  firstColumnId,
  marksOf,
  readText,
} from '../../generation/text-classification/classifier-input.js'
import {
  type TextClassificationConfig,
  textClassificationSchema,
  textClassifierOf,
} from '../../generation/text-classification/config.js'
import { labelIdsOf } from '../../generation/text-classification/label-tokens.js'
import {
  createLinearScorer,
  type LinearPart,
  usualFeatures,
} from '../../generation/text-classification/linear-classifier.js'
import {
  linearEntries,
  readTextClassification,
  textClassificationEntries,
} from '../../generation/text-classification/model-folder.js'
import { listParameters } from '../../network/parameters.js'
import { joinPath } from '../../storage/files.js'
import { writeJson } from '../../storage/json.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import { trainLinearPart } from '../../training/linear-classifier.js'
import {
  balancedWeights,
  type LabelledText,
} from '../../training/objectives/text-classification.js'
import { createTextClassificationTask, votesIn } from '../../training/tasks/text-classification.js'
import { mergeAdapters } from '../../training/tuning.js'
import { didYouMean } from '../nearest-name.js'
import type { TextClassificationRecipe } from '../tasks/text-classification.js'
import { adapterOf, openStart } from './adapter.js'
import type { RunEnvironment } from './environment.js'
import { type LabelledData, type LabelledExample, prepareLabelledData } from './labelled-data.js'
import type { PreparedRun } from './prepared-run.js'
import { idOf, prepareTextTokenizer, textTokenizerName } from './text-tokenizer.js'
import { trainerOptions } from './training-options.js'

type Measured = Readonly<Record<string, number>>

/** What a run starts from. */
interface Started {
  readonly text: TextTokenizer
  readonly config: TextClassificationConfig
  readonly tensors: Tensors
}

/** What the data and the recipe decide of a configuration, whatever its network. */
const dataConfig = (
  { model: { pooling, linear } }: TextClassificationRecipe,
  { labels, columns, training }: LabelledData,
) => {
  const texts = training.map(({ text }) => text)
  return {
    ...{ task: 'text-classification', labels, pooling },
    ...(columns === undefined ? {} : { columns }),
    ...(linear === 'none' ? {} : { linear: usualFeatures(texts, columns, linear.orders) }),
  }
}

/** The tokens of labels, where the model writes them. */
const labelTokensOf = (
  { model: { output } }: TextClassificationRecipe,
  { labels }: LabelledData,
  text: TextTokenizer,
  { tokens, prefixes }: Pick<LanguageConfig, 'tokens' | 'prefixes'>,
) => {
  if (output === 'head') return {}
  const [end = idOf('<eos>')] = endsOf({ tokens })
  return { labelTokens: { ids: labelIdsOf(labels, text, end), prefixes } }
}

/**
 * A trained model to start from. Of a language model the head is left out, of a classifier the
 * head too where it has other labels; what is missing is made anew.
 */
const readStart = async (
  path: string,
  recipe: TextClassificationRecipe,
  data: LabelledData,
  { files }: RunEnvironment,
): Promise<Started> => {
  const folder = await openStart(path, recipe, files)
  const { task } = (await folder.json('config.json')) as { readonly task?: unknown }
  if (task !== 'language-model' && task !== 'text-classification') {
    throw new RecipeError(
      `${path}: expected a language model or a model that sorts texts to start from, found ${task}`,
    )
  }
  const { text, tensors, ...parts } =
    task === 'language-model'
      ? await readLanguageModel(folder)
      : await readTextClassification(folder)
  const found = parts.config
  const { network, tokens } = found
  const ownColumns = found.task === 'text-classification' ? found.columns : undefined
  checkColumns(path, ownColumns, data.columns)
  const prefixes = found.task === 'language-model' ? found.prefixes : 'bidirectional'
  const config = textClassificationSchema.parse({
    ...dataConfig(recipe, data),
    ...(ownColumns === undefined ? {} : { columns: ownColumns }),
    ...labelTokensOf(recipe, data, text, { tokens, prefixes }),
    network,
    tokens,
  })
  const isSameOutput =
    found.task === 'text-classification' &&
    JSON.stringify(found.labels) === JSON.stringify(config.labels)
  const wanted = listParameters(textClassifierOf(config).parameters)
  const kept = Object.entries(tensors).filter(
    ([name]) => wanted.has(name) && (isSameOutput || !name.startsWith('output.')),
  )
  return { text, config, tensors: Object.fromEntries(kept) }
}

/** Throws RecipeError where a model to start from reads other columns, or texts. */
const checkColumns = (
  path: string,
  own: readonly NumberColumn[] | undefined,
  wanted: readonly NumberColumn[] | undefined,
): void => {
  const [found, expected] = [own, wanted].map((columns) =>
    columns === undefined ? 'texts' : `numbers of ${columns.map(({ name }) => name).join(', ')}`,
  )
  if (found === expected) return
  throw new RecipeError(`start: ${path} reads ${found}, and the data has ${expected}`)
}

/** The configuration of a new model. */
const newConfig = (
  recipe: TextClassificationRecipe,
  data: LabelledData,
  text: TextTokenizer,
): TextClassificationConfig => {
  const { context, width, depth, heads, activation, output } = recipe.model
  const { columns } = data
  const tokens = {
    ...{ pad: idOf('<pad>'), bos: idOf('<bos>'), mask: idOf('<mask>') },
    ...(output === 'head' ? {} : { eos: idOf('<eos>') }),
  }
  return textClassificationSchema.parse({
    ...dataConfig(recipe, data),
    ...labelTokensOf(recipe, data, text, { tokens, prefixes: 'bidirectional' }),
    network: {
      ...{ width, depth, heads, activation, hasTiedHead: true },
      // A row of numbers is the token that starts it, and one for each column.
      ...(columns === undefined
        ? { vocabularySize: text.vocabularySize, context }
        : {
            vocabularySize: firstColumnId(text) + columns.length,
            context: columns.length + 1,
            hasNumbers: true,
          }),
    },
    tokens,
  })
}

/** Throws RecipeError where nothing of a text would be read beside its longest label. */
const checkRoom = (config: TextClassificationConfig, text: TextTokenizer): void => {
  const { columns, network } = config
  const marks = marksOf(text, config)
  if (columns !== undefined || marks < network.context) return
  throw new RecipeError(
    `model.context: expected more than the ${marks} tokens of the longest label and around a text, ` +
      `got ${network.context}. Give labels shorter names by data.names, or choose model.output: head.`,
  )
}

/** The linear classifier beside the network, where there is one. */
const trainBeside = async (
  { model, seed }: TextClassificationRecipe,
  { training, validation }: LabelledData,
  { labels, columns, linear: features }: TextClassificationConfig,
  labelWeights: readonly number[],
  { onProgress, signal }: Pick<RunEnvironment, 'onProgress' | 'signal'>,
): Promise<LinearPart | undefined> =>
  features === undefined || model.linear === 'none'
    ? undefined
    : trainLinearPart(training, validation, {
        features,
        ...(columns === undefined ? {} : { columns }),
        labels: labels.length,
        limit: model.linear.features,
        seed,
        labelWeights,
        signal,
        onProgress: (epoch, epochs) => onProgress('linear epochs', epoch, epochs),
      })

/** How much a row of each label counts. Throws RecipeError for labels that are not there. */
const labelWeightsOf = (
  { objective: { labelWeights } }: TextClassificationRecipe,
  { labels, training }: LabelledData,
): number[] => {
  if (labelWeights === 'none') return labels.map(() => 1)
  if (labelWeights === 'balanced') {
    return balancedWeights(
      training.map(({ label }) => label),
      labels.length,
    )
  }
  for (const name of Object.keys(labelWeights)) {
    if (labels.includes(name)) continue
    throw new RecipeError(
      `objective.labelWeights: there is no label ${name}.${didYouMean(name, labels) || ` There are ${labels.slice(0, 8).join(', ')}.`}`,
    )
  }
  return labels.map((label) => labelWeights[label] ?? 1)
}

export const prepareTextClassification = async (
  recipe: TextClassificationRecipe,
  out: string,
  environment: RunEnvironment,
): Promise<PreparedRun> => {
  const { files, runtime, observer } = environment
  const { seed, model, objective, training } = recipe
  const tuning = { tuning: recipe.tuning, frozen: recipe.frozen }
  const data = await prepareLabelledData(recipe.data, { seed, environment, described: 1000 })
  const started =
    recipe.start === undefined
      ? undefined
      : await readStart(recipe.start, recipe, data, environment)
  const writtenLabels = model.output === 'head' ? [] : data.labels
  const text =
    started?.text ??
    (await prepareTextTokenizer(
      data.columns === undefined ? recipe.text : { ...recipe.text, kind: 'characters' },
      {
        texts: () =>
          data.columns === undefined
            ? [...data.training.map((row) => row.text), ...writtenLabels]
            : [],
        path: joinPath(out, textTokenizerName),
        environment,
      },
    ))
  const found = started?.config ?? newConfig(recipe, data, text)
  // Rotary places need no table, so the context of a model that is started from may be shorter.
  const context =
    found.network.positions === 'learned'
      ? found.network.context
      : Math.min(model.context, found.network.context)
  const config = { ...found, network: { ...found.network, context } }
  checkRoom(config, text)

  let cut = 0
  const labelWeights = labelWeightsOf(recipe, data)
  const linear = await trainBeside(recipe, data, config, labelWeights, environment)
  const voteOf = linear === undefined ? undefined : createLinearScorer(linear, config.linear!)
  const encode = (rows: readonly LabelledExample[]): LabelledText[] =>
    rows.map(({ text: written, label }) => {
      const { isCut, ...read } = readText(written, text, config)
      if (isCut) cut++
      return { ...read, label, ...(voteOf === undefined ? {} : { linear: voteOf(written) }) }
    })
  const parts = { training: encode(data.training), validation: encode(data.validation) }
  const { faults } = data
  if (faults.count > 0) await observer.notice(describeFaults(faults))
  if (cut > 0) {
    await observer.notice(`${cut} texts are longer than ${context} tokens; their ends are left out`)
  }
  const counts = { training: parts.training.length, validation: parts.validation.length }
  await writeJson(files, joinPath(out, 'rows.json'), { ...counts, cut, leftOut: faults })

  const { parameters } = textClassifierOf(config)
  /** The linear classifier, with as much to say as the measures of the chosen weights tell. */
  const votingBy = (measures: Measured) =>
    linear === undefined ? {} : { linear: { ...linear, votes: votesIn(measures) ?? linear.votes } }
  const adapter = await adapterOf({ start: recipe.start, tuning, model: config, parameters }, files)
  return {
    ...(adapter === undefined
      ? {}
      : {
          adapter: {
            entries: (tensors: Tensors, measures: Measured) => ({
              ...adapter.entries(tensors, measures),
              ...linearEntries(votingBy(measures)),
            }),
          },
        }),
    examples: parts.training.length,
    describeData: async () => ({ ...recipe.data, labels: data.labels, ...counts }),
    createTask: ({ restored }) =>
      createTextClassificationTask({
        runtime,
        config,
        ...parts,
        dropout: model.dropout,
        tokenDropout: model.tokenDropout,
        smoothing: objective.smoothing,
        labelWeights,
        score: objective.score,
        tuning,
        seed,
        ...trainerOptions(training),
        ...(started === undefined ? {} : { start: started.tensors }),
        ...(restored === undefined ? {} : { restored }),
      }),
    modelEntries: (tensors, measures) =>
      textClassificationEntries({
        config,
        tensors: mergeAdapters(tensors, tuning.tuning),
        text,
        ...votingBy(measures),
      }),
    close: async () => {},
  }
}
