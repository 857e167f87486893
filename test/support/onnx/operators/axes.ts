/** Operators over axes: reductions, softmax, the largest elements. */

import type { Value } from '../../../../src/engine/graph/value.js'
import * as o from '../../../../src/engine/operations/index.js'
import { numbersOf } from '../../../../src/engine/tensor/tensor.js'
import { type OnnxOperator, type OnnxOperators, refuse } from '../node.js'

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

export const axes: OnnxOperators = {
  ArgMax: extremePosition((x) => x),
  ArgMin: extremePosition(o.neg),
  CumSum: ([x, axis], attributes) =>
    o.cumulativeSum(x!.value, {
      axis: numbersOf(axis!.tensor)[0]!,
      exclusive: attributes.flag('exclusive'),
      reverse: attributes.flag('reverse'),
    }),
  LogSoftmax: ([x], attributes) => o.logSoftmax(x!.value, { axis: attributes.number('axis', -1) }),
  LpNormalization: ([x], attributes) => {
    if (attributes.number('p', 2) !== 2) refuse('lengths are Euclidean')
    const axes = [attributes.number('axis', -1)]
    return o.mul(x!.value, o.rsqrt(o.sum(o.square(x!.value), { axes, keepAxes: true })))
  },
  ReduceL1: reduction((x, axes) => o.sum(o.abs(x), axes)),
  ReduceL2: reduction((x, axes) => o.sqrt(o.sum(o.square(x), axes))),
  ReduceLogSum: reduction((x, axes) => o.log(o.sum(x, axes))),
  ReduceLogSumExp: reduction(o.logSumExp),
  ReduceMax: reduction(o.max),
  ReduceMean: reduction(o.mean),
  ReduceMin: reduction(o.min),
  ReduceSum: reduction(o.sum),
  ReduceSumSquare: reduction(o.sumOfSquares),
  Softmax: ([x], attributes) => o.softmax(x!.value, { axis: attributes.number('axis', -1) }),
  TopK: ([x, count], attributes) =>
    o.topK(x!.value, {
      count: numbersOf(count!.tensor)[0]!,
      axis: attributes.number('axis', -1),
      isSmallest: !attributes.flag('largest', true),
    }),
}
