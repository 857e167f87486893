import { describe, expect, test } from 'vitest'
import { compute, randomParameters } from '../../../test/support/compute.js'
import { numbersOf } from '../../engine/tensor/tensor.js'
import { languageModel } from '../../network/models/language-model.js'
import { parameterInputs } from '../../network/parameters.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { nextTokenBatch, nextTokenLoss } from './language.js'
import { type CountedRow, packRows } from './pack-rows.js'

const row = (length: number, first: number): CountedRow => ({
  ids: Array.from({ length }, (_, place) => first + place),
  counts: Array.from({ length }, (_, place) => (place > 1 ? 1 : 0)),
  prefix: 2,
})

test('rows share one where they fit, and keep what belongs to them', () => {
  const packed = packRows([row(3, 5), row(6, 10), row(3, 20)], { time: 8, isPacked: true })
  expect(packed).toEqual([
    {
      ids: [10, 11, 12, 13, 14, 15, 5, 6, 7],
      counts: [0, 0, 1, 1, 1, 1, 0, 0, 1],
      documents: [1, 1, 1, 1, 1, 1, 2, 2, 2],
      prefixes: [1, 1, 0, 0, 0, 0, 1, 1, 0],
    },
    {
      ids: [20, 21, 22],
      counts: [0, 0, 1],
      documents: [1, 1, 1],
      prefixes: [1, 1, 0],
    },
  ])
})

test('no token is lost, and a row that is too long is cut', () => {
  const rows = Array.from({ length: 200 }, (_, index) => row(3 + (index % 11), index))
  const packed = packRows(rows, { time: 15, isPacked: true })
  const total = (all: readonly { ids: ArrayLike<number> }[]) =>
    all.reduce((sum, { ids }) => sum + ids.length, 0)
  expect(total(packed)).toBe(total(rows))
  expect(total(packed) / (16 * packed.length)).toBeGreaterThan(0.9)
  expect(packed.every(({ ids }) => ids.length <= 16)).toBe(true)
  expect(packRows(rows, { time: 15, isPacked: false })).toHaveLength(200)
  expect(packRows([row(30, 1)], { time: 15, isPacked: true })[0]!.ids).toHaveLength(16)
})

describe.each(['causal', 'prefix'] as const)('with the sight %s', (sight) => {
  const runtime = createInlineRuntime({ threads: 1 })
  const model = languageModel({ vocabularySize: 32, context: 12, width: 16, depth: 2, heads: 2 })
  const parameters = randomParameters(model.parameters)
  const tokens = { pad: 0, bos: 1 }

  const lossOf = async (rows: readonly CountedRow[], isPacked: boolean) => {
    const packed = packRows(rows, { time: 12, isPacked })
    const shape = { batch: packed.length, time: 12, hasDocuments: true }
    const { values } = parameterInputs(model.parameters)
    const feeds = nextTokenBatch(packed, shape, tokens, sight)
    const { loss } = nextTokenLoss(model, values, shape, sight)
    return numbersOf((await compute(runtime, { loss }, { ...parameters, ...feeds })).loss!)[0]!
  }

  test('rows are learned packed as they are alone', async () => {
    const rows = [row(5, 2), row(4, 10), row(4, 20)]
    const alone = await lossOf(rows, false)
    expect(await lossOf(rows, true)).toBeCloseTo(alone, 5)
    const other = [row(5, 2), row(4, 10), { ...row(4, 20), ids: [9, 9, 22, 23] }]
    expect(await lossOf(other, true)).not.toBeCloseTo(alone, 5)
  })
})
