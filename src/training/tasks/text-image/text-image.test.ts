import { describe, expect, test } from 'vitest'
import { expectSameInParts, takeSteps } from '../../../../test/support/accumulation.js'
import { expectSameTensors } from '../../../../test/support/expect-close.js'
import { createMemoryFiles } from '../../../../test/support/memory-files.js'
import { grayMedia } from '../../../../test/support/pictures.js'
import {
  tinyClipConfig,
  tinyImageTokenizer,
} from '../../../../test/support/tiny-image-tokenizer.js'
import { tinyCache, tinyClipCache, tinySplit } from '../../../../test/support/tiny-pictures.js'
import { type TinyOptions, tinyTextImageConfig } from '../../../../test/support/tiny-text-image.js'
import { tinyTextTokenizer } from '../../../../test/support/tiny-text-tokenizer.js'
import { watchRuntime } from '../../../../test/support/watched-runtime.js'
import type { CachedExample } from '../../../data/cache.js'
import { numbersOf } from '../../../engine/tensor/tensor.js'
import type { DrawOptions, DrawRequest } from '../../../generation/text-image/draw-request.js'
import { createTextImageModel } from '../../../generation/text-image/text-image-model.js'
import { createInlineRuntime } from '../../../platform/node/runtime.js'
import { adamW } from '../../optimizers/index.js'
import type { RunTask } from '../../run.js'
import { createCodeTable } from './code-table.js'
import { createTextImageTask, type TextImageTaskOptions } from './text-image.js'

const runtime = createInlineRuntime({ threads: 1 })
const image = await tinyImageTokenizer(runtime)
const text = await tinyTextTokenizer()
const cache = tinyCache()
const codes = await createCodeTable({
  files: createMemoryFiles(),
  folder: 'run',
  cache,
  tokenizer: image,
  augmentation: { flip: 0, shift: 1, scale: 0, color: 0 },
  variants: 2,
  seed: 1,
  key: 'test',
})
const configOf = (drawing: 'next-code' | 'masked-codes') =>
  tinyTextImageConfig({
    drawing,
    depth: 1,
    vocabulary: { textPieces: text.vocabularySize, imageCodes: image.codes },
    layout: { textLength: 8, rows: 2, columns: 2, frames: 1 },
  })

/** Draws nothing: what sheets look like is tested with them. */
const media = { ...grayMedia(), encodePng: async () => Uint8Array.of(1) }

const makeTask = (options: Partial<TextImageTaskOptions> = {}): Promise<RunTask> =>
  createTextImageTask({
    runtime,
    media,
    config: configOf('next-code'),
    cache,
    split: tinySplit(),
    codes,
    text,
    image,
    languages: ['en', 'zh'],
    seed: 1,
    corruption: 0.2,
    conditionDropout: 0.1,
    textWeight: 1,
    directions: { textToImage: 1, imageToText: 1 },
    optimizer: adamW(),
    clipNorm: 1,
    averageDecay: 0.9,
    batch: 4,
    accumulation: 1,
    ...options,
  })

/** For what does not change a task. */
const shared = await makeTask()

