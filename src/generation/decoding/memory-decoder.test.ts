import { describe, expect, test } from 'vitest'
import { compute, randomParameters } from '../../../test/support/compute.js'
import { rowsOf } from '../../../test/support/rows.js'
import { input } from '../../engine/graph/graph.js'
import { numbersOf, tensorOf } from '../../engine/tensor/tensor.js'
import { type EncoderDecoderOptions, encoderDecoder } from '../../network/models/encoder-decoder.js'
import { parameterInputs } from '../../network/parameters.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { createMemoryDecoder } from './memory-decoder.js'

const runtime = createInlineRuntime({ threads: 2 })
const small = {
  ...{ vocabularySize: 40, width: 32, depth: 2, encoderDepth: 1, heads: 4, pad: 0 },
  hasTiedHead: true,
}
const source = [5, 6, 7, 8, 9, 3, 0, 0]
const targets = [
  [1, 11, 12, 13, 14, 15, 16, 17, 18],
  [1, 21, 39, 23, 2, 25, 26, 27, 28],
]

/** The scores of whole targets read at once, without any cache: [target][place][id]. */
const readAtOnce = async (network: EncoderDecoderOptions, tensors: ReturnType<typeof random>) => {
  const model = encoderDecoder(network)
  return Promise.all(
    targets.map(async (target) => {
      const { values } = parameterInputs(model.parameters)
      const feeds = { source: tensorOf('int32', source), target: tensorOf('int32', target) }
      const memory = model.encode(values, input('source', feeds.source), { batch: 1 })
      const states = model.read(values, input('target', feeds.target), memory, { batch: 1 })
      const scores = model.score(values, states)
      return rowsOf((await compute(runtime, { scores }, { ...tensors, ...feeds })).scores!)
    }),
  )
}

const random = (network: EncoderDecoderOptions) =>
  randomParameters(encoderDecoder(network).parameters)

const createDecoder = async (
  network: EncoderDecoderOptions,
  { batch, capacity = 16 }: { batch: number; capacity?: number },
) => {
  const tensors = random(network)
  const buffers = await runtime.createBuffers(tensors)
  const decoder = await createMemoryDecoder({
    ...{ runtime, network, buffers, batch, capacity },
    name: 'target',
    sourceLength: source.length,
  })
  const rows = (scores: Float32Array) => rowsOf(tensorOf('float32', scores, [batch, 40]))
  return {
    tensors,
    start: async (of: readonly number[], ids: readonly number[]) =>
      rows(await decoder.start(of, ids)),
    next: async (ids: readonly number[]) => rows(await decoder.next(ids)),
    reorder: decoder.reorder,
  }
}

describe.each([
  ['as many keys as queries', small],
  [
    'shared keys, gates and a head of its own',
    {
      ...small,
      keyValueHeads: 2,
      activation: 'swiglu',
      hasTiedHead: false,
    },
  ],
] as const)('decoding with a cache gives the bits of whole targets: %s', (_, network) => {
  test('one target after another', async () => {
    const { tensors, start, next } = await createDecoder(network, { batch: 1 })
    const whole = await readAtOnce(network, tensors)
    for (const [index, [first, ...others]] of targets.entries()) {
      const steps = [await start(source, [first!])]
      for (const id of others) steps.push(await next([id]))
      expect(steps.map(([row]) => row)).toEqual(whole[index])
    }
  })

  test('several targets side by side, in a cache of another size', async () => {
    const { tensors, start, next } = await createDecoder(network, { batch: 2, capacity: 9 })
    const whole = await readAtOnce(network, tensors)
    const steps = [
      await start(
        source,
        targets.map(([first]) => first!),
      ),
    ]
    for (let place = 1; place < 9; place++) {
      steps.push(await next(targets.map((target) => target[place]!)))
    }
    for (const [place, rows] of steps.entries()) {
      expect(rows).toEqual(whole.map((scores) => scores[place]))
    }
  })
})

test('a source that came before is forgotten, and padding of a source does not count', async () => {
  const { start } = await createDecoder(small, { batch: 1 })
  const first = await start(source, [1])
  const other = await start([9, 9, 9, 9, 9, 9, 9, 9], [1])
  expect(other).not.toEqual(first)
  expect(await start(source, [1])).toEqual(first)
})

test('a target may go on from another one', async () => {
  const { start, next, reorder } = await createDecoder(small, { batch: 2 })
  await start(source, [1, 1])
  await next([11, 21])
  await reorder([1, 1])
  const [left, right] = await next([30, 30])
  expect(left).toEqual(right)
  await start(source, [1, 1])
  await next([21, 21])
  expect((await next([30, 30]))[0]).toEqual(left)
  expect(numbersOf(tensorOf('float32', left!))).toHaveLength(40)
})
