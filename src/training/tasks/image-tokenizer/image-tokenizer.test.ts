import { describe, expect, test } from 'vitest'
import { expectSameTensors } from '../../../../test/support/expect-close.js'
import { blankPicture, grayMedia } from '../../../../test/support/pictures.js'
import {
  tinyClipConfig,
  tinyTokenizerConfig,
} from '../../../../test/support/tiny-image-tokenizer.js'
import { tinyCache, tinyClipCache, tinySplit } from '../../../../test/support/tiny-pictures.js'
import type { Picture } from '../../../data/media/media.js'
import { numbersOf, type Tensor } from '../../../engine/tensor/tensor.js'
import { createInlineRuntime } from '../../../platform/node/runtime.js'
import { adamW } from '../../optimizers/index.js'
import type { PreparedStep, RunTask } from '../../run.js'
import {
  createImageTokenizerTask,
  type ImageTokenizerTaskOptions,
  tokenizerTensors,
} from './image-tokenizer.js'

const runtime = createInlineRuntime({ threads: 1 })

const makeTask = (options: Partial<ImageTokenizerTaskOptions> = {}): Promise<RunTask> =>
  createImageTokenizerTask({
    runtime,
    media: grayMedia(),
    config: tinyTokenizerConfig(),
    cache: tinyCache(),
    split: tinySplit(),
    seed: 1,
    augmentation: { flip: 0.5, shift: 1, scale: 0, color: 0 },
    stillShare: 0,
    seenFrames: 2,
    weights: { absolute: 1, squared: 1, perceptual: 0, adversarial: 0 },
    optimizer: adamW(),
    clipNorm: 1,
    averageDecay: 0.9,
    batch: 4,
    accumulation: 1,
    steps: 1000,
    criticStart: 0.6,
    ...options,
  })

const isSame = (one: Tensor, other: Tensor): boolean =>
  numbersOf(one).join() === numbersOf(other).join()

const withAll = { absolute: 1, squared: 1, perceptual: 0.1, adversarial: 0.1 }

/** For what does not change a task. */
const shared = await makeTask()

/** What a step trains, and at which part of the learning rate: "critic 0.01, tokenizer 1". */
const describeStep = ({ updates }: PreparedStep): string =>
  updates
    .map(({ task, learningRateFactor = 1 }) => `${task} ${Number(learningRateFactor.toFixed(2))}`)
    .join(', ')

test('a step trains who has a turn, at a part of the learning rate', async () => {
  const task = await makeTask({ weights: withAll })
  const steps = [1, 201, 600, 601, 621]
  const found = await Promise.all(steps.map((step) => task.prepare(step)))
  expect(found.map(describeStep)).toEqual([
    'judge 1',
    'tokenizer 0.02',
    'tokenizer 1',
    'critic 0.02, tokenizer 1',
    'critic 0.42, refinement 0.02',
  ])
})

describe('the data of a step', () => {
  const pixelsAt = async (task: RunTask, step: number) => {
    const { updates } = await task.prepare(step)
    return updates[0]!.batches.flatMap(({ pixels }) => numbersOf(pixels!))
  }

  test('is the same in one part and in two', async () => {
    const halves = await makeTask({ batch: 2, accumulation: 2 })
    expect((await halves.prepare(3)).updates[0]!.batches).toHaveLength(2)
    for (const step of [1, 2, 3]) {
      expect(await pixelsAt(halves, step)).toEqual(await pixelsAt(shared, step))
    }
  })

  test('depends on the step and the seed alone', async () => {
    const later = await makeTask()
    await later.prepare(1)
    expect(await pixelsAt(later, 7)).toEqual(await pixelsAt(shared, 7))
    expect(await pixelsAt(shared, 8)).not.toEqual(await pixelsAt(shared, 7))
    expect(await pixelsAt(await makeTask({ seed: 2 }), 7)).not.toEqual(await pixelsAt(shared, 7))
  })

  test('shows the judge the same picture in many ways', async () => {
    const augmentation = { flip: 0, shift: 0, scale: 0, color: 0.5 }
    const task = await makeTask({ weights: withAll, augmentation, batch: 16 })
    const [update] = (await task.prepare(1)).updates
    const { pixels, labels } = update!.batches[0]!
    const seen = numbersOf(labels!).map((label, place) => [
      label,
      numbersOf(pixels!)
        .slice(place * 192, (place + 1) * 192)
        .join(),
    ])
    // Sixteen of eight pictures: some come twice, but never the same.
    expect(new Set(seen.map(([label]) => label)).size).toBeLessThan(16)
    expect(new Set(seen.map(([, bytes]) => bytes)).size).toBe(16)
  })

  test('is named by its examples, part by part', async () => {
    const augmentation = { flip: 0, shift: 0, scale: 0, color: 0 }
    const [cache, options] = [tinyCache(), { augmentation, batch: 2, accumulation: 2 }]
    const idOf = async (pixels: number[]): Promise<string | undefined> => {
      for (const [index, { id }] of cache.examples.entries()) {
        if (`${(await cache.picture(index)).data}` === `${pixels}`) return id
      }
      return undefined
    }
    for (const weights of [withAll, { ...withAll, perceptual: 0 }]) {
      const task = await makeTask({ ...options, weights })
      const [{ batches, examples } = { batches: [] }] = (await task.prepare(1)).updates
      for (const [part, { pixels }] of batches.entries()) {
        const numbers = numbersOf(pixels!)
        const ids = [await idOf(numbers.slice(0, 192)), await idOf(numbers.slice(192))]
        expect(examples![part]).toBe(ids.join(', '))
      }
    }
  })

  test('is counted in codes', async () => {
    expect((await shared.prepare(1)).tokens).toBe(4 * 4)
  })
})

