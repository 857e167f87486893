/** Prepares the run of a model that classifies texts: its rows, its tokenizer and what it starts from. */

import { describeFaults } from '../../../data/fault-report.js'
import { didYouMean } from '../../../data/nearest-name.js'
import type { Tensors } from '../../../engine/runtime/runtime.js'
import { RecipeError } from '../../../errors.js'
import { readText } from '../../../generation/text-classification/classifier-input.js'
import {
  type TextClassificationConfig,
  textClassifierOf,
} from '../../../generation/text-classification/config.js'
import {
  createLinearScorer,
  type LinearPart,
} from '../../../generation/text-classification/linear-classifier.js'
import {
  linearEntries,
  textClassificationEntries,
} from '../../../generation/text-classification/model-folder.js'
import { joinPath } from '../../../storage/files.js'
import { writeJson } from '../../../storage/json.js'
import { trainLinearPart } from '../../../training/linear-classifier.js'
import {
  balancedWeights,
  type LabelledText,
} from '../../../training/objectives/text-classification.js'
import { votesIn } from '../../../training/tasks/text-classification/measure-texts.js'
import { createTextClassificationTask } from '../../../training/tasks/text-classification/text-classification.js'
import { mergeAdapters } from '../../../training/tuning.js'
import type { TextClassificationRecipe } from '../../tasks/text-classification.js'
import { adapterOf } from '../adapter.js'
import type { RunEnvironment } from '../environment.js'
import { keyOfRows, type PreparedRun } from '../prepared-run.js'
import { trainerOptions } from '../training-options.js'
import { type LabelledData, type LabelledExample, prepareLabelledData } from './labelled-data.js'
import { startTextClassification } from './start-text-classification.js'

type Measured = Readonly<Record<string, number>>

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
      `there is no label ${name}.${didYouMean(name, labels) || ` There are ${labels.slice(0, 8).join(', ')}.`}`,
      { keys: ['objective', 'labelWeights'] },
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
  const { text, config, tensors } = await startTextClassification(recipe, data, out, environment)
  const { context } = config.network
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
            entries: (trained: Tensors, measures: Measured) => ({
              ...adapter.entries(trained, measures),
              ...linearEntries(votingBy(measures)),
            }),
          },
        }),
    examples: parts.training.length,
    dataKey: keyOfRows([data.labels, counts, ...data.training, ...data.validation]),
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
        ...(tensors === undefined ? {} : { start: tensors }),
        ...(restored === undefined ? {} : { restored }),
      }),
    modelEntries: (trained, measures) =>
      textClassificationEntries({
        config,
        tensors: mergeAdapters(trained, tuning.tuning),
        text,
        ...votingBy(measures),
      }),
    close: async () => {},
  }
}