describe('the steps', () => {
  const directionsOf = async (task: RunTask, count: number) => {
    const names: string[] = []
    for (let step = 1; step <= count; step++) {
      names.push((await task.prepare(step)).updates[0]!.task)
    }
    return names
  }

  test('train both directions in proportion', async () => {
    const task = await makeTask({ directions: { textToImage: 3, imageToText: 1 } })
    const names = await directionsOf(task, 200)
    const share = names.filter((name) => name === 'caption').length / 200
    expect(share).toBeGreaterThan(0.15)
    expect(share).toBeLessThan(0.35)
  })

  test.each([
    { directions: { textToImage: 1, imageToText: 0 }, only: 'drawing' },
    { directions: { textToImage: 0, imageToText: 2 }, only: 'caption' },
  ])('train the $only direction alone where the other has no share', async (one) => {
    const task = await makeTask({ directions: one.directions })
    expect(new Set(await directionsOf(task, 20))).toEqual(new Set([one.only]))
    const { measures, score } = await task.evaluate(1)
    expect(Object.keys(measures).filter((name) => name.startsWith(one.only))).toHaveLength(3)
    expect(score).toBe(measures[`${one.only}.heldOutStyle`])
  })

  const feedsAt = async (task: RunTask, step: number) => {
    const [update] = (await task.prepare(step)).updates
    return ['ids', 'labels', 'weights'].map((name) =>
      update!.batches.flatMap((feeds) => numbersOf(feeds[name]!)),
    )
  }

  test.each(['next-code', 'masked-codes'] as const)(
    'see the same data in one part and in two: %s',
    async (drawing) => {
      const whole = drawing === 'next-code' ? shared : await makeTask({ config: configOf(drawing) })
      const halves = await makeTask({ config: configOf(drawing), batch: 2, accumulation: 2 })
      expect((await halves.prepare(1)).updates[0]!.batches).toHaveLength(2)
      for (const step of [1, 2, 3, 4]) {
        expect(await feedsAt(halves, step)).toEqual(await feedsAt(whole, step))
      }
    },
  )

  test('are named by their examples, part by part', async () => {
    const namesAt = async (task: RunTask) => (await task.prepare(1)).updates[0]!.examples!
    const [whole, ...others] = await namesAt(shared)
    expect(others).toEqual([])
    expect(whole).toMatch(/^(picture-\d+, ){3}picture-\d+$/)
    const halves = await namesAt(await makeTask({ batch: 2, accumulation: 2 }))
    expect(halves.join(', ')).toBe(whole)
  })

  test.each(['next-code', 'masked-codes'] as const)(
    'teach the same in one part and in two: %s',
    async (drawing) => {
      await expectSameInParts(({ batch, accumulation }) =>
        makeTask({ config: configOf(drawing), batch, accumulation }),
      )
    },
  )

  test('see data that depends on the step and the seed alone', async () => {
    const later = await makeTask()
    await takeSteps(later, 1, 2)
    expect(await feedsAt(later, 9)).toEqual(await feedsAt(shared, 9))
    expect(await feedsAt(shared, 10)).not.toEqual(await feedsAt(shared, 9))
    expect(await feedsAt(await makeTask({ seed: 2 }), 9)).not.toEqual(await feedsAt(shared, 9))
  })

  test('see all variants of the training pictures, and held-out pictures never', async () => {
    const task = await makeTask({
      corruption: 0,
      directions: { textToImage: 1, imageToText: 0 },
      // Codes that say which they are.
      codes: {
        variants: 2,
        crossings: 1,
        codes: async (example, variant) => Int32Array.of(example, variant, 0, 0),
      },
    })
    const seen = new Set<string>()
    for (let step = 1; step <= 30; step++) {
      const [, labels] = await feedsAt(task, step)
      for (let row = 0; row < 4; row++) seen.add(`${labels!.slice(row * 4, row * 4 + 2)}`)
    }
    const all = tinySplit().train.flatMap((example) => [`${example},0`, `${example},1`])
    expect([...seen].sort()).toEqual(all.sort())
  })

  test('see crossings where words are learned from whole clips, and nowhere else', async () => {
    const task = await makeTask({
      corruption: 0,
      directions: { textToImage: 0, imageToText: 1 },
      codes: {
        variants: 1,
        crossings: 2,
        codes: async (_, variant) => new Int32Array(4).fill(variant),
      },
    })
    const seen = new Set<number>()
    for (let step = 1; step <= 20; step++) {
      const [ids] = await feedsAt(task, step)
      for (let row = 0; row < 4; row++) seen.add(ids![(row * ids!.length) / 4 + 2]!)
    }
    expect(Math.max(...seen) - Math.min(...seen)).toBe(2)
    expect(seen.size).toBe(3)
  })
})

