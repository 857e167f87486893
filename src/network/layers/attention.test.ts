import { describe, expect, test } from 'vitest'
import { checkLayer } from '../../../test/support/check-layer.js'
import { compute, randomParameters } from '../../../test/support/compute.js'
import { expectClose } from '../../../test/support/expect-close.js'
import {
  multiply,
  normalize,
  type ReferenceAttention,
  referenceAttention,
  turn,
} from '../../../test/support/reference-attention.js'
import { randomRows, rowsOf } from '../../../test/support/rows.js'
import { constant, input } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import { add, causalMask } from '../../engine/operations/index.js'
import { numbersOf, tensorOf } from '../../engine/tensor/tensor.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { parameterInputs } from '../parameters.js'
import { type AttentionContext, type AttentionOptions, attention } from './attention.js'
import { rotaryAngles, rotaryTables } from './rotary-angles.js'

const runtime = createInlineRuntime({ threads: 1 })
const [batch, time, width] = [2, 5, 12]
const x = randomRows([batch * time, width])
const xInput = () => input('x', { dtype: 'float32', shape: [batch * time, width] })

/** Every other key is hidden from some queries, in another way in each sequence. */
const isVisible = (sequence: number, query: number, key: number) =>
  key === query || (query * 3 + key + sequence) % 4 !== 0

const maskOf = (look: typeof isVisible): Value =>
  constant(
    tensorOf(
      'float32',
      Array.from({ length: batch * time * time }, (_, place) => {
        const [sequence, query] = [Math.floor(place / time ** 2), Math.floor(place / time) % time]
        return look(sequence, query, place % time) ? 0 : -1e9
      }),
      [batch, 1, time, time],
    ),
  )

const positions = Array.from({ length: time }, (_, place) => [place, place % 2, 3 - place])

interface Case {
  readonly what: string
  readonly options: AttentionOptions
  readonly context?: () => Omit<AttentionContext, 'batch'>
  readonly look?: typeof isVisible
  readonly hasAngles?: boolean
}

const cases: readonly Case[] = [
  { what: 'two heads that see everything', options: { width, heads: 2 } },
  {
    what: 'causal',
    options: { width, heads: 2 },
    context: () => ({ mask: causalMask({ queries: time, keys: time }) }),
    look: (_, query, key) => key <= query,
  },
  {
    what: 'a mask for each sequence',
    options: { width, heads: 2 },
    context: () => ({ mask: maskOf(isVisible) }),
    look: isVisible,
  },
  {
    what: 'causal and masked',
    options: { width, heads: 2 },
    context: () => ({ mask: add(causalMask({ queries: time, keys: time }), maskOf(isVisible)) }),
    look: (...places) => places[2] <= places[1] && isVisible(...places),
  },
  { what: 'keys shared by two heads', options: { width, heads: 6, keyValueHeads: 3 } },
  { what: 'keys shared by all heads', options: { width, heads: 3, keyValueHeads: 1 } },
  {
    what: 'rotary positions over three axes',
    options: { width, heads: 2 },
    context: () => ({ angles: rotaryAngles(positions, { headWidth: 6 }) }),
    hasAngles: true,
  },
  {
    what: 'all of it',
    options: { width, heads: 2, keyValueHeads: 1 },
    context: () => ({
      mask: add(causalMask({ queries: time, keys: time }), maskOf(isVisible)),
      angles: rotaryAngles(positions, { headWidth: 6 }),
    }),
    look: (...places) => places[2] <= places[1] && isVisible(...places),
    hasAngles: true,
  },
]

/** The angles [time][pairs] behind the tables. */
const anglesOf = (headWidth: number) => {
  const { cosines, sines } = rotaryTables(positions, { headWidth })
  return rowsOf(
    tensorOf(
      'float64',
      cosines.map((cosine, index) => Math.atan2(sines[index]!, cosine)),
      [time, headWidth / 2],
    ),
  )
}

const referenceOptions = (
  { options, look = () => true, hasAngles = false }: Case,
  sequence: number,
): ReferenceAttention => {
  const tensors = randomParameters(attention(options).parameters)
  const { heads, keyValueHeads = heads } = options
  return {
    heads,
    keyValueHeads,
    x: rowsOf(x).slice(sequence * time, (sequence + 1) * time),
    input: rowsOf(tensors.input!),
    queryScale: numbersOf(tensors.queryScale!),
    keyScale: numbersOf(tensors.keyScale!),
    output: rowsOf(tensors.output!),
    ...(hasAngles ? { angles: anglesOf(width / heads) } : {}),
    mayLook: (query, key) => look(sequence, query, key),
  }
}

describe('attention equals plain loops', () => {
  test.each(cases)('$what', async (one) => {
    const layer = attention(one.options)
    const { values } = parameterInputs(layer.parameters)
    const output = layer.apply(values, xInput(), { batch, ...one.context?.() })
    const found = await compute(runtime, { output }, { x, ...randomParameters(layer.parameters) })
    const expected = [0, 1].flatMap((sequence) =>
      referenceAttention(referenceOptions(one, sequence)).flat(),
    )
    expectClose(numbersOf(found.output!), expected)
  })
})

test('attention keeps the promises of a layer', async () => {
  const layer = attention({ width, heads: 2, keyValueHeads: 1 })
  await checkLayer(runtime, {
    parameters: layer.parameters,
    apply: (values) =>
      layer.apply(values, xInput(), { batch, mask: causalMask({ queries: time, keys: time }) }),
    feeds: { x },
    names: ['input', 'queryScale', 'keyScale', 'output'],
    shape: [batch * time, width],
  })
})

test('at first it adds nothing, so that a fresh network passes its input on', async () => {
  const { output } = attention({ width, heads: 2 }).parameters
  expect(output.initialize([2, 2], { seed: 1, name: 'output' })).toEqual(new Float32Array(4))
})

test('hands a decoder keys and values that are normalised and in their places', async () => {
  const one = cases.find(({ what }) => what === 'all of it')!
  const layer = attention(one.options)
  const outputs: Record<string, Value> = {}
  layer.apply(parameterInputs(layer.parameters).values, xInput(), {
    batch,
    ...one.context!(),
    observe: (fresh) => Object.assign(outputs, fresh),
  })
  const found = await compute(runtime, outputs, { x, ...randomParameters(layer.parameters) })
  expect(found.keys!.shape).toEqual([batch, 1, time, 6])
  const expected = [0, 1].map((sequence) => {
    const { x: rows, input: matrix, keyScale, angles } = referenceOptions(one, sequence)
    const projected = multiply(rows, matrix)
    return {
      keys: projected.map((row, place) =>
        turn(normalize(row.slice(12, 18), keyScale), angles![place]!),
      ),
      values: projected.map((row) => row.slice(18, 24)),
    }
  })
  expectClose(
    numbersOf(found.keys!),
    expected.flatMap(({ keys }) => keys.flat()),
  )
  expectClose(
    numbersOf(found.values!),
    expected.flatMap(({ values }) => values.flat()),
  )
})
