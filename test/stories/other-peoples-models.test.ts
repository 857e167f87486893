/**
 * From another project's model to one of one's own: import it, let it write, train it further on
 * other texts, and give it back in a form that other projects read. All in memory.
 */

import { beforeAll, expect, test } from 'vitest'
import { exportHuggingFace } from '../../src/generation/export-hugging-face.js'
import { importModel, readForeignModel } from '../../src/generation/import-model.js'
import { openTextModel, readLanguageModel } from '../../src/generation/text/model-folder.js'
import { createNodeMedia } from '../../src/platform/node/media.js'
import { createInlineRuntime } from '../../src/platform/node/runtime.js'
import { parseRecipe } from '../../src/recipes/parse-recipe.js'
import { runRecipe } from '../../src/recipes/run/run-recipe.js'
import type { Files } from '../../src/storage/files.js'
import { openModelFolder } from '../../src/storage/model-folder.js'
import { foreignModel } from '../support/foreign-models.js'
import { tinyEnvironment } from '../support/tiny-recipes.js'

const runtime = createInlineRuntime({ threads: 1 })
let files: Files

const write = async (folder: string, prompt: string, maxTokens: number): Promise<string> => {
  const model = await openTextModel(files, runtime, folder)
  let text = ''
  for await (const piece of model.write(model.promptOf(prompt), { maxTokens, temperature: 0 })) {
    text += piece.text
  }
  await model.close()
  return text
}

beforeAll(async () => {
  ;({ files } = await foreignModel('stories260K'))
})

test('a model is imported and goes on with a text', async () => {
  await importModel(files, 'stories260K', 'models/stories')
  expect(await write('models/stories', 'Once upon a time, there was a', 5)).toBe(
    ' little girl named',
  )
})

test('it learns from a recipe that starts from it', async () => {
  const text = 'Once upon a time, there was a blue whale named Ishmael who loved to sing.\n'
  await files.write('texts/whale.txt', text.repeat(40))
  const recipe = parseRecipe(
    `
task: language-model
start: models/stories
data: { path: texts, documents: line, filters: { exactDuplicates: false }, validation: { share: 0.2 } }
model: { context: 32 }
training: { steps: 8, batch: 2, learningRate: 0.003, schedule: constant }
samples: []
`,
    { name: 'whale.yaml' },
  )
  const { environment, steps } = tinyEnvironment(files, createNodeMedia())
  const result = await runRecipe(recipe, { out: 'runs/whale' }, environment)
  expect(result).toMatchObject({ step: 8, modelFolder: 'runs/whale/model' })
  const losses = steps.map(({ measures }) => measures.loss!)
  expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.9)
})

test('the trained model is one that other projects read', async () => {
  const trained = await readLanguageModel(await openModelFolder(files, 'runs/whale/model'))
  const original = await readLanguageModel(await openModelFolder(files, 'models/stories'))
  expect(trained.config).toEqual(original.config)
  expect(trained.tensors).not.toEqual(original.tensors)
  expect(await exportHuggingFace(files, 'runs/whale/model', 'exported')).toMatchObject({
    architecture: 'llama',
  })
  expect((await readForeignModel(files, 'exported')).tensors).toEqual(trained.tensors)
})
