import { describe, expect, test } from 'vitest'
import { compute, randomParameters } from '../../test/support/compute.js'
import { expectClose } from '../../test/support/expect-close.js'
import { multiply } from '../../test/support/reference-attention.js'
import { randomRows, rowsOf } from '../../test/support/rows.js'
import { input } from '../engine/graph/graph.js'
import { crossEntropy, mean } from '../engine/operations/index.js'
import { numbersOf, tensorOf } from '../engine/tensor/tensor.js'
import { encoderDecoder } from '../network/models/encoder-decoder.js'
import { languageModel } from '../network/models/language-model.js'
import { initializeParameters, listParameters } from '../network/parameters.js'
import { createInlineRuntime } from '../platform/node/runtime.js'
import { adamW } from './optimizers/index.js'
import { createTrainer } from './trainer.js'
import { mergeAdapters, type TuningOptions, tuneParameters } from './tuning.js'

const runtime = createInlineRuntime({ threads: 1 })
const model = languageModel({ vocabularySize: 9, context: 4, width: 16, depth: 3, heads: 2 })
const namesOf = (options: TuningOptions) => [
  ...tuneParameters(model.parameters, options).trained.keys(),
]
const all = [...listParameters(model.parameters).keys()]

describe('what is trained', () => {
  test('is everything', () => {
    expect(namesOf({ tuning: { kind: 'all' } })).toEqual(all)
  })

  test('is the head: what stands above the last block', () => {
    expect(namesOf({ tuning: { kind: 'head' } })).toEqual(['norm.scale', 'head.0'])
  })

  test('is the last blocks and the head', () => {
    const names = namesOf({ tuning: { kind: 'last', blocks: 2 } })
    expect(names.filter((name) => !name.startsWith('layers.'))).toEqual(['norm.scale', 'head.0'])
    expect(new Set(names.map((name) => name.split('.')[1]))).toEqual(
      new Set(['1', '2', 'scale', '0']),
    )
  })

  test.each([
    { encoderDepth: 3, depth: 1, blocks: 1, last: ['encoder.layers.2', 'decoder.layers.0'] },
    {
      ...{ encoderDepth: 1, depth: 3, blocks: 2 },
      last: ['encoder.layers.0', 'decoder.layers.1', 'decoder.layers.2'],
    },
  ])('is the last blocks of encoder and decoder, of depths $encoderDepth and $depth', (row) => {
    const { encoderDepth, depth, blocks, last } = row
    const sizes = { vocabularySize: 9, width: 16, heads: 2, pad: 0 }
    const { parameters } = encoderDecoder({ ...sizes, encoderDepth, depth })
    const { trained } = tuneParameters(parameters, { tuning: { kind: 'last', blocks } })
    const found = [...trained.keys()].flatMap((name) => /^\w+\.layers\.\d+/.exec(name) ?? [])
    expect([...new Set(found)]).toEqual(last)
  })

  test('is what no pattern freezes', () => {
    const names = namesOf({
      tuning: { kind: 'all' },
      frozen: ['embedding', 'layers.*.attention.*'],
    })
    expect(names).toEqual(all.filter((name) => !/^embedding|\.attention\./.test(name)))
  })

  test('is adapters beside the matrices of blocks', () => {
    const names = namesOf({ tuning: { kind: 'adapters', rank: 2, strength: 4 } })
    expect(names).toHaveLength(3 * 4 * 2)
    expect(names.every((name) => /^adapter\.(down|up)\/layers\./.test(name))).toBe(true)
  })

  test('of which nothing is left is an error, and so is a pattern without a parameter', () => {
    expect(() => namesOf({ tuning: { kind: 'all' }, frozen: ['*'] })).toThrow('nothing would be')
    expect(() => namesOf({ tuning: { kind: 'all' }, frozen: ['layer.*'] })).toThrow(
      'frozen: no parameter is called layer.*',
    )
  })
})

