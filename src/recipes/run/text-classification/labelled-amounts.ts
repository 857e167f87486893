/** How much the rows of a recipe that classifies texts are. */

import { readText } from '../../../generation/text-classification/classifier-input.js'
import { bucketTexts } from '../../../training/tasks/text-classification/text-buckets.js'
import type { TextClassificationRecipe } from '../../tasks/text-classification.js'
import {
  type CountEnvironment,
  spreadRows,
  type TextAmounts,
  tokenizerFor,
} from '../text-amounts.js'
import { prepareLabelledData } from './labelled-data.js'
import { newClassifierConfig } from './start-text-classification.js'

export const countLabelledRows = async (
  recipe: TextClassificationRecipe,
  environment: CountEnvironment,
): Promise<TextAmounts> => {
  const { seed } = recipe
  const data = await prepareLabelledData(recipe.data, { seed, environment })
  const rows = spreadRows(data.training, ({ text }) => text)
  const hasNumbers = data.columns !== undefined
  const text = await tokenizerFor(
    hasNumbers ? { text: { ...recipe.text, kind: 'characters' } } : recipe,
    hasNumbers ? [] : rows.map((row) => row.text),
    environment,
  )
  const config = newClassifierConfig(recipe, { ...data, training: rows }, text)
  const read = rows.map((row) => readText(row.text, text, config))
  const { lengths, buckets } = bucketTexts(read, config)
  return {
    found: {
      unit: 'rows',
      training: data.training.length,
      validation: data.validation.length,
      leftOut: data.faults.count,
    },
    examples: data.training.length,
    vocabulary: config.network.vocabularySize,
    labels: data.labels.length,
    lengths: [
      {
        mean: buckets.reduce((sum, bucket) => sum + lengths[bucket]! / buckets.length, 0),
        longest: lengths.at(-1)!,
      },
    ],
  }
}
