/**
 * Reverse-mode differentiation (Linnainmaa 1970): one walk from the loss back to what it depends on.
 * It knows no operation by name; each operation's record holds its own rule.
 */

import { ShapeError } from '../../errors.js'
import { withScope } from '../graph/scope.js'
import { nodesInOrder, type Value } from '../graph/value.js'
import * as operations from '../operations/index.js'
import { isFloat } from '../tensor/dtype.js'
import { isSameShape, printShape } from '../tensor/shape.js'
import { printType } from '../tensor/tensor.js'

/** The given values, and what depends on them on the way to the loss. */
const dependents = (loss: Value, values: readonly Value[]): Set<Value> => {
  const found = new Set(values)
  for (const node of nodesInOrder([loss])) {
    if (node.operation.gradient !== 'none' && node.inputs.some((value) => found.has(value))) {
      for (const output of node.outputs) found.add(output)
    }
  }
  return found
}

/**
 * The gradient of a scalar loss with respect to each value, in the value's own shape; undefined
 * where the loss does not depend on it. Nothing is added to the graph for values that are not
 * asked for. Throws ShapeError when the loss is not a floating-point scalar.
 */
export const gradients = (loss: Value, values: readonly Value[]): (Value | undefined)[] => {
  if (loss.shape.length !== 0 || !isFloat(loss.dtype)) {
    throw new ShapeError(
      `gradients: expected a floating-point scalar as the loss, got ${printType(loss.type)}; ` +
        'reduce it with sum or mean',
    )
  }
  const needed = dependents(loss, values)
  const upstreams = new Map<Value, Value>()
  const accumulate = (value: Value, gradient: Value) => {
    const sum = upstreams.get(value)
    upstreams.set(value, sum === undefined ? gradient : operations.add(sum, gradient))
  }
  upstreams.set(loss, operations.fill({ dtype: loss.dtype, shape: [] }, 1))

  for (const node of nodesInOrder([loss]).reverse()) {
    const { operation, inputs, outputs, attributes, scope } = node
    if (operation.gradient === 'none') continue
    const rule = operation.gradient
    const received = outputs.map((output) => upstreams.get(output))
    if (received.every((upstream) => upstream === undefined)) continue
    if (!inputs.some((value) => needed.has(value))) continue
    const context = {
      inputs,
      output: outputs[0]!,
      outputs,
      // A rule that asks for it may meet a loss that depends on other outputs alone.
      get upstream() {
        return received[0] ?? operations.fill(outputs[0]!.type, 0)
      },
      upstreams: received,
      // A node carries attributes of its own operation.
      attributes: attributes as never,
    }
    withScope(scope === '' ? 'gradient' : `${scope}.gradient`, () => {
      // Rules are written for this vocabulary.
      rule(context, operations as never).forEach((gradient, index) => {
        const value = inputs[index]
        if (gradient === undefined || value === undefined || !needed.has(value)) return
        const fitted = operations.sumTo(gradient, value.shape)
        if (!isSameShape(fitted.shape, value.shape) || fitted.dtype !== value.dtype) {
          throw new Error(
            `bug: the gradient rule of ${operation.name} returned ${printType(gradient.type)} ` +
              `for input ${index} of shape ${printShape(value.shape)}`,
          )
        }
        accumulate(value, fitted)
      })
    })
  }
  return values.map((value) => upstreams.get(value))
}
