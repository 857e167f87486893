/** Prepares the run of a model that sorts texts: its rows, its tokenizer and what it starts from. */

import { describeFaults } from '../../data/fault-report.js'
import { allBins } from '../../data/text/binned-columns.js'
import type { Tensors } from '../../engine/runtime/runtime.js'
import { RecipeError } from '../../errors.js'
import { readLanguageModel } from '../../generation/text/model-folder.js'
import { readText } from '../../generation/text-classification/classifier-input.js'
import {
  type TextClassificationConfig,
  textClassificationSchema,
  textClassifierOf,
} from '../../generation/text-classification/config.js'
import {
  readTextClassification,
  textClassificationEntries,
} from '../../generation/text-classification/model-folder.js'
import { listParameters } from '../../network/parameters.js'
import { joinPath } from '../../storage/files.js'
import { writeJson } from '../../storage/json.js'
import { openModelFolder } from '../../storage/model-folder.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import {
  balancedWeights,
  type LabelledText,
} from '../../training/objectives/text-classification.js'
import { createTextClassificationTask } from '../../training/tasks/text-classification.js'
import { mergeAdapters } from '../../training/tuning.js'
import { didYouMean } from '../nearest-name.js'
import type { TextClassificationRecipe } from '../tasks/text-classification.js'
import { adapterOf } from './adapter.js'
import type { RunEnvironment } from './environment.js'
import { type LabelledData, type LabelledExample, prepareLabelledData } from './labelled-data.js'
import type { PreparedRun } from './run-recipe.js'
import { textTokenizerName } from './text-image.js'
import { idOf, prepareTextTokenizer } from './text-tokenizer.js'
import { optimizerOf } from './training-options.js'

/** What a run starts from. */
interface Started {
  readonly text: TextTokenizer
  readonly config: TextClassificationConfig
  readonly tensors: Tensors
}

/** What the data decides of a configuration. */
const dataConfig = ({ labels, columns }: LabelledData) => ({
  task: 'text-classification',
  labels,
  ...(columns === undefined ? {} : { columns }),
})

/**
 * A trained model to start from. Of a language model the head is left out, of a classifier the
 * head too where it has other labels; what is missing is made anew.
 */
const readStart = async (
  path: string,
  { model: { pooling, ngrams } }: TextClassificationRecipe,
  data: LabelledData,
  { files }: RunEnvironment,
): Promise<Started> => {
  const folder = await openModelFolder(files, path)
  const { task } = (await folder.json('config.json')) as { readonly task?: unknown }
  if (task !== 'language-model' && task !== 'text-classification') {
    throw new RecipeError(
      `${path}: expected a language model or a model that sorts texts to start from, found ${task}`,
    )
  }
  const isWide = ngrams.orders > 0
  const { text, tensors, ...parts } =
    task === 'language-model'
      ? await readLanguageModel(folder)
      : await readTextClassification(folder)
  const { network, tokens } = parts.config
  const config = textClassificationSchema.parse({
    ...dataConfig(data),
    network,
    tokens,
    pooling,
    // A table of n-grams goes on as it is.
    ...(isWide ? { ngrams: ('ngrams' in parts.config && parts.config.ngrams) || ngrams } : {}),
  })
  const isSameOutput =
    parts.config.task === 'text-classification' &&
    JSON.stringify(parts.config.labels) === JSON.stringify(config.labels) &&
    JSON.stringify(parts.config.ngrams) === JSON.stringify(config.ngrams)
  const wanted = listParameters(textClassifierOf(config).parameters)
  const kept = Object.entries(tensors).filter(
    ([name]) => wanted.has(name) && (isSameOutput || !name.startsWith('output.')),
  )
  return { text, config, tensors: Object.fromEntries(kept) }
}

/** The configuration of a new model. */
const newConfig = (
  { model }: TextClassificationRecipe,
  data: LabelledData,
  text: TextTokenizer,
): TextClassificationConfig =>
  textClassificationSchema.parse({
    ...dataConfig(data),
    network: {
      vocabularySize: text.vocabularySize,
      context: model.context,
      width: model.width,
      depth: model.depth,
      heads: model.heads,
      activation: model.activation,
      hasTiedHead: true,
    },
    tokens: { pad: idOf('<pad>'), bos: idOf('<bos>'), mask: idOf('<mask>') },
    pooling: model.pooling,
    ...(model.ngrams.orders === 0 ? {} : { ngrams: model.ngrams }),
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

const rowStep = 8

/** Tokens of a row: no more than the longest text needs. */
const timeOf = (
  parts: readonly (readonly LabelledText[])[],
  { network: { context } }: TextClassificationConfig,
): number => {
  const longest = parts.flat().reduce((length, { ids }) => Math.max(length, ids.length), 1)
  return Math.min(context, Math.ceil(longest / rowStep) * rowStep)
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
  const text =
    started?.text ??
    (await prepareTextTokenizer(
      data.columns === undefined ? recipe.text : { ...recipe.text, kind: 'characters' },
      {
        texts: () =>
          data.columns === undefined
            ? data.training.map((row) => row.text)
            : [allBins(data.columns)],
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

  let cut = 0
  const encode = (rows: readonly LabelledExample[]): LabelledText[] =>
    rows.map(({ text: written, label }) => {
      const { ids, isCut } = readText(written, text, config)
      if (isCut) cut++
      return { ids, label }
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
  const adapter = await adapterOf({ start: recipe.start, tuning, model: config, parameters }, files)
  return {
    ...(adapter === undefined ? {} : { adapter }),
    examples: parts.training.length,
    describeData: async () => ({ ...recipe.data, labels: data.labels, ...counts }),
    createTask: ({ restored }) =>
      createTextClassificationTask({
        runtime,
        config,
        ...parts,
        time: timeOf([parts.training, parts.validation], config),
        dropout: model.dropout,
        tokenDropout: model.tokenDropout,
        smoothing: objective.smoothing,
        labelWeights: labelWeightsOf(recipe, data),
        score: objective.score,
        tuning,
        seed,
        optimizer: optimizerOf(training),
        clipNorm: training.clipNorm,
        averageDecay: training.average,
        batch: training.batch,
        accumulation: training.accumulation,
        ...(started === undefined ? {} : { start: started.tensors }),
        ...(restored === undefined ? {} : { restored }),
      }),
    modelEntries: (tensors) =>
      textClassificationEntries({ config, tensors: mergeAdapters(tensors, tuning.tuning), text }),
    close: async () => {},
  }
}
