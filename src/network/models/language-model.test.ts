import { describe, expect, test } from 'vitest'
import { compute, randomParameters } from '../../../test/support/compute.js'
import { rowsOf } from '../../../test/support/rows.js'
import { createGraph, input } from '../../engine/graph/graph.js'
import { emitOnnx } from '../../engine/onnx/emit.js'
import { add } from '../../engine/operations/index.js'
import { type Tensor, tensorOf } from '../../engine/tensor/tensor.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { parameterInputs } from '../parameters.js'
import { type LanguageModelOptions, languageModel, type Sight } from './language-model.js'

const runtime = createInlineRuntime({ threads: 1 })
const small: LanguageModelOptions = {
  vocabularySize: 12,
  context: 6,
  width: 16,
  depth: 2,
  heads: 2,
}

interface Row {
  readonly ids: readonly number[]
  readonly documents?: readonly number[]
  readonly prefixes?: readonly number[]
}

/** The hidden states of rows of one length, row by row and token by token. */
const read = async (
  rows: readonly Row[],
  sight: Sight = 'causal',
  options: Partial<LanguageModelOptions> = {},
) => {
  const model = languageModel({ ...small, ...options })
  const { values } = parameterInputs(model.parameters)
  const join = (pick: (row: Row) => readonly number[] | undefined) =>
    rows.every((row) => pick(row) !== undefined)
      ? tensorOf(
          'int32',
          rows.flatMap((row) => pick(row)!),
        )
      : undefined
  const feeds = {
    ids: join(({ ids }) => ids)!,
    documents: join(({ documents }) => documents),
    prefixes: join(({ prefixes }) => prefixes),
  }
  const given: Record<string, Tensor> = {}
  for (const [name, tensor] of Object.entries(feeds)) if (tensor) given[name] = tensor
  const inputs = {
    ids: input('ids', feeds.ids),
    ...(feeds.documents ? { documents: input('documents', feeds.documents) } : {}),
    ...(feeds.prefixes ? { prefixes: input('prefixes', feeds.prefixes) } : {}),
  }
  const states = model.read(values, inputs, { batch: rows.length, sight })
  const tensors = { ...randomParameters(model.parameters), ...given }
  const found = rowsOf((await compute(runtime, { states }, tensors)).states!)
  const time = rows[0]!.ids.length
  return rows.map((_, row) => found.slice(row * time, (row + 1) * time))
}

const isEqual = (a: readonly number[], b: readonly number[]) =>
  a.every((value, column) => Math.abs(value - b[column]!) < 1e-5)

/** For each token that is changed, the tokens whose states that changes: "x" where it is. */
const whatIsSeen = async (row: Row, sight: Sight) => {
  const changed = row.ids.map((id, place) => ({ ...row, ids: row.ids.with(place, (id + 1) % 12) }))
  const [before, ...after] = await read([row, ...changed], sight)
  return after.map((states) =>
    states.map((state, place) => (isEqual(state, before![place]!) ? '.' : 'x')).join(''),
  )
}

const ids = [1, 5, 7, 2, 9, 4]

describe('what a token sees', () => {
  test('causally: itself and what is before it', async () => {
    expect(await whatIsSeen({ ids }, 'causal')).toEqual([
      'xxxxxx',
      '.xxxxx',
      '..xxxx',
      '...xxx',
      '....xx',
      '.....x',
    ])
  })

  test('from both sides: everything', async () => {
    expect(await whatIsSeen({ ids }, 'bidirectional')).toEqual(new Array(6).fill('xxxxxx'))
  })

  test('with a prefix: that from both sides, then what is before', async () => {
    expect(await whatIsSeen({ ids, prefixes: [1, 1, 1, 0, 0, 0] }, 'prefix')).toEqual([
      'xxxxxx',
      'xxxxxx',
      'xxxxxx',
      '...xxx',
      '....xx',
      '.....x',
    ])
  })

  test.each([
    ['causal', ['xx....', '.x....', '..xxx.', '...xx.', '....x.', '.....x']],
    ['bidirectional', ['xx....', 'xx....', '..xxx.', '..xxx.', '..xxx.', '.....x']],
  ] as const)('of other documents and of padding nothing: %s', async (sight, expected) => {
    const documents = [1, 1, 2, 2, 2, 0]
    expect(await whatIsSeen({ ids, documents }, sight)).toEqual(expected)
  })
})

describe('however deep it is, a network has one mask', () => {
  const [time, batch, heads, depth] = [64, 2, 2, 5]
  const graphOf = (hasDocuments: boolean) => {
    const model = languageModel({ ...small, heads, depth, context: time, positions: 'none' })
    const rows = (name: string) => input(name, { dtype: 'int32', shape: [batch * time] })
    const read = { ids: rows('ids'), ...(hasDocuments ? { documents: rows('documents') } : {}) }
    const { values } = parameterInputs(model.parameters)
    return createGraph({ states: model.read(values, read, { batch }) })
  }

  test.each([false, true])('in its model, with documents: %s', (hasDocuments) => {
    const bytes = emitOnnx(graphOf(hasDocuments)).byteLength
    const maskBytes = 4 * time * time
    expect(bytes).toBeGreaterThan(maskBytes)
    expect(bytes).toBeLessThan(2 * maskBytes)
  })

  test.each([false, true])('added once in each layer, with documents: %s', (hasDocuments) => {
    const sums = graphOf(hasDocuments).nodes.filter(
      ({ operation, outputs }) =>
        operation === add.operation && `${outputs[0]!.shape}` === `${[batch, heads, time, time]}`,
    )
    expect(sums).toHaveLength(depth)
  })
})

test('rows do not see each other', async () => {
  const [alone] = await read([{ ids }])
  const [, second] = await read([{ ids: [3, 3, 3, 3, 3, 3] }, { ids }])
  expect(second!.every((state, place) => isEqual(state, alone![place]!))).toBe(true)
})

describe('positions', () => {
  const same = { ids: [5, 5, 5] }

  test('tell equal tokens apart, rotary only by what else there is', async () => {
    const [learned] = await read([same], 'causal', { positions: 'learned' })
    expect(isEqual(learned![0]!, learned![1]!)).toBe(false)
    const [none] = await read([same], 'causal', { positions: 'none' })
    expect(isEqual(none![0]!, none![2]!)).toBe(true)
    const mixed = { ids: [5, 6, 5, 6, 6, 5] }
    const [rotary] = await read([mixed], 'bidirectional')
    expect(isEqual(rotary![0]!, rotary![2]!)).toBe(false)
  })

  test('learned ones start where the table says', async () => {
    const model = languageModel({ ...small, positions: 'learned', positionOffset: 2 })
    expect(model.parameters.places[0]!.shape).toEqual([8, 16])
  })
})
