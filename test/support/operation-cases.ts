/**
 * Small computations for every operation that has a gradient, by the operation's name. Sizes are
 * distinct primes where they can be, so that exchanged axes do not go unnoticed.
 */

import type { Value } from '../../src/engine/graph/value.js'
import * as o from '../../src/engine/operations/index.js'
import type { Reduction } from '../../src/engine/operations/reduction.js'
import { type Tensor, tensorOf } from '../../src/engine/tensor/tensor.js'
import { type Computation, randomTensor } from './check-gradient.js'
import {
  referenceAveragePool,
  referenceConv,
  referenceConvTranspose,
} from './reference-convolution.js'

export interface OperationCase extends Computation {
  /** The same in operations that have float64 kernels, where the operation has none. */
  readonly reference?: Computation['compute']
}

type Shape = readonly number[]
type Values = Record<string, Value>
type Compute = (...values: Value[]) => Value | readonly Value[]
type RandomOptions = NonNullable<Parameters<typeof randomTensor>[1]>

const letters = ['a', 'b', 'c', 'd', 'e']

const named = (tensors: readonly Tensor[], prefix = ''): Record<string, Tensor> =>
  Object.fromEntries(tensors.map((tensor, index) => [`${prefix}${letters[index]!}`, tensor]))

/** A case on random inputs of the given shapes; the fixed tensors come after them. */
const on = (
  shapes: readonly Shape[],
  compute: Compute,
  { fixed = [], ...options }: RandomOptions & { readonly fixed?: readonly Tensor[] } = {},
): OperationCase => {
  const inputs = named(shapes.map((shape, seed) => randomTensor(shape, { seed, ...options })))
  const others = named(fixed, 'fixed ')
  const names = [...Object.keys(inputs), ...Object.keys(others)]
  return { inputs, fixed: others, compute: (values) => compute(...names.map((n) => values[n]!)) }
}

/** The same with a computation in float64 to compare with. */
const against = (operationCase: OperationCase, reference: Compute): OperationCase => ({
  ...operationCase,
  reference: (values: Values) =>
    reference(...Object.keys(operationCase.inputs).map((name) => values[name]!)),
})

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

const reduction = (operation: (x: Value, reduction: Reduction) => Value) => [
  on([[2, 3, 5]], (x) => operation(x!, {})),
  on([[2, 3, 5]], (x) => operation(x!, { axes: [1] })),
  on([[2, 3, 5]], (x) => operation(x!, { axes: [-1, 0], keepAxes: true })),
  on([[2, 3, 5]], (x) => operation(x!, { axes: [] })),
]

const ids = (values: readonly number[], shape?: Shape) => tensorOf('int32', values, shape)
const longIds = (values: readonly number[], shape?: Shape) => tensorOf('int64', values, shape)
const truths = (values: readonly number[], shape: Shape) => tensorOf('bool', values, shape)

const unpadded = { padding: [0, 0, 0, 0], strides: [1, 1], dilations: [1, 1] } as const
const uneven = { padding: [1, 0, 2, 1], strides: [2, 1], dilations: [1, 2] } as const
const same = { ...unpadded, padding: [1, 1, 1, 1] } as const

const convCase = (
  x: Shape,
  weights: Shape,
  window: typeof unpadded | typeof uneven | typeof same,
  groups = 1,
) => {
  const kernel = [weights[2]!, weights[3]!] as const
  return against(
    on([x, weights], (a, b) => o.conv(a!, b!, { ...window, groups })),
    (a, b) => referenceConv(a!, b!, { ...window, kernel }, groups),
  )
}

/** Poolings, and what they leave out spelt out. */
const poolings = [
  [{ size: 2 }, { ...unpadded, kernel: [2, 2], strides: [2, 2] }],
  [
    { size: [2, 3], strides: [3, 2] },
    { ...unpadded, kernel: [2, 3], strides: [3, 2] },
  ],
  [
    { size: 3, strides: [2, 1], padding: [1, 0, 2, 1] },
    { ...uneven, kernel: [3, 3], dilations: [1, 1] },
  ],
] as const

