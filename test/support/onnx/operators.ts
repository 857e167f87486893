/**
 * The operators of ONNX in the vocabulary of the engine: from a node's inputs and attributes to
 * the values that it should compute. What it cannot say, it refuses with a reason.
 */

import { constant } from '../../../src/engine/graph/graph.js'
import type { Value } from '../../../src/engine/graph/value.js'
import * as o from '../../../src/engine/operations/index.js'
import type { DType } from '../../../src/engine/tensor/dtype.js'
import { resolveAxis, sizeOf } from '../../../src/engine/tensor/shape.js'
import { numbersOf, tensorOf } from '../../../src/engine/tensor/tensor.js'
import { attention, rotaryEmbedding } from './attention.js'
import { negativeLogLikelihood, softmaxCrossEntropy } from './losses.js'
import { type Attributes, type Inputs, type OnnxInput, type OnnxOperator, refuse } from './node.js'
import { conv, convTranspose, pool, resize } from './pictures.js'

const unary =
  (operation: (x: Value) => Value): OnnxOperator =>
  ([x]) =>
    operation(x!.value)

const binary =
  (operation: (a: Value, b: Value) => Value): OnnxOperator =>
  ([a, b]) =>
    operation(a!.value, b!.value)

/** Any number of operands, two at a time. */
const folded =
  (operation: (a: Value, b: Value) => Value): OnnxOperator =>
  (inputs) =>
    inputs.map((input) => input!.value).reduce((total, value) => operation(total, value))

/** Axes come as a second input; without them all are reduced. */
const reduction =
  (
    operation: (x: Value, reduction: { axes: number[]; keepAxes: boolean }) => Value,
  ): OnnxOperator =>
  ([x, axes], attributes) => {
    const rank = x!.value.shape.length
    const named = axes === undefined ? [] : numbersOf(axes.tensor)
    const isNothing = named.length === 0 && attributes.flag('noop_with_empty_axes')
    const all = Array.from({ length: rank }, (_, axis) => axis)
    return operation(x!.value, {
      axes: named.length > 0 || isNothing ? named : all,
      keepAxes: attributes.flag('keepdims', true),
    })
  }

const half = (x: Value, second: Value) => o.mul(o.add(x, second), 0.5)

/** Normalises all axes from one on, as rows of one axis. */
const overLastAxes = (
  [x, scale, bias]: Inputs,
  attributes: Attributes,
  apply: (rows: Value, scale: Value, bias: Value | undefined) => readonly Value[],
) => {
  const { shape } = x!.value
  const axis = resolveAxis(attributes.number('axis', -1), shape.length)
  const flat = (value: Value) => o.reshape(value, { shape: [-1] })
  const rows = o.reshape(x!.value, { shape: [sizeOf(shape.slice(0, axis)), -1] })
  const [result, ...statistics] = apply(
    rows,
    flat(scale!.value),
    bias === undefined ? undefined : flat(bias.value),
  )
  const kept = shape.map((size, other) => (other < axis ? size : 1))
  return [
    o.reshape(result!, { shape }),
    ...statistics.map((value) => o.reshape(value, { shape: kept })),
  ]
}

const slice: OnnxOperator = ([x, starts, ends, axes, steps]) => {
  const list = (input: OnnxInput | undefined) =>
    input === undefined ? undefined : numbersOf(input.tensor)
  const [first, last] = [list(starts)!, list(ends)!]
  return first.reduce((value, start, index) => {
    const axis = list(axes)?.[index] ?? index
    const step = list(steps)?.[index] ?? 1
    const size = value.shape[resolveAxis(axis, value.shape.length)]!
    const place = (position: number) =>
      Math.min(Math.max(position < 0 ? position + size : position, -1), size)
    const [begin, end] = [Math.min(place(start), step < 0 ? size - 1 : size), place(last[index]!)]
    if (step > 0) {
      if (end <= begin) refuse('a tensor has at least one element')
      return o.slice(value, { axis, start: begin, end, step })
    }
    // Backwards: the same elements of the flipped axis.
    const flipped = o.flip(value, { axis })
    return o.slice(flipped, { axis, start: size - 1 - begin, end: size - 1 - end, step: -step })
  }, x!.value)
}

