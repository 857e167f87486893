/** The losses of ONNX: weights of classes, an ignored label and three ways to reduce. */

import { constant } from '../../../../src/engine/graph/graph.js'
import type { Value } from '../../../../src/engine/graph/value.js'
import * as o from '../../../../src/engine/operations/index.js'
import { tensorOf } from '../../../../src/engine/tensor/tensor.js'
import type { OnnxOperator, OnnxOperators } from '../node.js'

/** A loss for each row of [rows, classes] and its label, for [batch, classes, ...] and [batch, ...]. */
const loss =
  (lossOf: (rows: Value, labels: Value) => Value): OnnxOperator =>
  ([x, labels, weights], attributes) => {
    const [batch, classes, ...places] = x!.value.shape as [number, number, ...number[]]
    const axes = [0, ...places.map((_, axis) => axis + 2), 1]
    const rows = o.reshape(o.transpose(x!.value, { axes }), { shape: [-1, classes] })
    const flat = o.reshape(labels!.value, { shape: [-1] })
    const label = (id: number) => constant(tensorOf(flat.dtype, [id], []))
    const isCounted = attributes.has('ignore_index')
      ? o.logicalNot(o.equal(flat, label(attributes.number('ignore_index'))))
      : o.fill({ dtype: 'bool', shape: flat.shape }, 1)
    const valid = o.where(isCounted, flat, label(0))
    const losses = lossOf(rows, valid)
    const chosen = weights === undefined ? o.fill(losses.type, 1) : o.gather(weights.value, valid)
    const shares = o.where(isCounted, chosen, 0)
    const weighted = o.mul(losses, shares)
    switch (attributes.text('reduction', 'mean')) {
      case 'none':
        return o.reshape(weighted, { shape: [batch, ...places] })
      case 'sum':
        return o.sum(weighted)
      default:
        return o.div(o.sum(weighted), o.sum(shares))
    }
  }

const negativeLogLikelihood = loss((rows, labels) => {
  const column = o.reshape(labels, { shape: [-1, 1] })
  return o.neg(o.reshape(o.gatherElements(rows, column, { axis: 1 }), { shape: labels.shape }))
})

const crossEntropy = loss((logits, labels) => o.crossEntropy(logits, labels))

const softmaxCrossEntropy: OnnxOperator = (inputs, attributes, outputs) => [
  crossEntropy(inputs, attributes, outputs) as Value,
  o.logSoftmax(inputs[0]!.value, { axis: 1 }),
]

export const losses: OnnxOperators = {
  NegativeLogLikelihoodLoss: negativeLogLikelihood,
  SoftmaxCrossEntropyLoss: softmaxCrossEntropy,
}
