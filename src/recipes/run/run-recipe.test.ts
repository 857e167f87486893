import { beforeAll, describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import { tinyEnvironment, tinyRecipe, writePictures } from '../../../test/support/tiny-recipes.js'
import { DataError, RecipeError, StorageError, type TesseraeError } from '../../errors.js'
import { createNodeMedia } from '../../platform/node/media.js'
import type { Files } from '../../storage/files.js'
import { writeModelFolder } from '../../storage/model-folder.js'
import { readJsonLines } from '../../training/metrics/json-lines.js'
import { parseRecipe } from '../parse-recipe.js'
import type { Recipe } from '../recipe.js'
import type { ImageTokenizerRecipe } from '../tasks/image-tokenizer.js'
import type { TextImageRecipe } from '../tasks/text-image.js'
import { runRecipe } from './run-recipe.js'

const media = createNodeMedia()
const files = createMemoryFiles()
/** Without judge and critic, which have stories of their own. */
const plain = ['loss.perceptual=0', 'loss.adversarial.weight=0']
const tokenizer = tinyRecipe('image-tokenizer', plain)

/** The hash of the finished weights. */
const weightsOf = (out: string, from: Files = files) =>
  from.sha256(`${out}/model/model.safetensors`)

/** Runs a recipe, stopped after a step where one is given. */
const run = (
  recipe: Recipe,
  out: string,
  {
    stopAfter = Number.POSITIVE_INFINITY,
    ...options
  }: { stopAfter?: number; shouldResume?: boolean; maximumSteps?: number } = {},
) => {
  const stop = new AbortController()
  const { environment, steps } = tinyEnvironment(files, media, { signal: stop.signal })
  const { observer } = environment
  const stopping = {
    ...observer,
    step: async (report: Parameters<typeof observer.step>[0]) => {
      await observer.step(report)
      if (report.step >= stopAfter) stop.abort()
    },
  }
  const result = runRecipe(recipe, { out, ...options }, { ...environment, observer: stopping })
  return result.then((finished) => ({ ...finished, steps }))
}

beforeAll(async () => {
  await writePictures(files, media, 'pictures')
  await run(tokenizer, 'runs/tokenizer')
})

describe('resuming', () => {
  test('an image tokenizer ends with the same bits', async () => {
    const stopped = await run(tokenizer, 'stopped', { stopAfter: 4 })
    expect(stopped).toMatchObject({ step: 4, isFinished: false, modelFolder: undefined })
    const resumed = await run(tokenizer, 'stopped', { shouldResume: true })
    expect(resumed.steps.map(({ step }) => step)).toEqual([5, 6, 7, 8, 9, 10])
    expect(await weightsOf('stopped')).toBe(await weightsOf('runs/tokenizer'))
    // Each step is recorded once.
    const entries = await readJsonLines(files, 'stopped/metrics.jsonl')
    const recorded = entries.filter(({ values }) => 'train/loss' in values).map(({ step }) => step)
    expect(recorded).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  test('a model of words and pictures ends with the same bits', async () => {
    const recipe = tinyRecipe('text-image')
    await run(recipe, 'words')
    await run(recipe, 'words-stopped', { stopAfter: 7 })
    await run(recipe, 'words-stopped', { shouldResume: true })
    expect(await weightsOf('words-stopped')).toBe(await weightsOf('words'))
  })

  test('a finished run writes its model again', async () => {
    const before = await weightsOf('runs/tokenizer')
    await files.remove('runs/tokenizer/model')
    const again = await run(tokenizer, 'runs/tokenizer', { shouldResume: true })
    expect(again).toMatchObject({ step: 10, isFinished: true })
    expect(again.measures.psnrDb).toBeGreaterThan(0)
    expect(await weightsOf('runs/tokenizer')).toBe(before)
  })
})

describe('the seed', () => {
  test('and nothing else decides what comes out', async () => {
    await run(tokenizer, 'again')
    expect(await weightsOf('again')).toBe(await weightsOf('runs/tokenizer'))
    await run(tinyRecipe('image-tokenizer', [...plain, 'seed=5']), 'other-seed')
    expect(await weightsOf('other-seed')).not.toBe(await weightsOf('runs/tokenizer'))
  })
})

test('a run may end before its schedule does', async () => {
  const short = await run(tokenizer, 'short', { maximumSteps: 3 })
  expect(short).toMatchObject({ step: 3, isFinished: true, modelFolder: 'short/model' })
})

describe('the length of a run', () => {
  const withLength = (length: string) =>
    parseRecipe(
      `
task: image-tokenizer
size: 16
tokenizer:
  patch: 8
  depth: 1
  width: 32
  smoothing: 0
  quantizer: { kind: finite-scalar, levels: [4, 4] }
loss: { perceptual: 0, adversarial: { weight: 0 } }
data: { source: { kind: folder, path: pictures }, split: { heldOutGroups: 0 } }
training: { ${length}, batch: 5, optimizer: muon }
`,
      { name: 'length.yaml' },
    )

  test('in epochs is counted in batches of the training examples', async () => {
    expect((await run(withLength('epochs: 1'), 'epochs')).step).toBe(3)
  })

  test('in minutes is measured by steps that leave no trace', async () => {
    const measured = await run(withLength('minutes: 0.00001'), 'minutes')
    expect(measured.step).toBe(1)
    await run(withLength('steps: 1'), 'steps')
    expect(await weightsOf('minutes')).toBe(await weightsOf('steps'))
  })
})

describe('a recipe that brings its own image tokenizer', () => {
  const { size, tokenizer: network, loss, training } = tokenizer as ImageTokenizerRecipe
  const words = tinyRecipe('text-image') as TextImageRecipe
  const { tokenizer: _, ...rest } = words
  const recipe: TextImageRecipe = {
    ...rest,
    imageTokenizer: { size, tokenizer: network, loss, training },
  }

  test('trains it first, and goes on from wherever it was stopped', async () => {
    const whole = await run(recipe, 'whole')
    expect(whole.steps.map(({ step }) => step)).toEqual([
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    ])
    const first = await run(recipe, 'own', { stopAfter: 3 })
    expect(first).toMatchObject({ step: 3, isFinished: false })
    const second = await run(recipe, 'own', { shouldResume: true })
    expect(second.isFinished).toBe(true)
    expect(await weightsOf('own')).toBe(await weightsOf('whole'))
  })
})

describe('is refused', () => {
  const refusal = async (running: Promise<unknown>, kind: new () => TesseraeError) => {
    await expect(running).rejects.toThrow(kind)
    return running.catch((error: Error) => error.message)
  }

  test('a folder that holds a run already', async () => {
    expect(await refusal(run(tokenizer, 'runs/tokenizer'), RecipeError)).toContain(
      'runs/tokenizer: a run is here already; go on with it by --resume',
    )
  })

  test('resuming what is not there', async () => {
    expect(await refusal(run(tokenizer, 'nowhere', { shouldResume: true }), RecipeError)).toContain(
      'nowhere: there is no run to resume',
    )
  })

  test('resuming with another recipe', async () => {
    const other = tinyRecipe('image-tokenizer', [...plain, 'training.learningRate=0.01'])
    const resuming = run(other, 'runs/tokenizer', { shouldResume: true })
    expect(await refusal(resuming, RecipeError)).toContain(
      'runs/tokenizer/recipe.yaml: the run was started with another recipe',
    )
  })

  test('an image tokenizer that is missing, or no image tokenizer', async () => {
    const missing = tinyRecipe('text-image', ['tokenizer=nowhere/model'])
    expect(await refusal(run(missing, 'missing'), StorageError)).toContain('nowhere/model')
    await writeModelFolder(files, 'other/model', {
      'config.json': { json: { task: 'text-image' } },
    })
    const wrong = tinyRecipe('text-image', ['tokenizer=other/model'])
    expect(await refusal(run(wrong, 'wrong'), StorageError)).toContain(
      'expected the task image-tokenizer, found text-image',
    )
  })

  test('data that is missing; once it is there, the same folder can be used', async () => {
    const path = 'data.source.path'
    const missing = tinyRecipe('image-tokenizer', [...plain, `${path}=no-pictures`])
    expect(await refusal(run(missing, 'mended'), DataError)).toContain('no-pictures')
    expect((await run(tokenizer, 'mended')).isFinished).toBe(true)
  })
})
