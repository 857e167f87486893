import { describe, expect, test } from 'vitest'
import { compute } from '../../../test/support/compute.js'
import { expectClose } from '../../../test/support/expect-close.js'
import { rowsOf } from '../../../test/support/rows.js'
import { tinyTextImage } from '../../../test/support/tiny-text-image.js'
import { input } from '../../engine/graph/graph.js'
import { createRandom } from '../../engine/tensor/random.js'
import { numbersOf } from '../../engine/tensor/tensor.js'
import { parameterInputs } from '../../network/parameters.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import type { Feeds } from '../trainer.js'
import {
  captionBatch,
  captionLoss,
  type DrawingOptions,
  drawingBatch,
  drawingLoss,
  type TextImageExample,
} from './text-image.js'
import { balanceParts } from './weighted-labels.js'

const { model, vocabulary, config, tensors } = tinyTextImage()
const { layout } = config
const [pad, bos, eos, image, imageEnd, mask] = [0, 1, 2, 3, 4, 5]
const firstCode = vocabulary.image.start
const alphabet = vocabulary.image.end - firstCode
const plain: DrawingOptions = { isParallel: false, corruption: 0, conditionDropout: 0 }
const places = 6

const examplesOf = (count: number): TextImageExample[] =>
  Array.from({ length: count }, (_, index) => ({
    words: [6 + (index % 3), 9].slice(0, 1 + (index % 2)),
    codes: Array.from({ length: places }, (_, place) => (index * 5 + place * 3) % alphabet),
  }))

const contextOf = (seed = 1) => ({ vocabulary, layout, random: createRandom(seed, 'batch') })

/** The feeds as rows, one for each example. */
const split = (feeds: Feeds, count: number) => {
  const rows = (name: string) => {
    const numbers = numbersOf(feeds[name]!)
    const width = numbers.length / count
    return Array.from({ length: count }, (_, row) => numbers.slice(row * width, (row + 1) * width))
  }
  return { ids: rows('ids'), labels: rows('labels'), weights: rows('weights') }
}

const share = (flags: readonly boolean[]) => flags.filter(Boolean).length / flags.length