/** The position of the largest element, counted from the end where the last of equal ones counts. */
const extremePosition =
  (order: (x: Value) => Value): OnnxOperator =>
  ([x], attributes) => {
    const axis = attributes.number('axis')
    const options = { axis, keepAxes: attributes.flag('keepdims', true) }
    const ordered = order(x!.value)
    if (!attributes.flag('select_last_index')) return o.argMax(ordered, options)
    const last = x!.value.shape.at(axis)! - 1
    return o.sub(last, o.argMax(o.flip(ordered, { axis }), options))
  }

const elu = (x: Value, alpha: number) =>
  o.where(o.greater(x, 0), x, o.mul(o.sub(o.exp(o.minimum(x, 0)), 1), alpha))

const scatterElements: OnnxOperator = ([x, indices, updates], attributes) => {
  const reduction = attributes.text('reduction', 'none')
  if (reduction !== 'none' && reduction !== 'add') refuse('scattering writes or adds')
  return o.scatter(x!.value, indices!.value, updates!.value, {
    axis: attributes.number('axis'),
    reduction: reduction as 'none' | 'add',
  })
}

const onnxDTypes: Readonly<Record<number, DType>> = {
  1: 'float32',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  11: 'float64',
}

export const onnxOperators: Readonly<Record<string, OnnxOperator>> = {
  Abs: unary(o.abs),
  Add: binary(o.add),
  ArgMax: extremePosition((x) => x),
  ArgMin: extremePosition(o.neg),
  Attention: attention,
  AveragePool: pool(o.averagePool),
  BatchNormalization: ([x, scale, bias, mean, variance], attributes) => {
    const epsilon = attributes.number('epsilon', 1e-5)
    if (!attributes.flag('training_mode')) {
      return o.frozenBatchNorm(x!.value, scale!.value, bias!.value, mean!.value, variance!.value, {
        epsilon,
      })
    }
    const [result, center, spread] = o.batchNorm(x!.value, scale!.value, bias!.value, { epsilon })
    const momentum = attributes.number('momentum', 0.9)
    const blend = (old: Value, fresh: Value) =>
      o.add(o.mul(old, momentum), o.mul(fresh, 1 - momentum))
    return [result, blend(mean!.value, center), blend(variance!.value, spread)]
  },
  Cast: ([x], attributes) => {
    const to = onnxDTypes[attributes.number('to')] ?? refuse('float16 is no dtype of the engine')
    return o.cast(x!.value, { to })
  },
  Ceil: unary((x) => o.neg(o.floor(o.neg(x)))),
  Celu: ([x], attributes) => {
    const alpha = attributes.number('alpha', 1)
    return o.mul(elu(o.div(x!.value, alpha), 1), alpha)
  },
  Clip: ([x, low, high]) =>
    o.clamp(x!.value, {
      ...(low === undefined ? {} : { minimum: numbersOf(low.tensor)[0]! }),
      ...(high === undefined ? {} : { maximum: numbersOf(high.tensor)[0]! }),
    }),
  Concat: (inputs, attributes) =>
    o.concat(...inputs.map((input) => input!.value), { axis: attributes.number('axis') }),
  Conv: conv,
  ConvTranspose: convTranspose,
  Cos: unary(o.cos),
  Cosh: unary((x) => half(o.exp(x), o.exp(o.neg(x)))),
  CumSum: ([x, axis], attributes) =>
    o.cumulativeSum(x!.value, {
      axis: numbersOf(axis!.tensor)[0]!,
      exclusive: attributes.flag('exclusive'),
      reverse: attributes.flag('reverse'),
    }),
  DepthToSpace: ([x], attributes) =>
    o.depthToSpace(x!.value, { size: attributes.number('blocksize') }),
  Div: binary(o.div),
  Dropout: ([x, rate, isTraining], _attributes, outputs) => {
    const share = isTraining?.tensor.data[0] ? numbersOf(rate!.tensor)[0]! : 0
    if (share > 0) refuse('its draws are those of another generator')
    const seed = constant(tensorOf('int32', [0], []))
    const kept = o.dropout(x!.value, seed, { rate: share, site: 'case' })
    const all = o.fill({ dtype: 'bool', shape: x!.value.shape }, 1)
    return outputs === 1 ? kept : [kept, all]
  },
  Elu: ([x], attributes) => elu(x!.value, attributes.number('alpha', 1)),
  Equal: binary(o.equal),
  Erf: unary(o.erf),
  Exp: unary(o.exp),
  Expand: ([x, shape]) => {
    const target = numbersOf(shape!.tensor)
    const padded = [...target.map(() => 1), ...x!.value.shape].slice(-target.length)
    return o.expand(x!.value, {
      shape: target.map((size, axis) => (size === 1 ? padded[axis]! : size)),
    })
  },
  Flatten: ([x], attributes) => {
    const { shape } = x!.value
    const axis = attributes.number('axis', 1)
    const outer = shape.slice(0, axis < 0 ? axis + shape.length : axis)
    return o.reshape(x!.value, { shape: [sizeOf(outer), -1] })
  },
  Floor: unary(o.floor),
  Gather: ([x, indices], attributes) =>
    o.gather(x!.value, indices!.value, { axis: attributes.number('axis') }),
  GatherElements: ([x, indices], attributes) =>
    o.gatherElements(x!.value, indices!.value, { axis: attributes.number('axis') }),
  Gelu: ([x], attributes) =>
    attributes.text('approximate', 'none') === 'none' ? o.gelu(x!.value) : o.geluTanh(x!.value),
  Gemm: ([a, b, c], attributes) => {
    const product = o.matmul(a!.value, b!.value, {
      transposeA: attributes.flag('transA'),
      transposeB: attributes.flag('transB'),
      scale: attributes.number('alpha', 1),
    })
    return c === undefined ? product : o.add(product, o.mul(c.value, attributes.number('beta', 1)))
  },
  GlobalMaxPool: unary((x) => o.max(x, { axes: [2, 3], keepAxes: true })),
  GreaterOrEqual: binary(o.greaterOrEqual),
  GroupNormalization: ([x, scale, bias], attributes) =>
    o.groupNorm(x!.value, scale!.value, bias!.value, {
      groups: attributes.number('num_groups'),
      epsilon: attributes.number('epsilon', 1e-5),
    }),
  HardSigmoid: ([x], attributes) =>
    o.clamp(
      o.add(o.mul(x!.value, attributes.number('alpha', 0.2)), attributes.number('beta', 0.5)),
      { minimum: 0, maximum: 1 },
    ),
  HardSwish: unary((x) =>
    o.mul(x, o.clamp(o.add(o.mul(x, 1 / 6), 0.5), { minimum: 0, maximum: 1 })),
  ),
  Identity: unary((x) => x),
  InstanceNormalization: ([x, scale, bias], attributes) =>
    o.groupNorm(x!.value, scale!.value, bias!.value, {
      groups: x!.value.shape[1]!,
      epsilon: attributes.number('epsilon', 1e-5),
    }),
  LayerNormalization: (inputs, attributes) =>
    overLastAxes(inputs, attributes, (rows, scale, bias) =>
      o.layerNormalization(rows, scale, bias!, { epsilon: attributes.number('epsilon', 1e-5) }),
    ),
  LeakyRelu: ([x], attributes) => {
    const slope = attributes.number('alpha', 0.01)
    return o.where(o.less(x!.value, 0), o.mul(x!.value, slope), x!.value)
  },
  LessOrEqual: binary(o.lessOrEqual),
  Log: unary(o.log),
  LogSoftmax: ([x], attributes) => o.logSoftmax(x!.value, { axis: attributes.number('axis', -1) }),
  LpNormalization: ([x], attributes) => {
    if (attributes.number('p', 2) !== 2) refuse('lengths are Euclidean')
    const axes = [attributes.number('axis', -1)]
    return o.mul(x!.value, o.rsqrt(o.sum(o.square(x!.value), { axes, keepAxes: true })))
  },
  MatMul: ([a, b]) => {
    const row = a!.value.shape.length === 1
    const column = b!.value.shape.length === 1
    const left = row ? o.reshape(a!.value, { shape: [1, -1] }) : a!.value
    const right = column ? o.reshape(b!.value, { shape: [-1, 1] }) : b!.value
    const product = o.matmul(left, right)
    const shape = product.shape.filter(
      (_, axis, { length }) => !(row && axis === length - 2) && !(column && axis === length - 1),
    )
    return o.reshape(product, { shape })
  },
  Max: folded(o.maximum),
  MaxPool: (inputs, attributes, outputs) => {
    const result = pool(o.maxPool)(inputs, attributes, outputs) as Value
    if (outputs === 1) return result
    if (attributes.flag('storage_order')) refuse('positions count row by row')
    return [result, pool(o.maxPoolIndices)(inputs, attributes, outputs) as Value]
  },
  Mean: (inputs, attributes, outputs) =>
    o.div(folded(o.add)(inputs, attributes, outputs) as Value, inputs.length),
  Min: folded(o.minimum),
  Mul: binary(o.mul),
  Neg: unary(o.neg),
  NegativeLogLikelihoodLoss: negativeLogLikelihood,
  Not: unary(o.logicalNot),
  OneHot: ([indices, depth, values], attributes) => {
    const classes = numbersOf(depth!.tensor)[0]!
    const [off, on] = numbersOf(values!.tensor) as [number, number]
    // Negative ids count from the end; other dtypes than integers are cast.
    const whole = o.cast(indices!.value, { to: 'int64' })
    const ids = o.where(o.less(whole, 0), o.add(whole, classes), whole)
    const hot = o.oneHot(ids, { classes, dtype: values!.tensor.dtype })
    const mixed = o.add(o.mul(hot, on - off), off)
    const rank = mixed.shape.length
    const target = resolveAxis(attributes.number('axis', -1), rank)
    const axes = Array.from({ length: rank - 1 }, (_, axis) => axis)
    return o.transpose(mixed, { axes: axes.toSpliced(target, 0, rank - 1) })
  },
  Pad: ([x, pads, value, axes], attributes) => {
    if (attributes.text('mode', 'constant') !== 'constant') refuse('padding is constant')
    const rank = x!.value.shape.length
    const named =
      axes === undefined ? x!.value.shape.map((_, axis) => axis) : numbersOf(axes.tensor)
    const counts = numbersOf(pads!.tensor)
    const before = new Array<number>(rank).fill(0)
    const after = new Array<number>(rank).fill(0)
    named.forEach((axis, index) => {
      before[resolveAxis(axis, rank)] = counts[index]!
      after[resolveAxis(axis, rank)] = counts[index + named.length]!
    })
    return o.pad(x!.value, {
      before,
      after,
      value: value === undefined ? 0 : numbersOf(value.tensor)[0]!,
    })
  },
  Pow: ([a, b]) => {
    const mixed = a!.value.dtype !== b!.value.dtype
    if (!mixed) return o.pow(a!.value, b!.value)
    const [base, exponent] = [a!, b!].map(({ value }) => o.cast(value, { to: 'float64' }))
    return o.cast(o.pow(base!, exponent!), { to: a!.value.dtype })
  },
  PRelu: ([x, slope]) => o.where(o.less(x!.value, 0), o.mul(x!.value, slope!.value), x!.value),
  RMSNormalization: (inputs, attributes) =>
    overLastAxes(inputs, attributes, (rows, scale) => [
      o.rmsNorm(rows, scale, { epsilon: attributes.number('epsilon', 1e-5) }),
    ]),
  Reciprocal: unary(o.reciprocal),
  ReduceL1: reduction((x, axes) => o.sum(o.abs(x), axes)),
  ReduceL2: reduction((x, axes) => o.sqrt(o.sum(o.square(x), axes))),
  ReduceLogSum: reduction((x, axes) => o.log(o.sum(x, axes))),
  ReduceLogSumExp: reduction(o.logSumExp),
  ReduceMax: reduction(o.max),
  ReduceMean: reduction(o.mean),
  ReduceMin: reduction(o.min),
  ReduceSum: reduction(o.sum),
  ReduceSumSquare: reduction(o.sumOfSquares),
  Reshape: ([x, shape], attributes) => {
    const isKept = !attributes.flag('allowzero')
    const target = numbersOf(shape!.tensor)
    return o.reshape(x!.value, {
      shape: target.map((size, axis) => (size === 0 && isKept ? x!.value.shape[axis]! : size)),
    })
  },
  Resize: resize,
  RotaryEmbedding: rotaryEmbedding,
  Round: unary(o.round),
  Scatter: scatterElements,
  ScatterElements: scatterElements,
  Selu: ([x], attributes) => {
    const alpha = attributes.number('alpha', 1.6732631921768188)
    return o.mul(elu(x!.value, alpha), attributes.number('gamma', 1.0507010221481323))
  },
  Sigmoid: unary(o.sigmoid),
  Sin: unary(o.sin),
  Sinh: unary((x) => half(o.exp(x), o.neg(o.exp(o.neg(x))))),
  Slice: slice,
  Softmax: ([x], attributes) => o.softmax(x!.value, { axis: attributes.number('axis', -1) }),
  SoftmaxCrossEntropyLoss: softmaxCrossEntropy,
  Softplus: unary(o.softplus),
  SpaceToDepth: ([x], attributes) =>
    o.spaceToDepth(x!.value, { size: attributes.number('blocksize') }),
  Split: ([x, sizes], attributes, outputs) => {
    const axis = attributes.number('axis')
    const size = x!.value.shape[resolveAxis(axis, x!.value.shape.length)]!
    const chunk = Math.ceil(size / outputs)
    const even = Array.from({ length: outputs }, (_, part) => Math.min(chunk, size - part * chunk))
    return o.split(x!.value, { axis, sizes: sizes === undefined ? even : numbersOf(sizes.tensor) })
  },
  Sqrt: unary(o.sqrt),
  Squeeze: ([x, axes]) => {
    const { shape } = x!.value
    const named = axes && numbersOf(axes.tensor).map((axis) => resolveAxis(axis, shape.length))
    return o.reshape(x!.value, {
      shape: shape.filter((size, axis) => !(named?.includes(axis) ?? size === 1)),
    })
  },
  Sub: binary(o.sub),
  Sum: folded(o.add),
  SwiGLU: ([a, b], attributes) => {
    const alpha = attributes.number('alpha', 1)
    return o.mul(o.mul(a!.value, o.sigmoid(o.mul(a!.value, alpha))), b!.value)
  },
  Swish: ([x], attributes) => {
    const alpha = attributes.number('alpha', 1)
    return o.div(o.silu(o.mul(x!.value, alpha)), alpha)
  },
  Tanh: unary(o.tanh),
  ThresholdedRelu: ([x], attributes) =>
    o.where(o.greater(x!.value, attributes.number('alpha', 1)), x!.value, 0),
  Tile: ([x, repeats]) =>
    numbersOf(repeats!.tensor).reduce(
      (value, count, axis) => o.concat(...Array.from({ length: count }, () => value), { axis }),
      x!.value,
    ),
  TopK: ([x, count], attributes) =>
    o.topK(x!.value, {
      count: numbersOf(count!.tensor)[0]!,
      axis: attributes.number('axis', -1),
      isSmallest: !attributes.flag('largest', true),
    }),
  Transpose: ([x], attributes) => {
    const { shape } = x!.value
    const axes = attributes.list('perm') ?? shape.map((_, axis) => shape.length - 1 - axis)
    return o.transpose(x!.value, { axes })
  },
  Trilu: ([x, diagonal], attributes) => {
    const options = { diagonal: diagonal === undefined ? 0 : numbersOf(diagonal.tensor)[0]! }
    return attributes.flag('upper', true)
      ? o.upperTriangle(x!.value, options)
      : o.lowerTriangle(x!.value, options)
  },
  Unsqueeze: ([x, axes]) => {
    const named = numbersOf(axes!.tensor)
    const rank = x!.value.shape.length + named.length
    const added = new Set(named.map((axis) => resolveAxis(axis, rank)))
    const sizes = x!.value.shape[Symbol.iterator]()
    return o.reshape(x!.value, {
      shape: Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : sizes.next().value!)),
    })
  },
  Upsample: ([x, scales]) => {
    const [, , rows, columns] = numbersOf(scales!.tensor)
    return o.upsample(x!.value, { factor: [rows!, columns!] })
  },
  Where: ([condition, a, b]) => o.where(condition!.value, a!.value, b!.value),
}

/** Operators that the vocabulary leaves out on purpose. */
export const leftOut: Readonly<Record<string, string>> = {
  Adagrad: 'optimizers are composed where training is',
  Adam: 'optimizers are composed where training is',
  CausalConvWithState: 'no state-space models',
  ConstantOfShape: 'shapes are known before a graph runs: fill',
  Einsum: 'matmul, transpose and sum say it',
  FlexAttention: 'a preview operator whose parts are graphs',
  GRU: 'no recurrent networks',
  GatherND: 'gather and gatherElements say it',
  LSTM: 'no recurrent networks',
  LinearAttention: 'no state-space models',
  Mod: 'nothing needs remainders',
  Momentum: 'optimizers are composed where training is',
  RNN: 'no recurrent networks',
  Range: 'shapes are known before a graph runs: a constant',
  ReduceProd: 'nothing needs products over axes',
  ScatterND: 'races when indices repeat: scatter',
  Shape: 'shapes are known before a graph runs',
  Size: 'shapes are known before a graph runs',
  TensorScatter: 'the runtime appends to its buffers',
}
