/** Attention and rotary positions as ONNX has them, with caches, masks and positions. */

import { constant } from '../../../../src/engine/graph/graph.js'
import type { Value } from '../../../../src/engine/graph/value.js'
import * as o from '../../../../src/engine/operations/index.js'
import { tensorOf } from '../../../../src/engine/tensor/tensor.js'
import { type OnnxInput, type OnnxOperator, type OnnxOperators, refuse } from '../node.js'

/** [batch, time, heads · width] → [batch, heads, time, width]. */
const splitHeads = (x: Value, heads: number): Value => {
  const [batch, time, width] = x.shape as [number, number, number]
  const apart = o.reshape(x, { shape: [batch, time, heads, width / heads] })
  return o.transpose(apart, { axes: [0, 2, 1, 3] })
}

const attention: OnnxOperator = ([q, k, v, mask, pastKeys, pastValues, lengths], attributes) => {
  if (attributes.number('softcap') > 0) refuse('scores have no soft cap')
  const isFlat = q!.value.shape.length === 3
  const heads = (input: OnnxInput, name: string) =>
    isFlat ? splitHeads(input.value, attributes.number(name)) : input.value
  const queries = heads(q!, 'q_num_heads')
  const join = (past: OnnxInput | undefined, fresh: Value) =>
    past === undefined ? fresh : o.concat(past.value, fresh, { axis: 2 })
  const keys = join(pastKeys, heads(k!, 'kv_num_heads'))
  const values = join(pastValues, heads(v!, 'kv_num_heads'))
  const [batch, , time] = queries.shape as [number, number, number]
  const total = keys.shape[2]!
  let limits: Value | undefined
  if (mask !== undefined) {
    // Keys beyond the mask are not seen.
    const missing = total - mask.value.shape.at(-1)!
    const around = mask.value.shape.map(() => 0)
    const after = around.with(-1, missing)
    const isBool = mask.value.dtype === 'bool'
    const numbers = isBool
      ? o.where(mask.value, constant(tensorOf('float32', [0], [])), -Infinity)
      : mask.value
    limits = o.pad(numbers, { before: around, after, value: -Infinity })
  }
  if (lengths !== undefined) {
    const places = constant(
      tensorOf(
        'int64',
        Array.from({ length: total }, (_, place) => place),
      ),
    )
    const isReal = o.less(places, o.reshape(lengths.value, { shape: [batch, 1, 1, 1] }))
    const real = o.where(isReal, constant(tensorOf('float32', [0], [])), -Infinity)
    limits = limits === undefined ? real : o.add(limits, real)
  }
  const isCausal = attributes.flag('is_causal')
  const offset = pastKeys === undefined ? 0 : pastKeys.value.shape[2]!
  if (isCausal && lengths !== undefined) {
    refuse('causal places are the same for the whole batch')
  }
  const scale = attributes.number('scale', Number.NaN)
  const attended = o.attention(queries, keys, values, {
    ...(limits === undefined ? {} : { mask: limits }),
    ...(Number.isNaN(scale) ? {} : { scale }),
    isCausal,
    offset,
  })
  const result = isFlat
    ? o.reshape(o.transpose(attended, { axes: [0, 2, 1, 3] }), { shape: [batch, time, -1] })
    : attended
  // Scores are not handed out.
  return [result, keys, values, undefined]
}

/** Each picture of the batch by itself, for its angles are its own. */
const rotaryEmbedding: OnnxOperator = ([x, cosines, sines, places], attributes) => {
  const isFlat = x!.value.shape.length === 3
  const input = isFlat ? splitHeads(x!.value, attributes.number('num_heads')) : x!.value
  const [batch, heads, time, width] = input.shape as [number, number, number, number]
  const turned = attributes.number('rotary_embedding_dim') || width
  const sizes = turned === width ? [width] : [turned, width - turned]
  const [part, ...rest] = o.split(input, { axis: 3, sizes }) as [Value, ...Value[]]
  const exchange = (value: Value, inner: readonly [number, number]) =>
    o.reshape(
      o.transpose(o.reshape(value, { shape: [batch, heads, time, ...inner] }), {
        axes: [0, 1, 2, 4, 3],
      }),
      { shape: [batch, heads, time, turned] },
    )
  const isInterleaved = attributes.flag('interleaved')
  const halves = isInterleaved ? exchange(part, [turned / 2, 2]) : part
  const one = (value: Value, row: number) => o.slice(value, { axis: 0, start: row, end: row + 1 })
  const angles = (table: Value, row: number) => {
    if (places === undefined) return o.reshape(one(table, row), { shape: [time, turned / 2] })
    return o.gather(table, o.reshape(one(places.value, row), { shape: [time] }))
  }
  const rows = Array.from({ length: batch }, (_, row) =>
    o.rotary(one(halves, row), angles(cosines!.value, row), angles(sines!.value, row)),
  )
  const joined = o.concat(...rows, { axis: 0 })
  const result = isInterleaved ? exchange(joined, [2, turned / 2]) : joined
  return o.concat(result, ...rest, { axis: 3 })
}

export const attentions: OnnxOperators = {
  Attention: attention,
  RotaryEmbedding: rotaryEmbedding,
}