describe('a batch of drawings', () => {
  test('is words, <image> and codes; every code counts', () => {
    const [first, second] = examplesOf(2)
    const { ids, labels, weights } = split(drawingBatch([first!, second!], contextOf(), plain), 2)
    const idsOf = (codes: ArrayLike<number>) => Array.from(codes, (code) => firstCode + code)
    expect(ids[0]).toEqual([bos, 6, pad, pad, image, ...idsOf(first!.codes)])
    expect(ids[1]).toEqual([bos, 7, 9, pad, image, ...idsOf(second!.codes)])
    expect(labels).toEqual([first!.codes, second!.codes])
    expect(weights.flat()).toEqual(new Array(12).fill(1))
  })

  test('in parallel, exactly the masked codes count', () => {
    const examples = examplesOf(400)
    const feeds = drawingBatch(examples, contextOf(), { ...plain, isParallel: true })
    const { ids, labels, weights } = split(feeds, 400)
    const shares: number[] = []
    for (const [row, { codes }] of examples.entries()) {
      const read = ids[row]!.slice(-places)
      const isMasked = read.map((id) => id === mask)
      expect(weights[row]).toEqual(isMasked.map(Number))
      expect(labels[row]).toEqual(codes)
      expect(read.filter((id) => id !== mask)).toEqual(
        Array.from(codes, (code) => firstCode + code).filter((_, place) => !isMasked[place]),
      )
      shares.push(share(isMasked))
    }
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(1 / places)
    // The mean of cos(π u / 2) is 2 / π; rounding and the minimum of one move it a little.
    const mean = shares.reduce((sum, value) => sum + value, 0) / 400
    expect(mean).toBeGreaterThan(2 / Math.PI - 0.05)
    expect(mean).toBeLessThan(2 / Math.PI + 0.06)
    // No place is masked more than others.
    for (let place = 0; place < places; place++) {
      expect(share(weights.map((row) => row[place] === 1))).toBeCloseTo(mean, 0.9)
    }
  })

  test('corruption replaces codes at rates from 0 to the given one, never the labels', () => {
    const examples = Array.from({ length: 300 }, (_, index) => ({
      words: [],
      codes: Array.from({ length: 64 }, (_, place) => (index + place) % alphabet),
    }))
    const feeds = drawingBatch(examples, contextOf(), { ...plain, corruption: 0.6 })
    const { ids, labels } = split(feeds, 300)
    const rates = examples.map(({ codes }, row) =>
      share(codes.map((code, place) => ids[row]!.at(place - 64) !== firstCode + code)),
    )
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / 300
    // One in `alphabet` replacements is the code itself.
    expect(mean).toBeCloseTo(0.3 * (1 - 1 / alphabet), 1)
    // A picture has a rate of its own: a sixth of them is below 0.1, a sixth above 0.5.
    expect(share(rates.map((rate) => rate < 0.1))).toBeGreaterThan(0.1)
    expect(share(rates.map((rate) => rate > 0.47))).toBeGreaterThan(0.1)
    expect(Math.max(...rates)).toBeLessThan(0.8)
    expect(labels).toEqual(examples.map(({ codes }) => codes))
    const codes = ids.flatMap((row) => row.slice(-64))
    expect(Math.min(...codes)).toBe(firstCode)
    expect(Math.max(...codes)).toBe(vocabulary.image.end - 1)
  })

  test('in parallel, replaced codes count as well: they are to be put right', () => {
    const examples = examplesOf(200)
    const options = { isParallel: true, corruption: 1, conditionDropout: 0 }
    const { ids, weights } = split(drawingBatch(examples, contextOf(), options), 200)
    const wrong = examples.flatMap(({ codes }, row) =>
      Array.from(codes, (code, place) => ({
        isWrong: ids[row]!.at(place - places) !== firstCode + code,
        weight: weights[row]![place],
      })).filter(({ isWrong }) => isWrong),
    )
    expect(wrong.every(({ weight }) => weight === 1)).toBe(true)
  })

  test('condition dropout leaves out the words of its share of pictures', () => {
    const examples = examplesOf(600)
    const options = { ...plain, conditionDropout: 0.25 }
    const { ids } = split(drawingBatch(examples, contextOf(), options), 600)
    const isFree = ids.map(([, first]) => first === pad)
    expect(share(isFree)).toBeGreaterThan(0.2)
    expect(share(isFree)).toBeLessThan(0.3)
    expect(ids.every((row) => row[0] === bos && row[4] === image)).toBe(true)
  })

  test('is the same in one part and in two', () => {
    const examples = examplesOf(8)
    const options = { isParallel: true, corruption: 0.5, conditionDropout: 0.3 }
    const whole = drawingBatch(examples, contextOf(), options)
    const context = contextOf()
    const halves = [examples.slice(0, 4), examples.slice(4)].map((half) =>
      drawingBatch(half, context, options),
    )
    for (const name of ['ids', 'labels', 'weights']) {
      expect(halves.flatMap((half) => numbersOf(half[name]!))).toEqual(numbersOf(whole[name]!))
    }
    // A half may have more labels that count than the other; all weigh the same.
    const totals = balanceParts(halves).map((half) => numbersOf(half['total weight']!)[0]!)
    const [all] = numbersOf(whole['total weight']!)
    expect(totals).toEqual([all! / 2, all! / 2])
  })
})

describe('a batch of clips', () => {
  const clipLayout = {
    ...{ textLength: 4, rows: 2, columns: 2, frames: 3 },
    following: { rows: 1, columns: 1 },
  }
  const clipContext = () => ({ ...contextOf(), layout: clipLayout })
  const parallel = { isParallel: true, corruption: 0.5, conditionDropout: 0 }

  test('gives the first frame of its share of clips, and asks only for what follows', () => {
    const options = { ...parallel, continuedShare: 0.3 }
    const { ids, weights } = split(drawingBatch(examplesOf(600), clipContext(), options), 600)
    const isContinued = ids.map((row, index) => {
      const first = row.slice(5, 9)
      return !first.includes(mask) && weights[index]!.slice(0, 4).every((weight) => weight === 0)
    })
    expect(share(isContinued)).toBeGreaterThan(0.25)
    expect(share(isContinued)).toBeLessThan(0.36)
    for (const [row, continued] of isContinued.entries()) {
      if (continued) expect(ids[row]!.slice(9)).toContain(mask)
    }
  })

  test('never gives all of a first frame that is alone', () => {
    const examples = examplesOf(200).map(({ words, codes }) => ({
      words,
      codes: Array.from(codes).slice(0, 4),
    }))
    const options = { ...parallel, continuedShare: 1 }
    const { ids } = split(drawingBatch(examples, clipContext(), options), 200)
    expect(ids.every((row) => row.length === 9 && row.includes(mask))).toBe(true)
  })

  test('weighs codes of later frames as it is told', () => {
    const { weights } = split(
      drawingBatch(examplesOf(2), clipContext(), { ...plain, followingWeight: 0.25 }),
      2,
    )
    expect(weights).toEqual(new Array(2).fill([1, 1, 1, 1, 0.25, 0.25]))
  })
})

