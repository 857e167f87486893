/** Operators on each element by itself: arithmetic, comparisons, activations. */

import { constant } from '../../../../src/engine/graph/graph.js'
import type { Value } from '../../../../src/engine/graph/value.js'
import * as o from '../../../../src/engine/operations/index.js'
import { numbersOf, tensorOf } from '../../../../src/engine/tensor/tensor.js'
import { type OnnxOperator, type OnnxOperators, refuse } from '../node.js'

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

const half = (x: Value, second: Value) => o.mul(o.add(x, second), 0.5)

const elu = (x: Value, alpha: number) =>
  o.where(o.greater(x, 0), x, o.mul(o.sub(o.exp(o.minimum(x, 0)), 1), alpha))

export const elementwise: OnnxOperators = {
  Abs: unary(o.abs),
  Add: binary(o.add),
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
  Cos: unary(o.cos),
  Cosh: unary((x) => half(o.exp(x), o.exp(o.neg(x)))),
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
  Floor: unary(o.floor),
  Gelu: ([x], attributes) =>
    attributes.text('approximate', 'none') === 'none' ? o.gelu(x!.value) : o.geluTanh(x!.value),
  GreaterOrEqual: binary(o.greaterOrEqual),
  HardSigmoid: ([x], attributes) =>
    o.clamp(
      o.add(o.mul(x!.value, attributes.number('alpha', 0.2)), attributes.number('beta', 0.5)),
      { minimum: 0, maximum: 1 },
    ),
  HardSwish: unary((x) =>
    o.mul(x, o.clamp(o.add(o.mul(x, 1 / 6), 0.5), { minimum: 0, maximum: 1 })),
  ),
  LeakyRelu: ([x], attributes) => {
    const slope = attributes.number('alpha', 0.01)
    return o.where(o.less(x!.value, 0), o.mul(x!.value, slope), x!.value)
  },
  LessOrEqual: binary(o.lessOrEqual),
  Log: unary(o.log),
  Max: folded(o.maximum),
  Mean: (inputs, attributes, outputs) =>
    o.div(folded(o.add)(inputs, attributes, outputs) as Value, inputs.length),
  Min: folded(o.minimum),
  Mul: binary(o.mul),
  Neg: unary(o.neg),
  Not: unary(o.logicalNot),
  Pow: ([a, b]) => {
    const mixed = a!.value.dtype !== b!.value.dtype
    if (!mixed) return o.pow(a!.value, b!.value)
    const [base, exponent] = [a!, b!].map(({ value }) => o.cast(value, { to: 'float64' }))
    return o.cast(o.pow(base!, exponent!), { to: a!.value.dtype })
  },
  PRelu: ([x, slope]) => o.where(o.less(x!.value, 0), o.mul(x!.value, slope!.value), x!.value),
  Reciprocal: unary(o.reciprocal),
  Round: unary(o.round),
  Selu: ([x], attributes) => {
    const alpha = attributes.number('alpha', 1.6732631921768188)
    return o.mul(elu(x!.value, alpha), attributes.number('gamma', 1.0507010221481323))
  },
  Sigmoid: unary(o.sigmoid),
  Sin: unary(o.sin),
  Sinh: unary((x) => half(o.exp(x), o.neg(o.exp(o.neg(x))))),
  Softplus: unary(o.softplus),
  Sqrt: unary(o.sqrt),
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
  Where: ([condition, a, b]) => o.where(condition!.value, a!.value, b!.value),
}