/** Trains for some steps and returns the losses by name. */
const train = async (task: RunTask, first: number, last: number, learningRate = 3e-3) => {
  const losses: Record<string, number>[] = []
  for (let step = first; step <= last; step++) {
    const found: Record<string, number> = {}
    for (const { learningRateFactor = 1, ...update } of (await task.prepare(step)).updates) {
      const rate = learningRate * learningRateFactor
      const { loss } = await task.trainer.step({ ...update, step, learningRate: rate })
      found[update.task] = loss!
    }
    losses.push(found)
  }
  return losses
}

test('training makes reconstructions better', async () => {
  const task = await makeTask({ steps: 40 })
  const before = await task.evaluate(1)
  const losses = await train(task, 1, 40, 1e-2)
  const after = await task.evaluate(1)
  expect(losses.at(-1)!.tokenizer).toBeLessThan(0.7 * losses[0]!.tokenizer!)
  expect(after.measures.psnrDb).toBeGreaterThan(before.measures.psnrDb! + 1)
  expect(after.score).toBe(-after.measures.psnrDb!)
  expect(Object.keys(after.measures)).toEqual(['psnrDb', 'ssim', 'usage', 'perplexity', 'dead'])
})

describe('clips', () => {
  const clipOptions = {
    config: tinyClipConfig(),
    cache: tinyClipCache(),
    seenFrames: 2,
    weights: withAll,
    criticStart: 0.5,
  }

  test('are trained on in all phases, with frames for the networks that judge', async () => {
    const task = await makeTask({ ...clipOptions, steps: 12 })
    const losses = await train(task, 1, 12)
    expect(new Set(losses.flatMap(Object.keys))).toEqual(
      new Set(['judge', 'tokenizer', 'critic', 'refinement']),
    )
    expect(losses.flatMap((one) => Object.values(one)).every(Number.isFinite)).toBe(true)
    expect((await task.prepare(12)).tokens).toBe(4 * (4 + 1 + 1))
  })

  test('become better, frames after the first as well', async () => {
    const weights = { ...withAll, perceptual: 0, adversarial: 0 }
    const task = await makeTask({ ...clipOptions, weights, steps: 40 })
    const before = await task.evaluate(1)
    await train(task, 1, 40, 1e-2)
    const after = await task.evaluate(1)
    for (const name of ['psnrDb', 'psnrFirstDb', 'psnrLastDb']) {
      expect(after.measures[name]).toBeGreaterThan(before.measures[name]! + 1)
    }
  })

  test('begin with first frames, which leave what draws the others alone', async () => {
    const weights = { ...withAll, perceptual: 0, adversarial: 0 }
    const augmentation = { flip: 0, shift: 0, scale: 0, color: 0 }
    const options = { weights, augmentation, steps: 40, stillShare: 0.5 }
    const task = await makeTask({ ...clipOptions, ...options })
    const begin = await task.trainer.state()
    const losses = await train(task, 1, 20, 1e-2)
    expect(new Set(losses.flatMap(Object.keys))).toEqual(new Set(['stills']))
    expect(losses.at(-1)!.stills).toBeLessThan(0.7 * losses[0]!.stills!)
    const after = await task.trainer.state()
    const names = Object.keys(begin).filter((name) => name.startsWith('tokenizer.'))
    const moved = names.filter((name) => !isSame(begin[name]!, after[name]!))
    expect(moved).toEqual(names.filter((name) => !name.includes('following')))
    const [later] = await train(task, 21, 21, 1e-2)
    expect(Object.keys(later!)).toEqual(['tokenizer'])
  })

  test('are measured and shown by first frames alone while these are learned', async () => {
    const media = {
      ...grayMedia(),
      decode: async () => blankPicture(96, 96),
      encodePng: async ({ data }: Picture) => Uint8Array.from(data),
    }
    const task = await makeTask({ ...clipOptions, media, steps: 40, stillShare: 0.5 })
    const [still, clip] = [await task.evaluate(20), await task.evaluate(21)]
    expect(Object.keys(still.measures)).toEqual(['psnrFirstDb', 'usage', 'perplexity', 'dead'])
    expect(clip.measures.psnrFirstDb).toBeCloseTo(still.measures.psnrFirstDb!, 5)
    expect([still.score, clip.score]).toEqual([undefined, -clip.measures.psnrDb!])
    const sheetBytes = async (step: number) => (await task.sample(step)).reconstructions!.length
    expect(await sheetBytes(20)).toBeLessThan(await sheetBytes(21))
  })

  test('are fed by their first frames while these are learned', async () => {
    const augmentation = { flip: 0, shift: 0, scale: 0, color: 0 }
    const [still, whole] = [
      await makeTask({ ...clipOptions, augmentation, stillShare: 1 }),
      await makeTask({ ...clipOptions, augmentation, criticStart: 1 }),
    ]
    const fed = async (task: RunTask) => {
      const { updates, tokens } = await task.prepare(300)
      return { tokens, pixels: updates[0]!.batches[0]!.pixels! }
    }
    const [first, all] = [await fed(still), await fed(whole)]
    expect(first).toMatchObject({ tokens: 4 * 4, pixels: { shape: [4, 192] } })
    const frames = numbersOf(all.pixels)
    const starts = [0, 1, 2, 3].flatMap((clip) => frames.slice(clip * 576, clip * 576 + 192))
    expect(numbersOf(first.pixels)).toEqual(starts)
  })

  test('have other frames seen in each epoch, the same in one part and in two', async () => {
    const seenAt = async (task: RunTask, step: number) => {
      const { batches } = (await task.prepare(step)).updates.at(-1)!
      return batches.flatMap(({ seen }) => numbersOf(seen!))
    }
    const whole = await makeTask(clipOptions)
    const halves = await makeTask({ ...clipOptions, batch: 2, accumulation: 2 })
    const seen = await seenAt(whole, 900)
    expect(await seenAt(halves, 900)).toEqual(seen)
    // Two different frames of three for each of four clips.
    expect(seen).toHaveLength(4 * 2 * 3)
    for (let clip = 0; clip < 4; clip++) {
      const [one, two] = [0, 3].map((row) => seen.slice(clip * 6 + row, clip * 6 + row + 3))
      expect([...one!].sort()).toEqual([0, 0, 1])
      expect([...two!].sort()).toEqual([0, 0, 1])
      expect(one).not.toEqual(two)
    }
    expect(await seenAt(whole, 902)).not.toEqual(seen)
  })

  test('are measured frame by frame, with their flicker', async () => {
    const media = { ...grayMedia(), decode: async () => blankPicture(96, 96) }
    const task = await makeTask({ ...clipOptions, media })
    const { measures } = await task.evaluate(1)
    expect(Object.keys(measures)).toEqual([
      ...['psnrDb', 'ssim', 'psnrFirstDb', 'psnrLastDb', 'flicker', 'originalFlicker'],
      ...['usage', 'perplexity', 'dead'],
    ])
    const { reconstructions } = await task.sample(1)
    expect(reconstructions!.length).toBeGreaterThan(0)
  })

  test('show the judge one frame of each, always the same', async () => {
    const still = { flip: 0, shift: 0, scale: 0, color: 0 }
    const task = await makeTask({ ...clipOptions, augmentation: still, batch: 16 })
    const { pixels, labels } = (await task.prepare(1)).updates[0]!.batches[0]!
    const [shown, names] = [numbersOf(pixels!), numbersOf(labels!)]
    const { train: members } = tinySplit()
    for (const [place, label] of names.entries()) {
      const clip = await clipOptions.cache.picture(members[label]!)
      const frame = clip.data.subarray((label % 3) * 192, ((label % 3) + 1) * 192)
      expect(shown.slice(place * 192, (place + 1) * 192)).toEqual([...frame])
    }
  })
})

