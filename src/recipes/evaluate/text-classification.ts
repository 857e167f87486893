/**
 * Measures a model that classifies texts on rows that it has not seen, beside a linear classifier that was
 * trained on the same ones, and says how sure the difference is.
 */

import { DataError } from '../../errors.js'
import { createStoredTextClassifier } from '../../generation/text-classification/model-folder.js'
import type { ModelFolder } from '../../storage/model-folder.js'
import { bestOf, measureClassification } from '../../training/metrics/classification.js'
import { pairedBootstrap } from '../../training/metrics/paired-bootstrap.js'
import type { RunEnvironment } from '../run/environment.js'
import {
  type LabelledExample,
  prepareLabelledData,
} from '../run/text-classification/labelled-data.js'
import type { TextClassificationRecipe } from '../tasks/text-classification.js'
import { trainLinearBaseline } from './linear-baseline.js'
import { measuredRows } from './measured-rows.js'
import type { Measures } from './measures.js'

export interface EvaluateClassificationOptions {
  readonly folder: ModelFolder
  /** Another model, to compare it with. */
  readonly against?: ModelFolder
  readonly recipe: TextClassificationRecipe
  readonly environment: Pick<RunEnvironment, 'files' | 'runtime' | 'dataFolder' | 'onProgress'>
}

/** The guesses of a model, as places among the labels. Throws DataError where it has others. */
const guess = async (
  folder: ModelFolder,
  rows: readonly LabelledExample[],
  labels: readonly string[],
  { runtime, onProgress }: EvaluateClassificationOptions['environment'],
): Promise<number[]> => {
  const model = await createStoredTextClassifier(runtime, folder)
  try {
    const foreign = model.config.labels.find((label) => !labels.includes(label))
    if (foreign !== undefined) {
      throw new DataError(
        `${folder.path}: it knows the label ${JSON.stringify(foreign)}, which the recipe's data has not; measure it on its own data`,
      )
    }
    const found = await model.classify(
      rows.map(({ text }) => text),
      { onProgress: (done, total) => onProgress('texts', done, total) },
    )
    return found.map(({ probabilities }) =>
      labels.indexOf(model.config.labels[bestOf(probabilities)]!),
    )
  } finally {
    await model.close()
  }
}

const hitsOf = (guesses: readonly number[], rows: readonly LabelledExample[]): number[] =>
  guesses.map((label, row) => (label === rows[row]!.label ? 1 : 0))

/** All measures of a model on its recipe's test rows, or those held out where there are none. */
export const evaluateTextClassification = async ({
  folder,
  against,
  recipe,
  environment,
}: EvaluateClassificationOptions): Promise<Measures> => {
  const { seed } = recipe
  const data = await prepareLabelledData(recipe.data, { seed, environment })
  const { labels } = data
  const rows = measuredRows(recipe.data, data)
  const truth = rows.map(({ label }) => label)
  const baseline = await trainLinearBaseline(data.training, data.validation, {
    labels: labels.length,
    seed,
    ...(data.columns === undefined ? {} : { columns: data.columns }),
    onProgress: (epoch, epochs) => environment.onProgress('epochs of the baseline', epoch, epochs),
  })
  const guesses: Record<string, number[]> = {
    model: await guess(folder, rows, labels, environment),
    ...(against === undefined ? {} : { other: await guess(against, rows, labels, environment) }),
    [baseline.name]: rows.map(({ text }) => baseline.classify(text)),
  }
  const summaries: Record<string, Measures> = {}
  const differences: Record<string, Measures> = {}
  for (const [name, own] of Object.entries(guesses)) {
    const { accuracy, macroF1 } = measureClassification(labels, truth, own)
    const right = hitsOf(own, rows)
    summaries[name] = { accuracy, macroF1, rows: rows.length }
    if (name === 'model') continue
    const gap = pairedBootstrap(hitsOf(guesses.model!, rows), right, { seed })
    differences[`model less ${name}`] = {
      difference: gap.difference,
      low: gap.low,
      high: gap.high,
      share: gap.share,
    }
  }
  const { labels: byLabel, confusion } = measureClassification(labels, truth, guesses.model!)
  return {
    ...summaries,
    ...differences,
    leftOut: data.faults.count,
    labels: Object.fromEntries(
      byLabel.map(({ label, precision, recall, f1, rows: count }) => [
        label,
        { precision, recall, f1, rows: count },
      ]),
    ),
    confusion: Object.fromEntries(
      confusion.map((counts, row) => [
        labels[row]!,
        Object.fromEntries(counts.map((count, column) => [labels[column]!, count])),
      ]),
    ),
  }
}
