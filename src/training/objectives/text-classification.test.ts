import { describe, expect, test } from 'vitest'
import { compute, randomParameters } from '../../../test/support/compute.js'
import { expectClose } from '../../../test/support/expect-close.js'
import { rowsOf } from '../../../test/support/rows.js'
import { createRandom } from '../../engine/tensor/random.js'
import { numbersOf } from '../../engine/tensor/tensor.js'
import { classifierInput } from '../../generation/text-classification/classifier-input.js'
import {
  textClassificationSchema,
  textClassifierOf,
} from '../../generation/text-classification/config.js'
import { createLabelScorer } from '../../generation/text-classification/label-scorer.js'
import { vote } from '../../generation/text-classification/vote.js'
import { parameterInputs } from '../../network/parameters.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import {
  balancedWeights,
  classificationBatch,
  classificationLoss,
  dropTokens,
} from './text-classification.js'

const runtime = createInlineRuntime({ threads: 1 })
const config = textClassificationSchema.parse({
  task: 'text-classification',
  network: { vocabularySize: 12, context: 6, width: 8, depth: 1, heads: 2 },
  tokens: { pad: 0, bos: 1, mask: 2 },
  labels: ['a', 'b', 'c'],
})
const model = textClassifierOf(config)
const texts = [
  { ids: [1, 5, 7], label: 2 },
  { ids: [1, 4], label: 0 },
]
const shape = { batch: 4, time: 6 }

/** The loss of the texts, and the scores that it is made of. */
const lossOf = async (smoothing: number, weights?: readonly number[]) => {
  const feeds = {
    ...randomParameters(model.parameters),
    ...classificationBatch(texts, shape, config, weights),
  }
  const { values } = parameterInputs(model.parameters)
  const { loss } = classificationLoss(config, values, { ...shape, dropout: 0, smoothing })
  const scores = model.score(values, classifierInput(shape, config), { batch: 4 })
  const { loss: found } = await compute(runtime, { loss }, feeds)
  const { scores: seen } = await compute(runtime, { scores }, feeds)
  return { loss: numbersOf(found!)[0]!, scores: rowsOf(seen!) }
}

/** The same loss, row by row. */
const naiveLoss = (
  scores: readonly (readonly number[])[],
  smoothing: number,
  weights: readonly number[],
) => {
  let [sum, total] = [0, 0]
  for (const [row, { label }] of texts.entries()) {
    const all = scores[row]!.reduce((one, score) => one + Math.exp(score), 0)
    const logs = scores[row]!.map((score) => score - Math.log(all))
    const spread = logs.reduce((one, log) => one + log, 0) / logs.length
    sum -= weights[label]! * ((1 - smoothing) * logs[label]! + smoothing * spread)
    total += weights[label]!
  }
  return sum / total
}

describe('the loss is that of each text', () => {
  test.each([
    ['alone', 0, undefined],
    ['weighted by its label', 0, [3, 1, 0.5]],
    ['with a part of its label spread over all', 0.2, undefined],
    ['with both', 0.1, [3, 1, 0.5]],
  ])('%s', async (_name, smoothing, weights) => {
    const { loss, scores } = await lossOf(smoothing, weights)
    const expected = naiveLoss(scores, smoothing, weights ?? [1, 1, 1])
    expectClose([loss], [expected], { absolute: 1e-5 })
  })
})