/** The tensors after three steps. */
const trained = async (
  options: TuningOptions,
  start = initializeParameters(model.parameters, { seed: 1 }),
) => {
  const { values, trained, adapters } = tuneParameters(model.parameters, options)
  const ids = input('ids', { dtype: 'int32', shape: [8] })
  const labels = input('labels', { dtype: 'int32', shape: [8] })
  const scores = model.score(values, model.read(values, { ids }, { batch: 2 }))
  const loss = mean(crossEntropy(scores, labels))
  const tensors = { ...start, ...initializeParameters(adapters, { seed: 2 }) }
  const trainer = await createTrainer({
    runtime,
    tensors,
    tasks: [{ name: 'fit', loss: { loss }, step: { trained, optimizer: adamW() } }],
  })
  const batch = {
    ids: tensorOf('int32', [1, 2, 3, 4, 5, 6, 7, 8]),
    labels: tensorOf('int32', [2, 3, 4, 5, 6, 7, 8, 0]),
  }
  const losses: number[] = []
  for (let step = 1; step <= 3; step++) {
    const input = { task: 'fit', step, learningRate: 0.05, batches: [batch] }
    losses.push((await trainer.step(input)).loss!)
  }
  const state = await trainer.averaged()
  await trainer.close()
  return { state, losses, tensors, feeds: batch, scores }
}

test.each<TuningOptions>([
  { tuning: { kind: 'head' } },
  { tuning: { kind: 'last', blocks: 1 } },
  { tuning: { kind: 'adapters', rank: 2, strength: 2 } },
  { tuning: { kind: 'all' }, frozen: ['embedding', 'layers.*.attention.*'] },
  { tuning: { kind: 'last', blocks: 2 }, frozen: ['*orm.scale'] },
  { tuning: { kind: 'adapters', rank: 2, strength: 2 }, frozen: ['layers.0.*'] },
])('what stands still keeps its bits: %j', async (options) => {
  // Networks start with zeros on the way to the residual, through which no gradient reaches adapters.
  const { state, losses, tensors } = await trained(options, randomParameters(model.parameters))
  expect(losses[2]).toBeLessThan(losses[0]!)
  const moving = new Set(namesOf(options))
  for (const [name, tensor] of Object.entries(state)) {
    const isSame = numbersOf(tensor).every((value, i) => value === numbersOf(tensors[name]!)[i])
    expect([name, isSame]).toEqual([name, !moving.has(name)])
  }
})

describe('adapters', () => {
  const tuning = { kind: 'adapters', rank: 2, strength: 3 } as const

  test('change nothing before they were trained', async () => {
    const { scores, tensors, feeds } = await trained({ tuning })
    const plain = tuneParameters(model.parameters, { tuning: { kind: 'all' } })
    const ids = input('ids', { dtype: 'int32', shape: [8] })
    const expected = model.score(plain.values, model.read(plain.values, { ids }, { batch: 2 }))
    const fed = { ids: feeds.ids, ...tensors }
    const { adapted } = await compute(runtime, { adapted: scores }, fed)
    const { untouched } = await compute(runtime, { untouched: expected }, fed)
    expectClose(numbersOf(adapted!), numbersOf(untouched!))
  })

  test('that are merged give the same scores without them', async () => {
    const { state, scores, feeds } = await trained({ tuning }, randomParameters(model.parameters))
    const merged = mergeAdapters(state, tuning)
    expect(Object.keys(merged).sort()).toEqual([...all].sort())
    const { values } = tuneParameters(model.parameters, { tuning: { kind: 'all' } })
    const ids = input('ids', { dtype: 'int32', shape: [8] })
    const plain = model.score(values, model.read(values, { ids }, { batch: 2 }))
    const before = await compute(runtime, { scores }, { ids: feeds.ids, ...state })
    const after = await compute(runtime, { plain }, { ids: feeds.ids, ...merged })
    expectClose(numbersOf(after.plain!), numbersOf(before.scores!), { absolute: 1e-4 })
  })

  test('are added as strength / rank · down · up', () => {
    const [weight, down, up] = [randomRows([4, 3], 1), randomRows([4, 2], 2), randomRows([2, 3], 3)]
    const merged = mergeAdapters({ w: weight, 'adapter.down/w': down, 'adapter.up/w': up }, tuning)
    const product = multiply(rowsOf(down), rowsOf(up)).flat()
    expectClose(
      numbersOf(merged.w!),
      numbersOf(weight).map((value, index) => value + 1.5 * product[index]!),
      { absolute: 1e-5 },
    )
  })
})
