import { describe, expect, test } from 'vitest'
import { expectClose } from '../../../test/support/expect-close.js'
import { readGolden } from '../../../test/support/golden.js'
import { multiply, type Rows } from '../../../test/support/reference-attention.js'
import { randomRows, rowsOf } from '../../../test/support/rows.js'
import { runOptimizer } from '../../../test/support/run-optimizer.js'
import { numbersOf, type Tensor, tensorOf } from '../../engine/tensor/tensor.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { adamW } from './adamw.js'
import { muon } from './muon.js'

const runtime = createInlineRuntime({ threads: 1 })
const rate = 0.01

/** What one step without decay takes off a parameter, divided by the rate. */
const updateOf = async (gradient: Tensor, name = 'layers.0.weight'): Promise<Rows> => {
  const start = tensorOf(
    'float32',
    numbersOf(gradient).map(() => 0),
    gradient.shape,
  )
  const optimizer = muon({ weightDecay: 0 })
  const [moved] = await runOptimizer(runtime, {
    optimizer,
    name,
    start,
    gradients: [gradient],
    rates: [rate],
  })
  return rowsOf(
    tensorOf(
      'float64',
      moved!.map((value) => -value / rate),
      gradient.shape,
    ),
  )
}

const transposed = (rows: Rows): number[][] =>
  rows[0]!.map((_, column) => rows.map((row) => row[column]!))

/** The singular values by one-sided Jacobi rotations (Hestenes 1958) of the columns. */
const singularValues = (matrix: Rows): number[] => {
  const columns =
    matrix.length < matrix[0]!.length ? matrix.map((row) => [...row]) : transposed(matrix)
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let i = 0; i < columns.length; i++) {
      for (let j = i + 1; j < columns.length; j++) {
        const [a, b] = [columns[i]!, columns[j]!]
        const both = dot(a, b)
        if (Math.abs(both) < 1e-12) continue
        const zeta = (dot(b, b) - dot(a, a)) / (2 * both)
        const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta))
        const cosine = 1 / Math.hypot(1, tangent)
        columns[i] = a.map((value, k) => cosine * (value - tangent * b[k]!))
        columns[j] = b.map((value, k) => cosine * (value + tangent * a[k]!))
      }
    }
  }
  return columns.map((column) => Math.hypot(...column)).sort((x, y) => y - x)
}

describe.each([[[8, 12]], [[12, 8]], [[10, 10]]])('the update of a hidden matrix %j', (shape) => {
  const gradient = randomRows(shape, 7)

  test('has singular values near 1, times 0.2 · √(longer side)', async () => {
    const scale = 0.2 * Math.sqrt(Math.max(...shape))
    const values = singularValues(await updateOf(gradient)).map((value) => value / scale)
    // The gradient's own differ by an order of magnitude.
    const own = singularValues(rowsOf(gradient))
    expect(own[0]! / own.at(-1)!).toBeGreaterThan(4)
    expect(Math.max(...values)).toBeLessThan(1.25)
    expect(Math.min(...values)).toBeGreaterThan(0.65)
  })

  test('points as the gradient does', async () => {
    const update = await updateOf(gradient)
    // For U S Vᵀ the update U Vᵀ gives S again: a positive definite product.
    const product = multiply(transposed(rowsOf(gradient)), update)
    const trace = product.reduce((sum, row, index) => sum + row[index]!, 0)
    expect(trace).toBeGreaterThan(0)
    // A gradient of another size has the same update.
    const large = tensorOf(
      'float32',
      numbersOf(gradient).map((value) => 1000 * value),
      shape,
    )
    expectClose((await updateOf(large)).flat(), update.flat(), { absolute: 1e-3 })
  })

  test('is of the size of an update of AdamW: a root mean square of 0.2', async () => {
    const numbers = (await updateOf(gradient)).flat()
    const size = Math.sqrt(numbers.reduce((sum, value) => sum + value ** 2, 0) / numbers.length)
    expect(size).toBeGreaterThan(0.13)
    expect(size).toBeLessThan(0.25)
  })
})

