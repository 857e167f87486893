import { beforeAll, describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import {
  tinyEnvironment,
  tinyRecipe,
  writeClips,
  writePictures,
} from '../../../test/support/tiny-recipes.js'
import { DataError, RecipeError, StorageError, type TesseraeError } from '../../errors.js'
import { openTextImageModel } from '../../generation/text-image/model-folder.js'
import { createNodeMedia } from '../../platform/node/media.js'
import { bestCheckpoint } from '../../storage/checkpoints.js'
import type { Files } from '../../storage/files.js'
import { openModelFolder, writeModelFolder } from '../../storage/model-folder.js'
import { readSafetensors } from '../../storage/safetensors.js'
import { readImageTokenizer } from '../../tokenizers/image/model-folder.js'
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
    changes = {},
    ...options
  }: {
    stopAfter?: number
    shouldResume?: boolean
    maximumSteps?: number
    changes?: Parameters<typeof tinyEnvironment>[2]
  } = {},
) => {
  const stop = new AbortController()
  const { environment, steps, notices } = tinyEnvironment(files, media, {
    signal: stop.signal,
    ...changes,
  })
  const { observer } = environment
  const stopping = {
    ...observer,
    step: async (report: Parameters<typeof observer.step>[0]) => {
      await observer.step(report)
      if (report.step >= stopAfter) stop.abort()
    },
  }
  const result = runRecipe(recipe, { out, ...options }, { ...environment, observer: stopping })
  return result.then((finished) => ({ ...finished, steps: steps.map(({ step }) => step), notices }))
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
    expect(resumed.steps).toEqual([5, 6, 7, 8, 9, 10])
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
    // How the model draws is no matter of training, and may be decided when that is over.
    const drawing = { guidance: 5, candidates: 2 }
    const other = { ...recipe, drawing } as TextImageRecipe
    await run(other, 'words-stopped', { shouldResume: true })
    expect(await weightsOf('words-stopped')).toBe(await weightsOf('words'))
    const [first, changed] = await Promise.all(
      ['words', 'words-stopped'].map(async (out) =>
        JSON.parse(await files.readText(`${out}/model/config.json`)),
      ),
    )
    expect(first.defaults).toMatchObject({ guidance: 3, candidates: 1 })
    expect(changed).toEqual({ ...first, defaults: { ...first.defaults, ...drawing } })
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

describe('a run that is stopped while it prepares', () => {
  const recipe = tinyRecipe('text-image')
  const runUntil = async (work: string, out: string) => {
    const stop = new AbortController()
    const { environment, steps } = tinyEnvironment(files, media, {
      signal: stop.signal,
      cacheFolder: `cache-of-${out}`,
      onProgress: (current) => {
        if (current === work) stop.abort()
      },
    })
    return { ...(await runRecipe(recipe, { out }, environment)), seen: steps }
  }
  beforeAll(() => run(recipe, 'undisturbed'))

  test.each(['pictures', 'merges', 'codes'])('its %s, ends in good order', async (work) => {
    const out = `stopped-at-${work}`
    const stopped = await runUntil(work, out)
    expect(stopped).toMatchObject({ step: 0, isFinished: false, modelFolder: undefined, seen: [] })
    const resumed = await run(recipe, out, { shouldResume: true })
    expect(resumed).toMatchObject({ step: 10, isFinished: true })
    expect(await weightsOf(out)).toBe(await weightsOf('undisturbed'))
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

test('a run that is allowed fewer steps stops unfinished, and goes on with the same bits', async () => {
  const short = await run(tokenizer, 'short', { maximumSteps: 3 })
  expect(short).toMatchObject({
    step: 3,
    isFinished: false,
    isCapped: true,
    modelFolder: undefined,
  })
  expect(await files.stat('short/model')).toBeUndefined()
  const more = await run(tokenizer, 'short', { shouldResume: true, maximumSteps: 7 })
  expect(more).toMatchObject({ step: 7, isCapped: true, steps: [4, 5, 6, 7] })
  const rest = await run(tokenizer, 'short', { shouldResume: true, maximumSteps: 99 })
  expect(rest).toMatchObject({ step: 10, isFinished: true, isCapped: false })
  expect(await weightsOf('short')).toBe(await weightsOf('runs/tokenizer'))
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
    // A clock on which every step takes ten milliseconds: three are as long as 0.0005 minutes.
    let time = 1_700_000_000_000
    const changes = { now: () => (time += 10) }
    const measured = await run(withLength('minutes: 0.0005'), 'minutes', { changes })
    expect(measured.step).toBe(3)
    await run(withLength('steps: 3'), 'steps')
    expect(await weightsOf('minutes')).toBe(await weightsOf('steps'))
  })
})

describe('a recipe that brings its own image tokenizer', () => {
  const {
    size,
    frames,
    stillShare,
    tokenizer: network,
    loss,
    training,
  } = tokenizer as ImageTokenizerRecipe
  const words = tinyRecipe('text-image') as TextImageRecipe
  const { tokenizer: _, ...rest } = words
  const recipe: TextImageRecipe = {
    ...rest,
    imageTokenizer: { size, frames, stillShare, tokenizer: network, loss, training },
  }

  test('trains it first, and goes on from wherever it was stopped', async () => {
    const whole = await run(recipe, 'whole')
    expect(whole.steps).toEqual([
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    ])
    const first = await run(recipe, 'own', { stopAfter: 3 })
    expect(first).toMatchObject({ step: 3, isFinished: false })
    const second = await run(recipe, 'own', { shouldResume: true })
    expect(second.isFinished).toBe(true)
    expect(await weightsOf('own')).toBe(await weightsOf('whole'))
  })

  test('keeps it where its checkpoints are gone', async () => {
    await files.remove('own/checkpoints')
    await files.remove('own/model')
    await files.remove('own/image-tokenizer/checkpoints')
    await expect(run(recipe, 'own')).rejects.toThrow('own: a run is here already')
    expect((await run(recipe, 'own', { shouldResume: true })).steps).toHaveLength(10)
    expect(await weightsOf('own')).toBe(await weightsOf('whole'))
  })

  test('shares the steps that it is allowed with it, which comes first', async () => {
    const within = await run(recipe, 'capped', { maximumSteps: 4 })
    expect(within).toMatchObject({ task: 'image-tokenizer', step: 4, isCapped: true })
    // A tokenizer of four steps is none: it goes on where it was stopped.
    expect(await files.stat('capped/image-tokenizer/model')).toBeUndefined()
    const beyond = await run(recipe, 'capped', { shouldResume: true, maximumSteps: 13 })
    expect(beyond).toMatchObject({ task: 'text-image', step: 3, isCapped: true })
    expect(beyond.steps).toEqual([5, 6, 7, 8, 9, 10, 1, 2, 3])
    const rest = await run(recipe, 'capped', { shouldResume: true })
    expect(rest).toMatchObject({ isFinished: true, isCapped: false })
    expect(await weightsOf('capped')).toBe(await weightsOf('whole'))
    expect(await weightsOf('capped/image-tokenizer')).toBe(await weightsOf('whole/image-tokenizer'))
  })
})

describe('the weights that a model gets', () => {
  /** Trained ever faster, so that the first measurements are the best. */
  const worsening = (final: string) =>
    tinyRecipe('image-tokenizer', [
      ...[...plain, `training.final=${final}`, 'training.learningRate=0.5'],
      ...['training.evaluateEvery=2', 'training.optimizer.weightDecay=0'],
    ])
  const aboutOf = async (out: string) => (await openModelFolder(files, `${out}/model`)).about

  test('are the last, or those of the best checkpoint', async () => {
    const last = await run(worsening('last'), 'last')
    const best = await run(worsening('best'), 'best')
    const found = (await bestCheckpoint(files, 'best'))!
    expect(found.step).toBeLessThan(10)
    expect(best.measures.psnrDb).toBeGreaterThan(last.measures.psnrDb!)
    expect(await aboutOf('last')).toMatchObject({ steps: 10, weightsOfStep: 10 })
    expect(await aboutOf('best')).toMatchObject({
      steps: 10,
      weightsOfStep: found.step,
      measures: best.measures,
    })
    const { tensors } = await readSafetensors(files, 'best/model/model.safetensors')
    for (const [name, tensor] of tensors) {
      expect(tensor).toEqual(found.tensors.get(`average/tokenizer.${name}`))
    }
  })

  test('are the last where the best are lost, and that is told', async () => {
    await files.write(`${(await bestCheckpoint(files, 'best'))!.path}/state.json`, '{}')
    const again = await run(worsening('best'), 'best', { shouldResume: true })
    expect(again.notices).toEqual([
      expect.stringMatching(
        /it has 2 bytes.* The model gets the last weights instead of the best\.$/,
      ),
    ])
    expect(await weightsOf('best')).toBe(await weightsOf('last'))
    expect(await aboutOf('best')).toMatchObject({ weightsOfStep: 10 })
  })
})

test('a model says how it came about', async () => {
  await run(tokenizer, 'described', { stopAfter: 4 })
  await run(tokenizer, 'described', { shouldResume: true })
  const { about } = await openModelFolder(files, 'described/model')
  const { tensors } = await readSafetensors(files, 'described/model/model.safetensors')
  const numbers = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0)
  expect(about).toEqual({
    seed: 0,
    steps: 10,
    weightsOfStep: 10,
    // The clock of the tests moves by a millisecond a step, whoever takes it.
    hours: expect.closeTo(10e-3 / 3600, 12),
    parameters: numbers,
    optimizer: { kind: 'adamw', betas: [0.9, 0.95], weightDecay: 0.1 },
    measures: expect.objectContaining({ psnrDb: expect.any(Number) }),
    data: {
      source: { kind: 'folder', path: 'pictures', flippable: true },
      size: 16,
      examples: { train: expect.any(Number), heldOut: expect.any(Number), heldOutPairs: 0 },
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
    versions: { tesserae: '1.2.3' },
  })
})

describe('a tokenizer of clips', () => {
  const clips = tinyRecipe('image-tokenizer', [
    ...plain,
    'data.source={kind: clip-folder, path: clips}',
    'frames=3',
    'tokenizer.followingPatch=16',
    'training.steps=4',
  ])

  beforeAll(() => writeClips(files, media, 'clips'))

  test('is a model that reads clips and pictures, and says what it learned from', async () => {
    await run(clips, 'clips-run')
    const folder = await openModelFolder(files, 'clips-run/model')
    expect(folder.about).toMatchObject({
      measures: { psnrFirstDb: expect.any(Number), flicker: expect.any(Number) },
      data: { source: { kind: 'clip-folder', path: 'clips' }, size: 16, frames: 3 },
    })
    const { runtime } = tinyEnvironment(files, media).environment
    const { tokenizer: read } = await readImageTokenizer(runtime, folder)
    expect([read.frames, read.codesOf(3)]).toEqual([3, 4 + 2])
    const clip = new Uint8Array(3 * 16 * 16 * 3).fill(200)
    const codes = await read.encode(clip, { frames: 3 })
    expect(await read.encode(clip.subarray(0, 16 * 16 * 3))).toEqual(codes.subarray(0, 4))
    await read.close()
  })

  test('serves a model of words and clips', async () => {
    const words = tinyRecipe('text-image', [
      'data.source={kind: clip-folder, path: clips}',
      'tokenizer=clips-run/model',
      'objective.kind=masked-codes',
      'training.steps=4',
    ])
    await run(words, 'words-and-clips')
    const { runtime } = tinyEnvironment(files, media).environment
    const model = await openTextImageModel(files, runtime, 'words-and-clips/model')
    const request = { phrase: 'a square moves to the right' }
    const [whole, still] = [await model.draw([request]), await model.draw([request], { frames: 1 })]
    expect(whole[0]!.pixels).toHaveLength(3 * 16 * 16 * 3)
    expect(still[0]!.pixels).toEqual(whole[0]!.pixels.subarray(0, 16 * 16 * 3))
    expect(model.words).toEqual(new Set(['a', 'moves', 'right', 'square', 'the', 'to']))
    await model.close()
  })

  test('ends with the same bits when it is resumed', async () => {
    await run(clips, 'clips-stopped', { stopAfter: 2 })
    await run(clips, 'clips-stopped', { shouldResume: true })
    expect(await weightsOf('clips-stopped')).toBe(await weightsOf('clips-run'))
  })
})

test('a damaged checkpoint is told, and the run goes on from the one before', async () => {
  const recipe = tinyRecipe('image-tokenizer', [...plain, 'training.checkpointEvery=3'])
  await run(recipe, 'damaged', { stopAfter: 6 })
  const path = 'damaged/checkpoints/step-00000006'
  await files.write(`${path}/state.json`, '{}')
  const resumed = await run(recipe, 'damaged', { shouldResume: true })
  expect(resumed.steps[0]).toBe(4)
  expect(resumed.notices).toEqual([
    expect.stringMatching(/^damaged\/.*state.json: it has 2 bytes.* Going on from step 3; what is/),
  ])
  expect(await weightsOf('damaged')).toBe(await weightsOf('runs/tokenizer'))
  expect(await files.stat(`${path}.damaged`)).toBeUndefined()
})

test('a run that was started before a key was known goes on with its default', async () => {
  await run(tokenizer, 'older', { stopAfter: 2 })
  const written = await files.readText('older/recipe.yaml')
  expect(written).toContain('  final: last\n')
  await files.write('older/recipe.yaml', written.replace('  final: last\n', ''))
  expect((await run(tokenizer, 'older', { shouldResume: true })).isFinished).toBe(true)
})

test('a run goes on to another number of steps', async () => {
  await run(tokenizer, 'length', { stopAfter: 2 })
  const shorter = tinyRecipe('image-tokenizer', [...plain, 'training.steps=3'])
  expect(await run(shorter, 'length', { shouldResume: true })).toMatchObject({
    ...{ step: 3, isFinished: true },
  })
  expect(await files.readText('length/recipe.yaml')).toContain('steps: 3')
  const shortest = tinyRecipe('image-tokenizer', [...plain, 'training.steps=2'])
  await expect(run(shortest, 'length', { shouldResume: true })).rejects.toThrow(
    'training.steps: the run has taken 3 steps already; ask for more than that',
  )
  expect(await files.readText('length/recipe.yaml')).toContain('steps: 3')
})

test('a run whose length was in epochs goes on to a number of steps', async () => {
  const epochs = tinyRecipe('image-tokenizer', [...plain, 'training.epochs=40'])
  await run(epochs, 'by-epochs', { stopAfter: 2 })
  const steps = tinyRecipe('image-tokenizer', [...plain, 'training.steps=3'])
  expect(await run(steps, 'by-epochs', { shouldResume: true })).toMatchObject({ step: 3 })
})

test('a run that would end in a folder with something else in it does not go on', async () => {
  await run(tokenizer, 'carded')
  await files.write('carded/model/README.md', 'my card')
  await expect(run(tokenizer, 'carded', { shouldResume: true })).rejects.toThrow(
    'carded/model: it contains README.md, which is not part of the model that is there',
  )
})

describe('is refused', () => {
  const refusal = async (
    running: Promise<unknown>,
    kind: new (message: string) => TesseraeError,
  ) => {
    await expect(running).rejects.toThrow(kind)
    return running.catch((error: Error) => error.message)
  }

  test('a folder that holds a run already', async () => {
    expect(await refusal(run(tokenizer, 'runs/tokenizer'), RecipeError)).toContain(
      'runs/tokenizer: a run is here already; go on with it by the option shouldResume',
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
    expect(await refusal(resuming, RecipeError)).toMatch(
      /^runs\/tokenizer\/recipe.yaml: the run was started with another recipe \(training.learningRate is [\d.]+ there, here 0.01\)/,
    )
  })

  test('resuming with other pictures, or other words about them', async () => {
    const data = 'data.source.path=changing'
    await writePictures(files, media, 'changing')
    const drawn = tinyRecipe('image-tokenizer', [...plain, data])
    const named = tinyRecipe('text-image', [data])
    await run(drawn, 'changing-drawn', { stopAfter: 2 })
    await run(named, 'changing-named', { stopAfter: 2 })
    const path = 'changing/metadata.jsonl'
    const rows = (await files.readText(path)).split('\n')
    await files.write(path, rows.map((row) => row.replace(' disc', ' circle')).join('\n'))
    for (const [recipe, out] of [
      [drawn, 'changing-drawn'],
      [named, 'changing-named'],
    ] as const) {
      expect(await refusal(run(recipe, out, { shouldResume: true }), DataError)).toBe(
        `${out}: the run was started with other data; resume with the same, or choose another folder by the option out`,
      )
    }
    await writePictures(files, media, 'changing')
    expect((await run(named, 'changing-named', { shouldResume: true })).isFinished).toBe(true)
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
