/** Cases of operations on each element by itself, which broadcast their operands. */

import type { Value } from '../../../src/engine/graph/value.js'
import * as o from '../../../src/engine/operations/index.js'
import { tensorOf } from '../../../src/engine/tensor/tensor.js'
import { type OperationCases, on, type RandomOptions, truths } from './case.js'

const unary = (operation: (x: Value) => Value, options: RandomOptions = {}) => [
  on([[3, 5]], operation, options),
  on([[]], operation, options),
]

/** Equal shapes, and broadcasting on the left, on the right and on both sides. */
const binary = (operation: (a: Value, b: Value) => Value, options: RandomOptions = {}) => [
  on(
    [
      [3, 5],
      [3, 5],
    ],
    operation,
    options,
  ),
  on([[5], [2, 3, 5]], operation, options),
  on(
    [
      [2, 3, 5],
      [3, 1],
    ],
    operation,
    options,
  ),
  on(
    [
      [3, 1],
      [1, 5],
    ],
    operation,
    options,
  ),
  on([[3, 5], []], operation, options),
]

export const elementwise: OperationCases = {
  abs: unary(o.abs, { gap: 0.01 }),
  add: [...binary(o.add), on([[3, 5]], (x) => o.add(x!, 2))],
  clamp: [
    on([[3, 5]], (x) => o.clamp(x!, { minimum: -0.5, maximum: 0.7 })),
    on([[3, 5]], (x) => o.clamp(x!, { maximum: 0.1 })),
  ],
  cos: unary(o.cos),
  div: [...binary(o.div, { gap: 0.3 }), on([[3, 5]], (x) => o.div(2, x!), { gap: 0.3 })],
  dropout: [
    on([[3, 5, 7]], (x, seed) => o.dropout(x!, seed!, { rate: 0.4, site: 'here' }), {
      fixed: [tensorOf('int32', [11], [])],
    }),
  ],
  erf: unary(o.erf),
  exp: unary(o.exp),
  gelu: unary(o.gelu),
  geluTanh: unary(o.geluTanh),
  log: unary(o.log, { positive: true }),
  logSigmoid: unary(o.logSigmoid),
  maximum: binary(o.maximum),
  minimum: binary(o.minimum),
  mul: [...binary(o.mul), on([[3, 5]], (x) => o.mul(-2, x!)), on([[3, 5]], (x) => o.mul(x!, x!))],
  neg: unary(o.neg),
  pow: [
    ...binary(o.pow, { positive: true }),
    on([[3, 5]], (x) => o.pow(x!, 3)),
    on([[3, 5]], (x) => o.pow(2, x!)),
  ],
  reciprocal: unary(o.reciprocal, { gap: 0.3 }),
  relu: unary(o.relu, { gap: 0.01 }),
  rsqrt: unary(o.rsqrt, { positive: true }),
  sigmoid: unary(o.sigmoid),
  silu: unary(o.silu),
  sin: unary(o.sin),
  softplus: unary(o.softplus),
  sqrt: unary(o.sqrt, { positive: true }),
  square: unary(o.square),
  squaredRelu: unary(o.squaredRelu, { gap: 0.01 }),
  sub: [...binary(o.sub), on([[3, 5]], (x) => o.sub(1, x!))],
  tanh: unary(o.tanh),
  where: [
    on([[3, 5], [5]], (a, b, condition) => o.where(condition!, a!, b!), {
      fixed: [truths([1, 0, 1], [3, 1])],
    }),
    on([[5]], (x, condition) => o.where(condition!, x!, 7), { fixed: [truths([1, 0, 1], [3, 1])] }),
  ],
}
