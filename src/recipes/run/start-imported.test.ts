import { expect, test } from 'vitest'
import { foreignModel } from '../../../test/support/foreign-models.js'
import { tinyEnvironment } from '../../../test/support/tiny-recipes.js'
import type { Media } from '../../data/media/media.js'
import { numbersOf } from '../../engine/tensor/tensor.js'
import { importModel } from '../../generation/import-model.js'
import {
  openTextClassifier,
  readTextClassification,
} from '../../generation/text-classification/model-folder.js'
import { openModelFolder } from '../../storage/model-folder.js'
import { parseRecipe } from '../parse-recipe.js'
import { runRecipe } from './run-recipe.js'

const media = {} as Media // No picture is looked at.

test.each([
  { name: 'hf-tiny-bert', words: ['t5', 't6', 't7', 't8'], least: 0.9 },
  // Its states have two numbers, which is not enough to learn much.
  { name: 'hf-tiny-gpt2', words: [' low', ' lowest', ' newer', ' wider'], least: 0 },
])('a classifier starts from $name as it was imported', async ({ name, words, least }) => {
  const { files } = await foreignModel(name)
  const imported = await importModel(files, name, 'base')
  const rows = Array.from({ length: 48 }, (_, row) => {
    const [label, word] = row % 2 === 0 ? ['good', words[0]] : ['bad', words[1]]
    return `${word} ${words[2 + (row % 3 === 0 ? 1 : 0)]} ${word}${' x'.repeat(row % 5)}\t${label}`
  })
  await files.write('rows.tsv', [...new Set(rows)].join('\n'))
  const train = (out: string, tuning: string, steps: number) => {
    const { environment } = tinyEnvironment(files, media)
    const recipe = parseRecipe(
      `
task: text-classification
start: base
data: { path: rows.tsv, validation: 0.3 }
model: { dropout: 0, linear: none }
tuning: ${tuning}
training: { steps: ${steps}, batch: 8, learningRate: 0.01, schedule: constant, average: 0 }`,
      { name: 'rows.yaml' },
    )
    return runRecipe(recipe, { out }, environment)
  }

  await train('head', 'head', 1)
  const { tensors, config, text } = await readTextClassification(
    await openModelFolder(files, 'head/model'),
  )
  expect(config).toMatchObject({ network: imported.config.network, labels: ['bad', 'good'] })
  expect(text.definition).toEqual(imported.text.definition)
  for (const part of ['embedding', 'places.0', 'layers.0.attention.input', 'layers.0.mlp.output']) {
    expect(numbersOf(tensors[part]!)).toEqual(numbersOf(imported.tensors[part]!))
  }

  const { measures } = await train('all', 'all', 20)
  expect(measures['heldOut.accuracy']).toBeGreaterThanOrEqual(least)
  expect(measures['heldOut.loss']).toBeLessThan(1)
  const { runtime } = tinyEnvironment(files, media).environment
  const model = await openTextClassifier(files, runtime, 'all/model')
  const [found] = await model.classify([`${words[0]} ${words[2]} ${words[0]}`])
  expect(found!.probabilities.reduce((sum, one) => sum + one)).toBeCloseTo(1)
  if (least > 0) expect(found!.probabilities[1]).toBeGreaterThan(0.5)
  await model.close()
})
