import { afterAll, describe, expect, test } from 'vitest'
import { randomRows } from '../../../test/support/rows.js'
import { quantizeMatrix } from '../../network/quantize.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { createGraph, type Graph, input, printGraph } from '../graph/graph.js'
import type { Value } from '../graph/value.js'
import { add, gather, matmul, relu, slice, transpose } from '../operations/index.js'
import { withQuantizedInputs } from '../runtime/rewriting-runtime.js'
import { dequantize, type QuantizedInput } from '../tensor/quantized.js'
import { numbersOf, type Tensor, tensorOf } from '../tensor/tensor.js'
import { quantizeInputs } from './quantized-inputs.js'

const runtime = createInlineRuntime({ threads: 1 })
afterAll(() => runtime.close())

const quantize = (
  shape: readonly [number, number],
  options: { bits: 4 | 8; blockSize: number; isTransposed?: boolean },
): QuantizedInput => ({
  matrix: quantizeMatrix(randomRows(shape, 7) as Tensor<'float32'>, options),
  isTransposed: options.isTransposed ?? false,
})

const namesOf = (graph: Graph): string[] =>
  graph.nodes.map(({ operation }) => operation.name).filter((name) => name !== 'constant')

/** x [rows, columns] times the rows of a matrix, in float64. */
const multiply = (x: Tensor, { matrix }: QuantizedInput): number[][] => {
  const weights = numbersOf(dequantize(matrix))
  const { columns, rows } = matrix
  const given = numbersOf(x)
  return Array.from({ length: given.length / columns }, (_, place) =>
    Array.from({ length: rows }, (_, row) => {
      let sum = 0
      for (let column = 0; column < columns; column++) {
        sum += given[place * columns + column]! * weights[row * columns + column]!
      }
      return sum
    }),
  )
}

/** The size of differences in proportion to that of what is expected, by their mean squares. */
const relativeDifference = (found: readonly number[], expected: readonly number[]): number => {
  const squares = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x * x, 0)
  const differences = expected.map((value, place) => value - found[place]!)
  return Math.sqrt(squares(differences) / squares(expected))
}

const run = async (value: Value, quantized: QuantizedInput, feeds: Record<string, Tensor>) => {
  const own = withQuantizedInputs(runtime, new Map([['w', quantized]]))
  const program = await own.createProgram(createGraph({ y: value }))
  const { y } = await program.run(feeds)
  await program.close()
  return numbersOf(y!)
}

/** The kernel rounds x to 8 bits a block, which is an error of its own. */
const kernelTolerance = 0.015

describe.each([
  { bits: 4, blockSize: 32, columns: 64 },
  { bits: 4, blockSize: 32, columns: 43 },
  { bits: 4, blockSize: 128, columns: 128 },
  { bits: 8, blockSize: 128, columns: 256 },
  { bits: 8, blockSize: 32, columns: 43 },
] as const)('$bits bits, blocks of $blockSize, $columns columns', ({ columns, ...options }) => {
  test.each([1, 5])('a product with %i rows is that in float64, nearly', async (rows) => {
    const x = randomRows([rows, columns], 2)
    const feeds = { x }
    const xs = input('x', x)
    const across = quantize([columns, 12], { ...options, isTransposed: true })
    const w = input('w', { dtype: 'float32', shape: [columns, 12] })
    const expected = multiply(x, across).flat()
    const found = await run(matmul(xs, w, { scale: 2 }), across, feeds)
    expect(
      relativeDifference(
        found,
        expected.map((value) => 2 * value),
      ),
    ).toBeLessThan(kernelTolerance)
    const along = quantize([12, columns], options)
    const rowsOfW = input('w', { dtype: 'float32', shape: [12, columns] })
    const other = await run(matmul(xs, rowsOfW, { transposeB: true }), along, feeds)
    expect(relativeDifference(other, multiply(x, along).flat())).toBeLessThan(kernelTolerance)
  })
})

describe('a table', () => {
  const table = quantize([40, 64], { bits: 8, blockSize: 64 })
  const rows = numbersOf(dequantize(table.matrix))
  const w = input('w', { dtype: 'float32', shape: [40, 64] })
  const x = input('x', { dtype: 'float32', shape: [3, 64] })

  test('has its rows picked exactly', async () => {
    const ids = tensorOf('int32', [39, 0, 7, 7])
    const found = await run(gather(w, input('ids', ids)), table, { ids })
    expect(found).toEqual([39, 0, 7, 7].flatMap((row) => rows.slice(row * 64, (row + 1) * 64)))
  })

  test('scores with a range of its rows', async () => {
    const scores = matmul(x, slice(w, { axis: 0, start: 10, end: 30 }), { transposeB: true })
    const graph = quantizeInputs(createGraph({ scores }), new Map([['w', table]]))
    expect(namesOf(graph)).toEqual(['input', 'matmulQuantized'])
    expect(printGraph(graph)).toContain('uint8[20, 1, 64]')
    const given = randomRows([3, 64], 3)
    const expected = multiply(given, table).flatMap((row) => row.slice(10, 30))
    expect(relativeDifference(await run(scores, table, { x: given }), expected)).toBeLessThan(
      kernelTolerance,
    )
  })

  test('is one constant, however often it is read', () => {
    const ids = input('ids', { dtype: 'int32', shape: [3] })
    const y = add(
      matmul(x, w, { transposeB: true }),
      matmul(relu(gather(w, ids)), w, { transposeB: true }),
    )
    const graph = quantizeInputs(createGraph({ y }), new Map([['w', table]]))
    expect(namesOf(graph).filter((name) => name.endsWith('Quantized'))).toHaveLength(3)
    expect(Object.keys(graph.inputs)).not.toContain('w')
  })

  test('is in float32 for whatever else reads it', async () => {
    const found = await run(transpose(w, { axes: [1, 0] }), table, {})
    expect(found).toEqual(
      Array.from({ length: 64 * 40 }, (_, place) => {
        return rows[(place % 40) * 64 + Math.floor(place / 40)]
      }),
    )
    // A product along the other axis has no kernel.
    const y = matmul(input('rows', { dtype: 'float32', shape: [2, 40] }), w)
    const graph = quantizeInputs(createGraph({ y }), new Map([['w', table]]))
    expect(namesOf(graph)).toEqual(['input', 'matmul'])
  })
})

test('operations refuse codes and scales that do not fit', () => {
  const { matrix } = quantize([8, 64], { bits: 4, blockSize: 32 })
  const graph = (columns: number) =>
    quantizeInputs(
      createGraph({
        y: matmul(
          input('x', { dtype: 'float32', shape: [1, columns] }),
          input('w', { dtype: 'float32', shape: [8, columns] }),
          { transposeB: true },
        ),
      }),
      new Map([['w', { matrix: { ...matrix, columns }, isTransposed: false }]]),
    )
  expect(() => graph(200)).toThrow(/matmulQuantized: expected uint8 codes/)
})