describe.each(['next-code', 'masked-codes'] as const)('training by %s', (drawing) => {
  test('makes losses smaller, and measures them on each part', async () => {
    const task = await makeTask({
      config: configOf(drawing),
      corruption: 0,
      conditionDropout: 0,
    })
    const before = await task.evaluate(1)
    await takeSteps(task, 1, 40)
    const after = await task.evaluate(1)
    expect(Object.keys(after.measures).sort()).toEqual([
      'caption.heldOut',
      'caption.heldOutStyle',
      'caption.train',
      'drawing.heldOut',
      'drawing.heldOutStyle',
      'drawing.train',
      'drawn.train',
    ])
    for (const name of ['caption.train', 'drawing.train']) {
      expect(after.measures[name]).toBeLessThan(0.8 * before.measures[name]!)
    }
    expect(after.measures['drawn.train']).toBeGreaterThanOrEqual(0)
    expect(after.measures['drawn.train']).toBeLessThanOrEqual(1)
    expect(after.score).toBe(after.measures['drawing.heldOutStyle'])
    // Measuring changes nothing, and gives the same twice.
    expect(await task.evaluate(1)).toEqual(after)
  })
})

test('training pictures are looked at once, however often drawings are recognised', async () => {
  const read: number[] = []
  const picture = (index: number) => {
    read.push(index)
    return cache.picture(index)
  }
  const task = await makeTask({ cache: { ...cache, picture } })
  await task.evaluate(1)
  await task.evaluate(1)
  expect(read.sort((a, b) => a - b)).toEqual(tinySplit().train)
})

test('losses are means over all that is measured, however many go into a batch', async () => {
  const measureBy = async (batch: number) => {
    const task = await makeTask({ batch, corruption: 0, conditionDropout: 0 })
    return (await task.evaluate(1)).measures
  }
  const [twos, threes] = [await measureBy(2), await measureBy(3)]
  for (const name of ['drawing.heldOut', 'caption.heldOut', 'caption.train']) {
    expect(threes[name]).toBeCloseTo(twos[name]!, 5)
  }
})

test('a restored task goes on with the same bits', async () => {
  const straight = await makeTask()
  await takeSteps(straight, 1, 6)
  const first = await makeTask()
  await takeSteps(first, 1, 3)
  const second = await makeTask({ restored: await first.trainer.state() })
  await takeSteps(second, 4, 6)
  expectSameTensors(await second.trainer.state(), await straight.trainer.state())
})

test('samples are one sheet for each part that has members', async () => {
  const sheets = await shared.sample(1)
  expect(Object.keys(sheets)).toEqual(['train', 'heldOutStyle', 'heldOut'])
  const { heldOut: _, ...rest } = tinySplit()
  const fewer = await (await makeTask({ split: { ...rest, heldOut: [] } })).sample(1)
  expect(Object.keys(fewer)).toEqual(['train', 'heldOutStyle'])
})

test('names that are too long for the model are cut off, not refused', async () => {
  const examples = cache.examples.map((example) => ({
    ...example,
    captions: [{ language: 'en' as const, text: 'a very long name of a small picture' }],
  }))
  const task = await makeTask({ cache: { ...cache, examples } })
  expect((await task.evaluate(1)).measures['drawn.train']).toBeDefined()
})

