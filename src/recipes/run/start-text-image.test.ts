import { beforeAll, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import { tinyEnvironment, tinyRecipe, writeClips } from '../../../test/support/tiny-recipes.js'
import { RecipeError } from '../../errors.js'
import { openTextImageModel } from '../../generation/text-image/model-folder.js'
import { createNodeMedia } from '../../platform/node/media.js'
import { evaluateModel } from '../evaluate/evaluate-model.js'
import { parseRecipe } from '../parse-recipe.js'
import type { Recipe } from '../recipe.js'
import { runRecipe } from './run-recipe.js'

const media = createNodeMedia()
const files = createMemoryFiles()
const { environment } = tinyEnvironment(files, media)
const run = (recipe: Recipe, out: string) => runRecipe(recipe, { out }, environment)

/** Squares on dark ground are one class, those on light ground another. */
const classes = `
task: text-image
start: runs/words/model
data:
  source: { kind: clip-classes, path: classes }
  languages: [en]
  augmentation: { flip: 0, shift: 0, scale: 0, color: 0 }
  split: { heldOutGroups: 0, heldOutNames: [dark/1.gif, light/7.gif], heldOutPairs: 0 }
objective:
  kind: masked-codes
  directions: { textToImage: 0, imageToText: 1 }
  stillShare: 0
  corruption: 0
  variants: 1
training: { steps: 80, batch: 6, learningRate: 0.01, average: 0.9 }
`

beforeAll(async () => {
  await writeClips(files, media, 'clips')
  for (let clip = 0; clip < 8; clip++) {
    const name = `classes/${clip < 4 ? 'dark' : 'light'}/${clip}.gif`
    await files.write(name, await files.read(`clips/clip-${clip}.gif`))
  }
  const source = 'data.source={kind: clip-folder, path: clips}'
  const plain = ['loss.perceptual=0', 'loss.adversarial.weight=0', 'tokenizer.followingPatch=16']
  await run(tinyRecipe('image-tokenizer', [...plain, 'frames=3', source]), 'runs/tokenizer')
  const words = [source, 'objective.kind=masked-codes', 'training.steps=4']
  await run(tinyRecipe('text-image', words), 'runs/words')
})

test('a model of few classes goes on from another, and tells them apart', async () => {
  const { modelFolder } = await run(parseRecipe(classes, { name: 'classes.yaml' }), 'runs/classes')
  const { runtime } = environment
  const [before, model] = [
    await openTextImageModel(files, runtime, 'runs/words/model'),
    await openTextImageModel(files, runtime, modelFolder!),
  ]
  expect(model.config).toEqual(before.config)
  expect(model.words).toEqual(new Set([...before.words!, 'dark', 'light']))
  // Eight names for eight clips are no classes.
  expect(before.questions).toBeUndefined()
  expect(model.questions).toMatchObject([
    {
      attributes: [{ name: 'label', of: ['caption'] }],
      answers: [
        { values: ['dark'], phrases: ['dark'] },
        { values: ['light'], phrases: ['light'] },
      ],
    },
  ])
  await before.close()
  await model.close()
  const { classify, baseline } = await evaluateModel(modelFolder!, environment)
  expect(classify).toEqual({ label: 1, all: 1, examples: 2 })
  expect(baseline).toMatchObject({ examples: 2 })
})

test('a model of clips cannot go on with pictures', async () => {
  const pictures = classes
    .replace(/heldOutNames: \[.*?\]/, 'heldOutNames: []')
    .replace(/source: .*/, 'source: { kind: folder, path: clips }')
  const running = run(parseRecipe(pictures, { name: 'pictures.yaml' }), 'runs/pictures')
  await expect(running).rejects.toThrow(RecipeError)
  await expect(running).rejects.toThrow(
    'start: runs/words/model is a model of clips of 3 frames, and data.source has pictures',
  )
})

test('a model goes on as it learned to draw', async () => {
  const recipe = parseRecipe(classes, {
    name: 'other.yaml',
    overrides: ['objective.kind=next-code'],
  })
  await expect(run(recipe, 'runs/other')).rejects.toThrow(
    'objective.kind: expected masked-codes, that of runs/words/model, got next-code. Choose the same',
  )
})

test('one of a tokenizer and a model is what a recipe starts from', () => {
  const both = classes.replace('start:', 'tokenizer: a\nstart:')
  expect(() => parseRecipe(both, { name: 'both.yaml' })).toThrow(
    'expected one of tokenizer, a model folder, imageTokenizer or start, got tokenizer and start',
  )
})
