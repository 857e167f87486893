import { ShapeError } from '../../../errors.js'
import type { Value } from '../../graph/value.js'
import { isSameShape, printShape } from '../../tensor/shape.js'
import { printType } from '../../tensor/tensor.js'
import { defineOperation, type Primitive } from '../define.js'
import { requireFloat, requireInteger } from '../types.js'

/**
 * The negative log-likelihood of each row's label in nats: [rows, classes] and integer [rows] →
 * [rows]. Rows that should not count get the weight 0 in the mean; their labels must still be valid, from 0
 * on: a negative one counts from the last class.
 */
export const crossEntropy: Primitive<[logits: Value, labels: Value]> = defineOperation({
  name: 'crossEntropy',
  type: ([logits, labels]) => {
    requireFloat(logits!)
    requireInteger(labels!)
    const { dtype, shape } = logits!
    if (shape.length !== 2 || !isSameShape(labels!.shape, shape.slice(0, 1))) {
      throw new ShapeError(
        `expected logits [rows, classes] and labels [rows], got ${printType(logits!)} and ` +
          printShape(labels!.shape),
      )
    }
    return { dtype, shape: labels!.shape }
  },
  gradient: ({ inputs: [logits, labels], upstream }, { mul, neg, reshape, scatter, softmax }) => {
    // d logits = (softmax(logits) - one-hot(label)) · upstream; the one is subtracted in place.
    const column = { shape: [labels!.shape[0]!, 1] }
    const scale = reshape(upstream, column)
    const spread = mul(softmax(logits!), scale)
    return [scatter(spread, reshape(labels!, column), neg(scale), { axis: 1, reduction: 'add' })]
  },
  onnx: ({ inputs: [logits, labels] }, emit) => {
    const logProbabilities = emit.node('LogSoftmax', [logits!], { axis: -1 })
    const column = emit.node('Unsqueeze', [labels!, emit.integers([1])])
    const chosen = emit.node('GatherElements', [logProbabilities, column], { axis: 1 })
    return emit.node('Neg', [emit.node('Squeeze', [chosen, emit.integers([1])])])
  },
})