test.each([[[6, 12]], [[30, 7]]])(
  'long rows %j change as by the iteration itself',
  async (shape) => {
    const gradient = randomRows(shape, 11)
    const isTall = shape[0]! > shape[1]!
    const rows = rowsOf(gradient)
    const wide = isTall ? transposed(rows) : rows
    const length = Math.hypot(...wide.flat())
    let x: Rows = wide.map((row) => row.map((value) => value / length))
    for (let iteration = 0; iteration < 5; iteration++) {
      const gram = multiply(x, transposed(x))
      const square = multiply(gram, gram)
      const factor = gram.map((row, i) =>
        row.map((value, j) => (i === j ? 3.4445 : 0) - 4.775 * value + 2.0315 * square[i]![j]!),
      )
      x = multiply(factor, x)
    }
    const scale = 0.2 * Math.sqrt(Math.max(...shape))
    const expected = (isTall ? transposed(x) : x).flat().map((value) => scale * value)
    expectClose((await updateOf(gradient)).flat(), expected, { absolute: 1e-4, relative: 1e-4 })
  },
)

test.each(['matrix', 'tall'])('ten steps agree with PyTorch to two digits: %s', async (name) => {
  const golden = await readGolden('optimizers')
  const start = golden(`start ${name}`)
  const size = numbersOf(start).length
  const rates = numbersOf(golden('rates'))
  const gradients = numbersOf(golden(`gradients ${name}`))
  const found = await runOptimizer(runtime, {
    optimizer: muon({ momentum: 0.95, weightDecay: 0.1 }),
    start,
    gradients: rates.map((_, step) =>
      tensorOf('float32', gradients.slice(step * size, (step + 1) * size), start.shape),
    ),
    rates,
  })
  const expected = numbersOf(golden(`muon ${name}`))
  for (const step of rates.keys()) {
    // Its iteration is in bfloat16; the steps add up to 0.03 to 0.04.
    const after = expected.slice(step * size, (step + 1) * size)
    expectClose(found[step]!, after, { absolute: 5e-4, relative: 0 })
  }
})

test.each([
  { name: 'embedding', shape: [6, 4] },
  { name: 'model.head.0', shape: [6, 4] },
  { name: 'norm.scale', shape: [6] },
  { name: 'critic.features.0.weight', shape: [4, 3, 3, 3] },
])('$name $shape is left to AdamW', async ({ name, shape }) => {
  const betas: [number, number] = [0.8, 0.9]
  const options = { betas, weightDecay: 0.2 }
  const run = {
    name,
    start: randomRows(shape, 1),
    gradients: [2, 3, 4].map((seed) => randomRows(shape, seed)),
    rates: [0.1, 0.1, 0.05],
  }
  const found = await runOptimizer(runtime, { optimizer: muon(options), ...run })
  expect(found).toEqual(await runOptimizer(runtime, { optimizer: adamW(options), ...run }))
})

test('keeps one number for each of a hidden matrix, not two', () => {
  expect(muon().state({ name: 'layers.0.mlp.input', shape: [4, 8] })).toEqual(['momentum'])
  expect(muon().state({ name: 'header', shape: [4, 8] })).toEqual(['momentum'])
  expect(muon().state({ name: 'embedding', shape: [4, 8] })).toEqual(['sum', 'squares'])
})

test('its work is that of the products of the iteration', () => {
  const name = 'layers.0.mlp.input'
  // 4 x 6, five times: a gram matrix, its square, and their product with the matrix.
  const products = 2 * (4 * 4 * 6) + 2 * (4 * 4 * 4) + 2 * (4 * 4 * 6)
  expect(muon().flops!({ name, shape: [4, 6] })).toBe(5 * products)
  expect(muon().flops!({ name, shape: [6, 4] })).toBe(5 * products)
  // 4 x 8: a gram matrix and its square; four times two for the next one, its square and the
  // factor so far; and that with the matrix.
  const gathered = 2 * (4 * 4 * 8) + 17 * 2 * (4 * 4 * 4) + 2 * (4 * 4 * 8)
  expect(muon().flops!({ name, shape: [4, 8] })).toBe(gathered)
  expect(muon().flops!({ name, shape: [8, 4] })).toBe(gathered)
  expect(muon().flops!({ name: 'embedding', shape: [4, 8] })).toBe(0)
})
