import { describe, expect, test } from 'vitest'
import { compute } from '../../../../test/support/compute.js'
import { expectClose, expectTensor } from '../../../../test/support/expect-close.js'
import { randomRows, rowsOf } from '../../../../test/support/rows.js'
import { gradients } from '../../../engine/autodiff/gradient.js'
import { input } from '../../../engine/graph/graph.js'
import { add, sum } from '../../../engine/operations/index.js'
import { numbersOf, type Tensor, tensorOf } from '../../../engine/tensor/tensor.js'
import { initializeParameters } from '../../../network/parameters.js'
import { createInlineRuntime } from '../../../platform/node/runtime.js'
import { vector } from './vector.js'

const runtime = createInlineRuntime({ threads: 1 })
const [codes, channels, rows] = [7, 3, 40]
const [decay, commitment, revivalUse] = [0.8, 0.5, 0.3]
const quantizer = vector({ codes, channels, decay, commitment, revivalUse })
const vectors = randomRows([rows, channels], 3)
/** Uses from 0.5 to 3.5, and the last entry far from everything. */
const use = Array.from({ length: codes }, (_, code) => 0.5 * (code + 1))
const entries = rowsOf(randomRows([codes, channels], 4)).with(codes - 1, [90, 90, 90])
const averages: Record<string, Tensor> = {
  use: tensorOf('float32', use),
  sums: tensorOf(
    'float32',
    entries.flatMap((entry, code) => entry.map((value) => value * use[code]!)),
    [codes, channels],
  ),
}

const quantize = async (state: Record<string, Tensor> = averages, x = vectors) => {
  const values = Object.fromEntries(
    Object.entries(state).map(([name, tensor]) => [name, input(name, tensor)]),
  )
  const value = input('vectors', x)
  const found = quantizer.quantize(values, value)
  const [gradient] = gradients(add(sum(found.vectors), found.loss!), [value])
  const outputs = {
    vectors: found.vectors,
    codes: found.codes,
    loss: found.loss!,
    lookedUp: quantizer.lookUp(values, found.codes),
    gradient: gradient!,
    use: found.updates!.use!,
    sums: found.updates!.sums!,
  }
  return compute(runtime, outputs, { ...state, vectors: x })
}

/** The nearest entry by measuring the distance to each. */
const nearest = (x: readonly number[]): number => {
  const distances = entries.map((entry) => Math.hypot(...entry.map((value, i) => value - x[i]!)))
  return distances.indexOf(Math.min(...distances))
}
const chosen = rowsOf(vectors).map(nearest)

test('the code is that of the nearest entry', async () => {
  const found = await quantize()
  expect(numbersOf(found.codes!)).toEqual(chosen)
  expect(new Set(chosen).size).toBeGreaterThan(3)
  expectClose(
    numbersOf(found.vectors!),
    chosen.flatMap((code) => entries[code]!),
  )
  expectTensor(found.lookedUp, found.vectors!, { absolute: 1e-5 })
})

test('the loss is the mean squared distance to the codes, times the commitment', async () => {
  const found = await quantize()
  const squares = rowsOf(vectors).flatMap((row, index) =>
    row.map((value, channel) => (value - entries[chosen[index]!]![channel]!) ** 2),
  )
  const expected =
    (commitment * squares.reduce((total, square) => total + square, 0)) / squares.length
  expectClose(numbersOf(found.loss!), [expected])
})

test('gradients pass straight through, and pull towards the codes', async () => {
  const found = await quantize()
  const expected = rowsOf(vectors).flatMap((row, index) =>
    row.map(
      (value, channel) =>
        1 + (commitment * 2 * (value - entries[chosen[index]!]![channel]!)) / (rows * channels),
    ),
  )
  expectClose(numbersOf(found.gradient!), expected)
})

describe('the averages', () => {
  const counts = use.map((_, code) => chosen.filter((one) => one === code).length)

  test('move towards the number and the sum of the vectors that chose an entry', async () => {
    const found = await quantize()
    const nextUse = use.map((value, code) => decay * value + (1 - decay) * counts[code]!)
    const alive = nextUse.map((value) => value >= revivalUse)
    expect(alive).toContain(true)
    expectClose(
      numbersOf(found.use!),
      nextUse.map((value, code) => (alive[code] ? value : 1)),
    )
    const sums = rowsOf(found.sums!)
    for (const code of use.keys()) {
      if (!alive[code]) continue
      const own = rowsOf(vectors).filter((_, row) => chosen[row] === code)
      const expected = entries[code]!.map(
        (value, channel) =>
          decay * value * use[code]! +
          (1 - decay) * own.reduce((total, row) => total + row[channel]!, 0),
      )
      expectClose(sums[code]!, expected)
    }
  })

  test('revive an entry that nobody chooses, on a vector of the batch', async () => {
    let state = averages
    for (let step = 0; step < 12; step++) {
      const { use, sums } = await quantize(state)
      state = { use: use!, sums: sums! }
    }
    // 3.5 · 0.8¹² is less than 0.3: the last entry, far from everything, has died.
    const revived = rowsOf(state.sums!)[codes - 1]!.map(
      (value) => value / numbersOf(state.use!)[codes - 1]!,
    )
    expect(Math.hypot(...revived)).toBeLessThan(10)
    const found = await quantize(state)
    expect(numbersOf(found.use!).every((value) => value >= revivalUse)).toBe(true)
  })

  test('revive with fewer vectors than entries, too', async () => {
    const two = tensorOf('float32', [1, 2, 3, 4, 5, 6], [2, channels])
    const dying = {
      ...averages,
      use: tensorOf(
        'float32',
        use.map(() => 0.01),
      ),
    }
    const { use: next, sums } = await quantize(dying, two)
    const revived = use.flatMap((_, code) => (numbersOf(next!)[code] === 1 ? [code] : []))
    expect(revived.length).toBeGreaterThanOrEqual(codes - 2)
    for (const code of revived) {
      expect(rowsOf(sums!)[code]).toEqual(rowsOf(two)[code % 2])
    }
  })
})

test('at first every entry is where its average is', async () => {
  const { use: first, sums } = initializeParameters(quantizer.averages, { seed: 1 })
  expect(numbersOf(first!)).toEqual(use.map(() => 1))
  const found = await quantize({ use: first!, sums: sums! })
  const code = numbersOf(found.codes!)[0]!
  expectClose(rowsOf(found.lookedUp!)[0]!, rowsOf(sums!)[code]!)
})