test('judge, critic and refinement all run, and codes stand still for the last', async () => {
  const task = await makeTask({ steps: 12, weights: withAll, criticStart: 0.5 })
  const early = await train(task, 1, 6)
  const encoder = (state: Record<string, Tensor>) =>
    Object.entries(state).filter(([name]) => name.startsWith('tokenizer.encoder'))
  const before = await task.trainer.state()
  const late = await train(task, 7, 12)
  expect(Object.keys(early[0]!)).toEqual(['judge'])
  expect(Object.keys(late.at(-1)!)).toEqual(['critic', 'refinement'])
  const after = await task.trainer.state()
  expect(encoder(after)).toEqual(encoder(before))
  expect(after['tokenizer.decoder.output.weight']).not.toEqual(
    before['tokenizer.decoder.output.weight'],
  )
})

test('a restored task goes on with the same bits', async () => {
  const options = { steps: 10, weights: withAll, criticStart: 0.4 }
  const straight = await makeTask(options)
  await train(straight, 1, 10)
  const first = await makeTask(options)
  await train(first, 1, 5)
  const second = await makeTask({ ...options, restored: await first.trainer.state() })
  await train(second, 6, 10)
  expectSameTensors(await second.trainer.state(), await straight.trainer.state())
})

test('samples show originals beside reconstructions', async () => {
  const { reconstructions } = await shared.sample(1)
  expect(reconstructions!.length).toBeGreaterThan(0)
})

test('the tokenizer alone is what its model folder gets', async () => {
  const tensors = tokenizerTensors(await shared.trainer.averaged())
  expect(Object.keys(tensors).every((name) => /^(encoder|decoder)\./.test(name))).toBe(true)
  expect(tensors['encoder.input.weight']!.shape).toEqual([48, 16])
})