export const operationCases: Readonly<Record<string, readonly OperationCase[]>> = {
  // Element by element.
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

  // Over axes.
  cumulativeSum: [false, true].flatMap((exclusive) =>
    [false, true].map((reverse) =>
      on([[2, 5, 3]], (x) => o.cumulativeSum(x!, { axis: -2, exclusive, reverse })),
    ),
  ),
  logSoftmax: [
    on([[3, 5]], (x) => o.logSoftmax(x!)),
    on([[2, 3, 5]], (x) => o.logSoftmax(x!, { axis: 1 })),
  ],
  logSumExp: reduction(o.logSumExp),
  max: reduction(o.max),
  mean: reduction(o.mean),
  min: reduction(o.min),
  softmaxProduct: [
    on(
      [
        [3, 5],
        [5, 2],
      ],
      (scores, values) => o.softmaxProduct(scores!, values!),
    ),
    on(
      [
        [2, 3, 5],
        [2, 5, 7],
      ],
      (scores, values) => o.softmaxProduct(scores!, values!),
    ),
  ],
  softmax: [on([[3, 5]], (x) => o.softmax(x!)), on([[2, 3, 5]], (x) => o.softmax(x!, { axis: 1 }))],
  standardize: [
    on([[2, 3, 5]], (x) => o.standardize(x!)),
    on([[2, 3, 5]], (x) => o.standardize(x!, { axes: [1], epsilon: 0.01 })),
  ],
  sum: reduction(o.sum),
  sumOfSquares: reduction(o.sumOfSquares),
  sumTo: [on([[2, 3, 5]], (x) => o.sumTo(x!, [3, 1])), on([[2, 3, 5]], (x) => o.sumTo(x!, []))],
  topK: [
    on([[3, 7]], (x) => o.topK(x!, { count: 2 })),
    on([[3, 7, 2]], (x) => o.topK(x!, { count: 3, axis: 1, isSmallest: true })),
  ],
  variance: reduction(o.variance),

  // Products.
  attention: [
    on(
      [
        [2, 3, 5, 7],
        [2, 3, 11, 7],
        [2, 3, 11, 2],
      ],
      (q, k, v) => o.attention(q!, k!, v!),
    ),
    on(
      [
        [2, 4, 5, 3],
        [2, 2, 5, 3],
        [2, 2, 5, 7],
      ],
      (q, k, v) => o.attention(q!, k!, v!, { isCausal: true }),
    ),
    on(
      [
        [2, 4, 3, 5],
        [2, 1, 7, 5],
        [2, 1, 7, 3],
      ],
      (q, k, v) => o.attention(q!, k!, v!, { isCausal: true, scale: 0.7 }),
    ),
    on(
      [
        [2, 3, 5, 2],
        [2, 3, 7, 2],
        [2, 3, 7, 2],
        [3, 1, 7],
      ],
      (q, k, v, mask) => o.attention(q!, k!, v!, { mask: mask! }),
    ),
    on(
      [
        [1, 2, 3, 5],
        [1, 2, 3, 5],
        [1, 2, 3, 5],
      ],
      (q, k, v, mask) => o.attention(q!, k!, v!, { mask: mask! }),
      { fixed: [truths([1, 0, 1, 1, 1, 0, 0, 0, 1], [3, 3])] },
    ),
  ],
  matmul: [
    on(
      [
        [3, 5],
        [5, 7],
      ],
      (a, b) => o.matmul(a!, b!),
    ),
    on(
      [
        [2, 3, 5],
        [5, 7],
      ],
      (a, b) => o.matmul(a!, b!, { scale: 0.3 }),
    ),
    on(
      [
        [2, 3, 5],
        [7, 5],
      ],
      (a, b) => o.matmul(a!, b!, { transposeB: true }),
    ),
    on(
      [
        [2, 5, 3],
        [5, 7],
      ],
      (a, b) => o.matmul(a!, b!, { transposeA: true }),
    ),
    on(
      [
        [2, 5, 3],
        [2, 7, 5],
      ],
      (a, b) => o.matmul(a!, b!, { transposeA: true, transposeB: true, scale: 2 }),
    ),
    on(
      [
        [5, 3],
        [2, 7, 5],
      ],
      (a, b) => o.matmul(a!, b!, { transposeA: true, transposeB: true }),
    ),
    on(
      [
        [3, 1, 2, 5],
        [7, 5, 2],
      ],
      (a, b) => o.matmul(a!, b!),
    ),
    on(
      [
        [2, 5],
        [3, 5, 7],
      ],
      (a, b) => o.matmul(a!, b!),
    ),
  ],

  // Convolutions and pictures.
  averagePool: poolings.map(([pooling, window]) =>
    against(
      on([[2, 3, 7, 8]], (x) => o.averagePool(x!, pooling)),
      (x) => referenceAveragePool(x!, window),
    ),
  ),
  conv: [
    convCase([2, 3, 5, 7], [5, 3, 1, 1], unpadded),
    convCase([2, 3, 7, 5], [5, 3, 3, 2], uneven),
    convCase([2, 4, 7, 5], [6, 2, 3, 2], uneven, 2),
    // Large enough for the gradient of the weights to take each picture by itself.
    convCase([2, 3, 23, 23], [2, 3, 3, 3], same),
  ],
  convTranspose: [
    against(
      on(
        [
          [2, 3, 5, 4],
          [3, 5, 3, 2],
        ],
        (x, w) => o.convTranspose(x!, w!, unpadded),
      ),
      (x, w) => referenceConvTranspose(x!, w!, [7, 5], { ...unpadded, kernel: [3, 2] }),
    ),
    against(
      on(
        [
          [2, 4, 3, 5],
          [4, 3, 3, 2],
        ],
        (x, w) => o.convTranspose(x!, w!, { ...uneven, groups: 2, outputPadding: [1, 0] }),
      ),
      (x, w) => referenceConvTranspose(x!, w!, [5, 6], { ...uneven, kernel: [3, 2] }, 2),
    ),
  ],
  convWeightGradient: [
    on(
      [
        [2, 3, 5, 7],
        [2, 5, 4, 5],
      ],
      (x, upstream) => o.convWeightGradient(x!, upstream!, { kernel: [2, 3] }),
    ),
    on(
      [
        [2, 4, 5, 7],
        [2, 6, 3, 4],
      ],
      (x, upstream) =>
        o.convWeightGradient(x!, upstream!, { kernel: [2, 3], strides: 2, padding: 1, groups: 2 }),
    ),
  ],
  depthToSpace: [on([[2, 12, 3, 5]], (x) => o.depthToSpace(x!, { size: 2 }))],
  maxPool: poolings.map(([pooling]) => on([[2, 3, 7, 8]], (x) => o.maxPool(x!, pooling))),
  resizeBilinear: [
    on([[2, 3, 4, 5]], (x) => o.resizeBilinear(x!, { size: [8, 10] })),
    on([[1, 2, 5, 7]], (x) => o.resizeBilinear(x!, { size: [3, 11] })),
  ],
  spaceToDepth: [on([[2, 3, 4, 6]], (x) => o.spaceToDepth(x!, { size: 2 }))],
  upsample: [on([[2, 3, 5, 7]], (x) => o.upsample(x!, { factor: [2, 3] }))],

  // Norms.
  batchNorm: [
    on([[3, 2, 5], [2], [2]], (x, scale, bias) => o.batchNorm(x!, scale!, bias!)),
    on([[2, 3, 5, 2], [3], [3]], (x, scale, bias) => o.batchNorm(x!, scale!, bias!)),
  ],
  frozenBatchNorm: [
    on(
      [[2, 3, 5], [3], [3], [3], [3]],
      (x, scale, bias, mean, variance) => o.frozenBatchNorm(x!, scale!, bias!, mean!, variance!),
      { positive: true },
    ),
  ],
  groupNorm: [on([[2, 6, 5, 3], [6], [6]], (x, s, b) => o.groupNorm(x!, s!, b!, { groups: 2 }))],
  layerNorm: [on([[3, 5], [5], [5]], (x, scale, bias) => o.layerNorm(x!, scale!, bias!))],
  layerNormalization: [
    on([[2, 3, 5], [5], [5]], (x, s, b) => o.layerNormalization(x!, s!, b!, { epsilon: 0.1 })[0]),
  ],
  rmsNorm: [
    on([[3, 5], [5]], (x, scale) => o.rmsNorm(x!, scale!)),
    on([[2, 3, 5], [5]], (x, scale) => o.rmsNorm(x!, scale!, { epsilon: 0.1 })),
  ],

  // Places and order.
  cast: [on([[3, 5]], (x) => o.cast(x!, { to: 'float64' }))],
  concat: [
    on(
      [
        [3, 2],
        [3, 5],
        [3, 7],
      ],
      (a, b, c) => o.concat(a!, b!, c!, { axis: -1 }),
    ),
    on([[3, 2]], (x) => o.concat(x!, x!, { axis: 0 })),
  ],
  expand: [
    on([[3, 1]], (x) => o.expand(x!, { shape: [2, 3, 5] })),
    on([[]], (x) => o.expand(x!, { shape: [2] })),
  ],
  flip: [on([[3, 5, 2]], (x) => o.flip(x!, { axis: 1 }))],
  gather: [
    // A table small enough for a product with one-hot rows, and one that is scattered to.
    on([[7, 3]], (table, places) => o.gather(table!, places!), {
      fixed: [ids([1, 6, 1, 0], [2, 2])],
    }),
    on([[521, 2]], (table, places) => o.gather(table!, places!), { fixed: [ids([520, 3, 520])] }),
    on([[3, 7, 5]], (x, places) => o.gather(x!, places!, { axis: 1 }), {
      fixed: [longIds([1, 6, 1, 0], [2, 2])],
    }),
    on([[3, 5]], (x, place) => o.gather(x!, place!, { axis: -1 }), { fixed: [ids([2], [])] }),
  ],
  gatherElements: [
    on([[3, 5]], (x, places) => o.gatherElements(x!, places!, { axis: 1 }), {
      fixed: [longIds([0, 4, 4, 1, 1, 1], [3, 2])],
    }),
  ],
  lowerTriangle: [on([[2, 3, 5]], (x) => o.lowerTriangle(x!, { diagonal: 1 }))],
  pad: [on([[3, 5]], (x) => o.pad(x!, { before: [1, 0], after: [2, 3], value: 7 }))],
  reshape: [on([[2, 3, 5]], (x) => o.reshape(x!, { shape: [5, -1] }))],
  rotary: [
    on([[2, 3, 5, 14]], (x, cosines, sines) => o.rotary(x!, cosines!, sines!), {
      fixed: [randomTensor([5, 7], { seed: 3 }), randomTensor([5, 7], { seed: 4 })],
    }),
  ],
  rotaryAt: [
    on([[2, 3, 5, 14]], (x, cosines, sines, places) => o.rotaryAt(x!, places!, cosines!, sines!), {
      fixed: [
        randomTensor([11, 7], { seed: 3 }),
        randomTensor([11, 7], { seed: 4 }),
        ids([0, 1, 2, 3, 4, 10, 3, 0, 3, 7], [2, 5]),
      ],
    }),
  ],
  scatter: [
    on(
      [
        [3, 5],
        [3, 2],
      ],
      (x, updates, places) => o.scatter(x!, places!, updates!, { axis: 1 }),
      {
        fixed: [longIds([0, 4, 2, 1, 3, 0], [3, 2])],
      },
    ),
    on(
      [
        [5, 3],
        [2, 3],
      ],
      (x, updates, places) => o.scatter(x!, places!, updates!, { axis: 0, reduction: 'add' }),
      {
        fixed: [ids([0, 4, 2, 0, 3, 2], [2, 3])],
      },
    ),
  ],
  slice: [
    on([[3, 7]], (x) => o.slice(x!, { axis: 1, start: 2, end: -1 })),
    on([[7, 3]], (x) => o.slice(x!, { axis: 0, start: -6, step: 3 })),
  ],
  split: [
    on([[3, 7]], (x) => o.split(x!, { axis: 1, sizes: [2, 5] })),
    // One part does not reach the loss.
    on([[10, 3]], (x) => o.split(x!, { axis: 0, sizes: [2, 3, 5] }).slice(1)),
  ],
  transpose: [on([[2, 3, 5, 7]], (x) => o.transpose(x!, { axes: [2, 0, 3, 1] }))],
  upperTriangle: [on([[5, 3]], (x) => o.upperTriangle(x!))],

  // Losses.
  crossEntropy: [
    on([[3, 5]], (logits, labels) => o.crossEntropy(logits!, labels!), { fixed: [ids([1, 4, 1])] }),
  ],
}
