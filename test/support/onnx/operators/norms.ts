/** Norms as ONNX has them, also over several axes. */

import type { Value } from '../../../../src/engine/graph/value.js'
import * as o from '../../../../src/engine/operations/index.js'
import { resolveAxis, sizeOf } from '../../../../src/engine/tensor/shape.js'
import type { Attributes, Inputs, OnnxOperators } from '../node.js'

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

export const norms: OnnxOperators = {
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
  GroupNormalization: ([x, scale, bias], attributes) =>
    o.groupNorm(x!.value, scale!.value, bias!.value, {
      groups: attributes.number('num_groups'),
      epsilon: attributes.number('epsilon', 1e-5),
    }),
  InstanceNormalization: ([x, scale, bias], attributes) =>
    o.groupNorm(x!.value, scale!.value, bias!.value, {
      groups: x!.value.shape[1]!,
      epsilon: attributes.number('epsilon', 1e-5),
    }),
  LayerNormalization: (inputs, attributes) =>
    overLastAxes(inputs, attributes, (rows, scale, bias) =>
      o.layerNormalization(rows, scale, bias!, { epsilon: attributes.number('epsilon', 1e-5) }),
    ),
  RMSNormalization: (inputs, attributes) =>
    overLastAxes(inputs, attributes, (rows, scale) => [
      o.rmsNorm(rows, scale, { epsilon: attributes.number('epsilon', 1e-5) }),
    ]),
}
