import { expect, test } from 'vitest'
import { checkLayer } from '../../../test/support/check-layer.js'
import { compute, randomParameters } from '../../../test/support/compute.js'
import { rowsOf } from '../../../test/support/rows.js'
import { createGraph, input } from '../../engine/graph/graph.js'
import { emitOnnx } from '../../engine/onnx/emit.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { listParameters, parameterInputs } from '../parameters.js'
import { encoderDecoder } from './encoder-decoder.js'

const runtime = createInlineRuntime({ threads: 1 })
const model = encoderDecoder({
  vocabularySize: 12,
  width: 16,
  depth: 1,
  encoderDepth: 2,
  heads: 2,
  pad: 0,
  hasTiedHead: true,
})
const tensors = randomParameters(model.parameters)
const source = [3, 5, 7, 0]
const target = [1, 4, 6]

/** The decoder's states of a target, row by row. */
const read = async (source: readonly number[], target: readonly number[]) => {
  const { values } = parameterInputs(model.parameters)
  const feeds = { source: tensorOf('int32', source), target: tensorOf('int32', target) }
  const memory = model.encode(values, input('source', feeds.source), { batch: 1 })
  const states = model.read(values, input('target', feeds.target), memory, { batch: 1 })
  return rowsOf((await compute(runtime, { states }, { ...tensors, ...feeds })).states!)
}

const isSame = (a: readonly number[], b: readonly number[]) =>
  a.every((value, column) => Math.abs(value - b[column]!) < 1e-5)

test('keeps the promises of a layer', async () => {
  const feeds = { source: tensorOf('int32', source), target: tensorOf('int32', target) }
  await checkLayer(runtime, {
    parameters: model.parameters,
    apply: (values) => {
      const memory = model.encode(values, input('source', feeds.source), { batch: 1 })
      const states = model.read(values, input('target', feeds.target), memory, { batch: 1 })
      return model.score(values, states)
    },
    feeds,
    names: [...listParameters(model.parameters).keys()],
    shape: [3, 12],
  })
})

test('shares one table of embeddings', () => {
  const tables = [...listParameters(model.parameters)].filter(([, { shape }]) => shape[0] === 12)
  expect(tables.map(([name]) => name)).toEqual(['decoder.embedding'])
})

test('every token of the target sees the whole source, and of the target what is before', async () => {
  const before = await read(source, target)
  for (const place of [0, 1, 2]) {
    const after = await read(source.with(place, 9), target)
    expect(after.map((row, token) => isSame(row, before[token]!))).toEqual([false, false, false])
  }
  const later = await read(source, target.with(1, 9))
  expect(later.map((row, token) => isSame(row, before[token]!))).toEqual([true, false, false])
})

test('padding of the source changes nothing', async () => {
  const [short, long] = [await read(source.slice(0, 3), target), await read(source, target)]
  expect(short.every((row, token) => isSame(row, long[token]!))).toBe(true)
})

test('a deeper decoder has no further causal mask in its model', () => {
  const time = 64
  const bytesOf = (depth: number): number => {
    const deep = encoderDecoder({ ...model.options, encoderDepth: 1, depth })
    const { values } = parameterInputs(deep.parameters)
    const rows = (name: string) => input(name, { dtype: 'int32', shape: [time] })
    const memory = deep.encode(values, rows('source'), { batch: 1 })
    const states = deep.read(values, rows('target'), memory, { batch: 1 })
    return emitOnnx(createGraph({ states })).byteLength
  }
  const maskBytes = 4 * time * time
  expect(bytesOf(1)).toBeGreaterThan(maskBytes)
  expect(bytesOf(2) - bytesOf(1)).toBeLessThan(maskBytes)
})
