import { afterAll, describe, expect, test } from 'vitest'
import { randomRows } from '../../../test/support/rows.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { createGraph, input, printGraph } from '../graph/graph.js'
import type { Value } from '../graph/value.js'
import { add, gather, matmul, relu } from '../operations/index.js'
import { withTransposedInputs } from '../runtime/rewriting-runtime.js'
import { numbersOf, type Tensor, tensorOf, transposeMatrix } from '../tensor/tensor.js'
import { transposeInputs } from './transposed-inputs.js'

const runtime = createInlineRuntime({ threads: 1 })
afterAll(() => runtime.close())

const names = new Set(['w'])
const matrix = randomRows([7, 5], 3) as Tensor<'float32'>
const w = input('w', matrix)

const run = async (y: Value, own: typeof runtime, feeds: Record<string, Tensor>) => {
  const program = await own.createProgram(createGraph({ y }))
  const outputs = await program.run(feeds)
  await program.close()
  return numbersOf(outputs.y!)
}

/** What a value is with the matrix as it is, and with its transpose in its place. */
const bothOf = async (y: Value, feeds: Record<string, Tensor>) => ({
  expected: await run(y, runtime, { ...feeds, w: matrix }),
  found: await run(y, withTransposedInputs(runtime, names), {
    ...feeds,
    w: transposeMatrix(matrix),
  }),
})

const operationsOf = (y: Value): string[] =>
  transposeInputs(createGraph({ y }), names).nodes.map(({ operation }) => operation.name)

describe('a matrix that is fed transposed', () => {
  const x = input('x', { dtype: 'float32', shape: [3, 7] })
  const z = input('z', { dtype: 'float32', shape: [3, 5] })
  const product = matmul(x, w, { scale: 2 })
  const other = matmul(z, w, { transposeB: true })

  test('is read as it lies by products, along either axis', async () => {
    const feeds = { x: randomRows([3, 7], 1), z: randomRows([3, 5], 2) }
    for (const y of [product, other]) {
      const { expected, found } = await bothOf(y, y === product ? { x: feeds.x } : { z: feeds.z })
      found.forEach((value, place) => {
        expect(value).toBeCloseTo(expected[place]!, 5)
      })
      expect(operationsOf(y)).not.toContain('transpose')
    }
  })

  test('is one input, however many products read it', () => {
    const graph = transposeInputs(createGraph({ y: relu(product), other }), names)
    expect(printGraph(graph).match(/%w: float32\[5, 7\]/g)).toHaveLength(1)
  })

  test('is transposed back for whatever else reads it', async () => {
    const ids = tensorOf('int32', [6, 0, 6])
    const rows = await bothOf(add(gather(w, input('ids', ids)), 1), { ids })
    expect(rows.found).toEqual(rows.expected)
    const square = await bothOf(matmul(w, w, { transposeB: true }), {})
    square.found.forEach((value, place) => {
      expect(value).toBeCloseTo(square.expected[place]!, 5)
    })
  })
})

test('a graph that reads none of the matrices stays as it is', () => {
  const graph = createGraph({ y: relu(input('x', { dtype: 'float32', shape: [2, 2] })) })
  expect(transposeInputs(graph, names)).toBe(graph)
})