test('of rows of numbers the network learns what a linear classifier leaves over', async () => {
  const columns = [{ name: 'width', mean: 0, deviation: 1 }]
  const numbers = textClassificationSchema.parse({
    ...{ ...config, network: { ...config.network, hasNumbers: true } },
    ...{ columns, linear: { kind: 'numbers' } },
  })
  const { parameters, score } = textClassifierOf(numbers)
  const said = [
    [1, -2, 0.5],
    [0, 3, -1],
  ]
  const rows = said.map((scores, row) => ({
    ids: [1, 11],
    numbers: [0, row - 0.5],
    label: row,
    linear: { scores, weights: { network: 1, linear: 1 } },
  }))
  const pair = { batch: 2, time: 2 }
  const feeds = { ...randomParameters(parameters), ...classificationBatch(rows, pair, numbers) }
  const { values } = parameterInputs(parameters)
  const { loss } = classificationLoss(numbers, values, { ...pair, dropout: 0, smoothing: 0 })
  const scores = score(values, classifierInput(pair, numbers), { batch: 2 })
  const { loss: found } = await compute(runtime, { loss }, feeds)
  const { scores: own } = await compute(runtime, { scores }, feeds)
  const losses = rowsOf(own!).map((row, index) => -vote(row, rows[index]!.linear)[index]!)
  expectClose([numbersOf(found!)[0]!], [(losses[0]! + losses[1]!) / 2], { absolute: 1e-5 })
})

describe('the loss of labels that are written', () => {
  const written = textClassificationSchema.parse({
    ...config,
    tokens: { ...config.tokens, eos: 3 },
    labelTokens: {
      ids: [
        [3, 8, 3],
        [3, 9, 3],
        [3, 9, 10, 3],
      ],
      prefixes: 'bidirectional',
    },
  })
  const rows = { batch: 4, time: 8 }

  test('is that of their tokens, each text weighing alike however long its label', async () => {
    const { parameters } = textClassifierOf(written)
    const tensors = randomParameters(parameters)
    const { values } = parameterInputs(parameters)
    const { loss } = classificationLoss(written, values, { ...rows, dropout: 0, smoothing: 0 })
    const feeds = classificationBatch(texts, rows, written, [1, 1, 3])
    const { loss: found } = await compute(runtime, { loss }, { ...tensors, ...feeds })
    const scorer = createLabelScorer({ runtime, config: written })
    await scorer.write(tensors)
    const scores = await scorer.score(texts)
    await scorer.close()
    // The label of the first text has three tokens with its end, that of the second has two.
    const expected = -(3 * (scores[0]![2]! / 3) + scores[1]![0]! / 2) / 4
    expectClose([numbersOf(found!)[0]!], [expected], { absolute: 1e-4 })
  })

  test('are read with the text also where its end alone parts documents', () => {
    const ending = { ...written, tokens: { pad: 3, eos: 3 } }
    const { documents } = classificationBatch([{ ids: [5, 7], label: 0 }], rows, ending)
    expect(numbersOf(documents!).slice(0, 8)).toEqual([1, 1, 1, 1, 1, 0, 0, 0])
  })

  test('hides tokens that are dropped', () => {
    const { ids } = classificationBatch([{ ids: [1, -1, 7], label: 0 }], rows, written)
    expect(numbersOf(ids!).slice(0, 7)).toEqual([1, 2, 7, 3, 8, 3, 0])
  })
})

test('balanced weights make all labels count alike, and a row 1 in the mean', () => {
  const labels = [0, 0, 0, 0, 0, 0, 1, 1]
  const weights = balancedWeights(labels, 3)
  expectClose([weights[0]! * 6, weights[1]! * 2], [4, 4])
  expect(weights[2]).toBe(0)
})

describe('tokens that are dropped', () => {
  const ids = [1, ...Array.from({ length: 2000 }, () => 5)]
  const dropped = dropTokens(ids, 0.25, createRandom(1, 'drop'), 1)

  test('are so many of all, and never what starts a text', () => {
    expect(dropped[0]).toBe(1)
    const share = dropped.filter((id) => id < 0).length / 2000
    expect(share).toBeGreaterThan(0.22)
    expect(share).toBeLessThan(0.28)
  })

  test('are masked', () => {
    const { ids: fed } = classificationBatch([{ ids: [1, 5, -1, 7], label: 0 }], shape, config)
    expect(numbersOf(fed!).slice(0, 5)).toEqual([1, 5, 2, 7, 0])
  })
})