describe('clips', async () => {
  const clipCache = tinyClipCache()
  const clipImage = await tinyImageTokenizer(runtime, tinyClipConfig())
  const clipCodes = await createCodeTable({
    files: createMemoryFiles(),
    folder: 'run',
    cache: clipCache,
    tokenizer: clipImage,
    augmentation: {},
    variants: 1,
    seed: 1,
    key: 'clips',
  })
  const configOfClips = (options: TinyOptions = {}) =>
    tinyTextImageConfig({
      drawing: 'masked-codes',
      depth: 1,
      hasPlaces: true,
      vocabulary: { textPieces: text.vocabularySize, imageCodes: clipImage.codes },
      layout: {
        ...{ textLength: 8, rows: 2, columns: 2, frames: 3 },
        following: { rows: 1, columns: 1 },
      },
      ...options,
    })
  const names = ['cat', 'red', 'dog', 'sun']
  const named = (example: CachedExample, index: number): CachedExample => ({
    ...example,
    captions: [{ language: 'en', text: names[index % names.length]! }],
  })
  const makeClipTask = (options: Partial<TextImageTaskOptions> = {}) =>
    makeTask({
      cache: clipCache,
      codes: clipCodes,
      image: clipImage,
      config: configOfClips(),
      stillShare: 0.4,
      continuedShare: 0.3,
      ...options,
    })

  test('are learned whole, and first frames alone at their share', async () => {
    const task = await makeClipTask()
    const counts = new Map<string, number>()
    for (let step = 1; step <= 300; step++) {
      const prepared = await task.prepare(step)
      const [{ task: name, batches } = { task: '', batches: [] }] = prepared.updates
      counts.set(name, (counts.get(name) ?? 0) + 1)
      expect(batches[0]!.ids!.shape).toEqual([prepared.tokens])
    }
    const shareOf = (...names: string[]) =>
      names.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0) / 300
    expect(shareOf('stillDrawing', 'stillCaption')).toBeCloseTo(0.4, 0.8)
    expect(shareOf('caption', 'stillCaption')).toBeCloseTo(0.5, 0.8)
    expect(counts.size).toBe(4)
  })

  test('become easier with all that is asked of them', async () => {
    const task = await makeClipTask({ corruption: 0, conditionDropout: 0 })
    const before = await task.evaluate(1)
    await takeSteps(task, 1, 60)
    const { measures, score } = await task.evaluate(1)
    for (const lesson of ['drawing', 'caption', 'stillDrawing', 'stillCaption']) {
      const name = `${lesson}.train`
      expect(measures[name]).toBeLessThan(0.9 * before.measures[name]!)
    }
    expect(score).toBe(measures['drawing.heldOutStyle'])
    expect(Object.keys(await task.sample(1))).toEqual(['train', 'heldOutStyle', 'heldOut'])
  })

  test('are drawn, begun, gone on with and described by one model that knows them', async () => {
    const [known, languages] = [[0, 1, 2, 3], ['en' as const]]
    const config = configOfClips({ width: 32 })
    const task = await makeClipTask({
      ...{ config, languages, corruption: 0, conditionDropout: 0 },
      split: { train: known, heldOut: [], heldOutPairs: [] },
      cache: { ...clipCache, examples: clipCache.examples.map(named) },
    })
    await takeSteps(task, 1, 400)
    const tensors = await task.trainer.averaged()
    const parts = { runtime, config, tensors, text, image: clipImage }
    const model = await createTextImageModel(parts)
    const surely = { guidance: 1, temperature: 0 }
    const codes = await Promise.all(known.map((index) => clipCodes.codes(index, 0)))
    const requests = known.map((index) => ({ phrase: names[index]! }))
    const draw = async (asked: readonly DrawRequest[], options: DrawOptions = {}) =>
      (await model.draw(asked, { ...surely, ...options })).map((drawing) => drawing.codes)
    expect(await draw(requests)).toEqual(codes)
    expect(await draw(requests, { order: 'together' })).toEqual(codes)
    const firsts = codes.map((all) => all.slice(0, 4))
    expect(await draw(requests, { frames: 1 })).toEqual(firsts)
    const begun = requests.map((request, index) => ({ ...request, start: firsts[index]! }))
    expect(await draw(begun)).toEqual(codes)
    for (const index of known) {
      const { data } = await clipCache.picture(index)
      expect(await model.caption(data)).toBe(names[index])
      expect(await model.caption(data.subarray(0, 192))).toBe(names[index])
    }
    await model.close()
  })

  test('are not learned by halves where nobody asks for it', async () => {
    const task = await makeClipTask({ stillShare: 0 })
    const names = new Set<string>()
    for (let step = 1; step <= 20; step++) names.add((await task.prepare(step)).updates[0]!.task)
    expect(names).toEqual(new Set(['drawing', 'caption']))
  })
})

test('a measurement whose run fails leaves nothing open', async () => {
  const failures: { run?: number } = {}
  const watched = watchRuntime(runtime, failures)
  const task = await makeTask({ runtime: watched })
  const before = watched.open()
  await task.evaluate(1)
  expect(watched.open()).toEqual(before)
  failures.run = 1
  await expect(task.evaluate(1)).rejects.toThrow('the run fails on purpose')
  expect(watched.open()).toEqual(before)
})