describe('a batch of captions', () => {
  test('is codes, then words that are one place behind their labels; padding does not count', () => {
    const examples = [
      { words: [7, 8], codes: [0, 1, 2, 3, 4, 5] },
      { words: [6, 7, 8, 9, 10], codes: [9, 9, 9, 9, 9, 16] },
    ]
    const { ids, labels, weights } = split(
      captionBatch(examples, contextOf(), { corruption: 0 }),
      2,
    )
    const idsOf = (codes: readonly number[]) => codes.map((code) => firstCode + code)
    expect(ids[0]).toEqual([bos, image, ...idsOf(examples[0]!.codes), imageEnd, 7, 8, pad])
    expect(labels[0]).toEqual([7, 8, eos, pad])
    expect(weights[0]).toEqual([1, 1, 1, 0])
    // Too many words are cut off, and the end follows.
    expect(ids[1]).toEqual([bos, image, ...idsOf(examples[1]!.codes), imageEnd, 6, 7, 8])
    expect(labels[1]).toEqual([6, 7, 8, eos])
  })

  test('has corrupted pictures as well', () => {
    const examples = examplesOf(100)
    const { ids } = split(captionBatch(examples, contextOf(), { corruption: 1 }), 100)
    const rates = examples.map(({ codes }, row) =>
      share(Array.from(codes, (code, place) => ids[row]![2 + place] !== firstCode + code)),
    )
    expect(rates.reduce((sum, rate) => sum + rate, 0) / 100).toBeCloseTo(0.47, 1)
  })
})

describe('the loss is the mean of what counts, in nats', () => {
  const runtime = createInlineRuntime({ threads: 1 })
  const examples = examplesOf(3)

  /** -log softmax(scores)[label], by the formula. */
  const surprise = (scores: readonly number[], label: number): number => {
    const largest = Math.max(...scores)
    const total = scores.reduce((sum, score) => sum + Math.exp(score - largest), 0)
    return Math.log(total) + largest - scores[label]!
  }

  test.each(['next code', 'parallel', 'caption'] as const)('%s', async (kind) => {
    const isParallel = kind === 'parallel'
    const isCaption = kind === 'caption'
    const feeds = isCaption
      ? captionBatch(examples, contextOf(), { corruption: 0.5 })
      : drawingBatch(examples, contextOf(), { ...plain, isParallel, corruption: 0.5 })
    const { values } = parameterInputs(model.parameters)
    const ids = input('ids', feeds.ids!)
    const scores = isCaption
      ? model.scoreCaption(values, ids, { batch: 3 })
      : model.scoreDrawing(values, ids, { batch: 3, isParallel })
    const lossValues = isCaption
      ? captionLoss(model, values, { batch: 3 })
      : drawingLoss(model, values, { batch: 3, isParallel })
    const outputs = { loss: lossValues.loss, accuracy: lossValues.metrics!.accuracy! }
    const found = {
      ...(await compute(runtime, { scores }, { ids: feeds.ids!, ...tensors })),
      ...(await compute(runtime, outputs, { ...feeds, ...tensors })),
    }
    const rows = rowsOf(found.scores!)
    const labels = numbersOf(feeds.labels!)
    const weights = numbersOf(feeds.weights!)
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const meanOf = (measure: (row: number[], label: number) => number) =>
      rows.reduce((sum, row, i) => sum + weights[i]! * measure(row, labels[i]!), 0) / total
    expectClose(numbersOf(found.loss!), [meanOf(surprise)])
    expectClose(numbersOf(found.accuracy!), [
      meanOf((row, label) => Number(row.indexOf(Math.max(...row)) === label)),
    ])
  })
})
