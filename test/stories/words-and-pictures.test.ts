/**
 * From a folder of pictures with words to a model that draws what words say and says what pictures
 * show: all in memory, each step as a user takes it.
 */

import { beforeAll, describe, expect, test } from 'vitest'
import { createTesserae } from '../../src/index.js'
import { createNodeMedia } from '../../src/platform/node/media.js'
import { createInlineRuntime } from '../../src/platform/node/runtime.js'
import { evaluateModel } from '../../src/recipes/evaluate/evaluate-model.js'
import { runRecipe } from '../../src/recipes/run/run-recipe.js'
import { readJson } from '../../src/storage/json.js'
import { openModelFolder } from '../../src/storage/model-folder.js'
import { readJsonLines } from '../../src/training/metrics/json-lines.js'
import { createMemoryFiles } from '../support/memory-files.js'
import { tinyEnvironment, tinyRecipe, writePictures } from '../support/tiny-recipes.js'

const files = createMemoryFiles()
const media = createNodeMedia()

beforeAll(() => writePictures(files, media, 'pictures'))

describe('an image tokenizer', () => {
  test('is trained from a recipe', async () => {
    const { environment, steps, samples } = tinyEnvironment(files, media)
    const recipe = tinyRecipe('image-tokenizer')
    const result = await runRecipe(recipe, { out: 'runs/tokenizer' }, environment)
    expect(result).toMatchObject({
      step: 10,
      isFinished: true,
      modelFolder: 'runs/tokenizer/model',
    })
    expect(result.measures.psnrDb).toBeGreaterThan(0)
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(samples).toEqual(['reconstructions'])
  })

  test('leaves a record of its run', async () => {
    const entries = await readJsonLines(files, 'runs/tokenizer/metrics.jsonl')
    const losses = entries.flatMap(({ values }) => values['train/tokenizer.loss'] ?? [])
    expect(losses.length).toBeGreaterThan(0)
    expect(entries.at(-1)!.values).toHaveProperty('validation/psnrDb')
    const names = (await files.list('runs/tokenizer')).map(({ path }) => path.split('/').at(-1))
    expect(names).toEqual([
      'checkpoints',
      'curves',
      'metrics.jsonl',
      'model',
      'recipe.yaml',
      'samples',
      'tensorboard',
    ])
    const [sheet] = await files.list('runs/tokenizer/samples')
    expect(sheet!.path).toBe('runs/tokenizer/samples/reconstructions-00000010.png')
  })

  test('is a folder that verifies itself and says how it came about', async () => {
    const folder = await openModelFolder(files, 'runs/tokenizer/model')
    expect(folder.names).toEqual(['config.json', 'model.safetensors', 'recipe.yaml'])
    expect(folder.about).toMatchObject({ seed: 0, steps: 10 })
    expect(await readJson(files, 'runs/tokenizer/model/config.json')).toMatchObject({
      task: 'image-tokenizer',
      size: 16,
      patch: 8,
    })
  })
})

test('an image tokenizer is measured by what it keeps of held-out pictures', async () => {
  const { environment } = tinyEnvironment(files, media)
  const { tokenizer } = await evaluateModel('runs/tokenizer/model', environment)
  const { about } = await openModelFolder(files, 'runs/tokenizer/model')
  const { psnrDb } = (about as { measures: { psnrDb: number } }).measures
  // The same pictures as during the run, and the same weights.
  expect((tokenizer as { psnrDb: number }).psnrDb).toBeCloseTo(psnrDb, 6)
  expect(tokenizer).toMatchObject({ examples: 2 })
})

describe.each(['next-code', 'masked-codes'] as const)(
  'a model of words and pictures by %s',
  (kind) => {
    const out = `runs/${kind}`
    const recipe = () => tinyRecipe('text-image', [`objective.kind=${kind}`])
    const tesserae = createTesserae({
      versions: { tesserae: '1.2.3', onnxruntime: '1.30.0' },
      files,
      media,
      createRuntime: () => createInlineRuntime({ threads: 1 }),
      packageFolder: async () => undefined,
    })

    test('is trained from a recipe, with the tokenizer in its folder', async () => {
      const { environment, samples } = tinyEnvironment(files, media)
      const result = await runRecipe(recipe(), { out }, environment)
      expect(result).toMatchObject({ step: 10, isFinished: true, modelFolder: `${out}/model` })
      expect(result.measures['drawing.train']).toBeGreaterThan(0)
      expect(samples).toContain('train')
      const { names } = await openModelFolder(files, `${out}/model`)
      expect(names).toContain('image-tokenizer/model.safetensors')
      expect(names).toContain('tokenizer.json')
    })

    test('draws what words say, the same for the same seed', async () => {
      const draw = await tesserae.pipeline('text-to-image', `${out}/model`)
      const images = await draw('a red square', { num_images: 2, seed: 3 })
      expect(images.map(({ width, height }) => [width, height])).toEqual([
        [16, 16],
        [16, 16],
      ])
      const [again] = await draw('a red square', { seed: 3 })
      expect(again!.data).toEqual(images[0]!.data)
      await images[0]!.save('drawn.png')
      const saved = await media.decode(await files.read('drawn.png'), { name: 'drawn', size: 16 })
      expect(saved.data).toEqual(images[0]!.data)
      await draw.dispose()
    })

    test('says what a picture shows', async () => {
      const caption = await tesserae.pipeline('image-to-text', `${out}/model`)
      const [said] = await caption('pictures/red-disc.png')
      expect(typeof said!.generated_text).toBe('string')
      expect(await caption('pictures/red-disc.png')).toEqual([said])
      await caption.dispose()
    })

    test('is measured on the data of its recipe', async () => {
      const { environment } = tinyEnvironment(files, media)
      const measures = await evaluateModel(`${out}/model`, environment)
      expect(Object.keys(measures)).toEqual([
        'distance',
        'train',
        'heldOut',
        'baseline',
        'caption',
        'tokenizer',
        'ceiling',
      ])
      expect(JSON.stringify(measures)).not.toContain('null')
      expect(await evaluateModel(`${out}/model`, environment)).toEqual(measures)
    })
  },
)
