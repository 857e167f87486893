/**
 * Attention of a decoder to what an encoder has read (Vaswani et al. 2017), with normalised queries
 * and keys. It has no positions: the encoder's states know where they stand.
 */

import type { Value } from '../../engine/graph/value.js'
import {
  attention as attend,
  matmul,
  reshape,
  rmsNorm,
  split,
  transpose,
} from '../../engine/operations/index.js'
import { fanIn, ones, zeros } from '../initializers.js'
import { type Bound, type Parameter, parameter } from '../parameters.js'
import type { AttentionOptions, KeysAndValues, Memory } from './attention.js'
import { defineLayer } from './layer.js'
import { addBias } from './mlp.js'

export const crossAttention = ({
  width,
  heads,
  keyValueHeads = heads,
  headWidth = width / heads,
  hasQueryKeyNorm = true,
  hasBias = false,
}: AttentionOptions) => {
  const scale = () => parameter([headWidth], ones)
  const scales: { queryScale?: Parameter; keyScale?: Parameter } = hasQueryKeyNorm
    ? { queryScale: scale(), keyScale: scale() }
    : {}
  const biases: { queryBias?: Parameter; memoryBias?: Parameter; outputBias?: Parameter } = hasBias
    ? {
        queryBias: parameter([heads * headWidth]),
        memoryBias: parameter([2 * keyValueHeads * headWidth]),
        outputBias: parameter([width]),
      }
    : {}
  const parameters = {
    query: parameter([width, heads * headWidth], fanIn()),
    memory: parameter([width, 2 * keyValueHeads * headWidth], fanIn()),
    ...scales,
    output: parameter([heads * headWidth, width], zeros),
    ...biases,
  }
  type Values = Bound<typeof parameters>

  /** [batch · time, heads · head width] → [batch, heads, time, head width]. */
  const byHead = (rows: Value, batch: number, count: number): Value =>
    transpose(reshape(rows, { shape: [batch, rows.shape[0]! / batch, count, headWidth] }), {
      axes: [0, 2, 1, 3],
    })
  const normalize = (x: Value, factor: Value | undefined): Value =>
    factor === undefined ? x : rmsNorm(x, factor)

  /** The keys and values of the encoder's states, [batch · length, width]. */
  const readMemory = (values: Values, states: Value, batch: number): KeysAndValues => {
    const rows = addBias(matmul(states, values.memory), values.memoryBias)
    const [keys, contents] = split(byHead(rows, batch, 2 * keyValueHeads), {
      axis: 1,
      sizes: [keyValueHeads, keyValueHeads],
    })
    return { keys: normalize(keys, values.keyScale), values: contents }
  }

  return {
    readMemory,
    /** [batch · time, width] → the same. */
    ...defineLayer('crossAttention', {
      parameters,
      apply: (values, x: Value, { batch, memory }: { batch: number; memory: Memory }) => {
        const { source, mask } = memory
        const { keys, values: contents } =
          'states' in source ? readMemory(values, source.states, batch) : source
        const rows = addBias(matmul(x, values.query), values.queryBias)
        const queries = normalize(byHead(rows, batch, heads), values.queryScale)
        const attended = attend(queries, keys, contents, mask === undefined ? {} : { mask })
        const joined = reshape(transpose(attended, { axes: [0, 2, 1, 3] }), {
          shape: [x.shape[0]!, heads * headWidth],
        })
        return addBias(matmul(joined, values.output), values.outputBias)
      },
    }),
  }
}
