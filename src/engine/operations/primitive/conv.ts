import { ShapeError } from '../../../errors.js'
import type { Value } from '../../graph/value.js'
import { ofRank, printShape } from '../../tensor/shape.js'
import { defineOperation, type Primitive } from '../define.js'
import { requireFloat32 } from '../types.js'
import {
  requirePicture,
  resolveWindow,
  type Window,
  windowAttributes,
  windowedSize,
} from '../window.js'

interface Convolution extends Window {
  /** Into how many parts the channels are cut, each seen by its own filters alone; 1 when left out. */
  readonly groups?: number
}

/**
 * The correlation of pictures with filters: [batch, channels, rows, columns] and [filters, channels
 * / groups, height, width] → [batch, filters, rows', columns']; float32 only.
 */
export const conv: Primitive<[x: Value, weights: Value], Convolution> = defineOperation({
  name: 'conv',
  type: ([x, weights], { groups = 1, ...window }) => {
    requireFloat32(x!)
    requireFloat32(weights!)
    requirePicture(x!.shape)
    const [batch, channels, ...picture] = ofRank(x!.shape, 4)
    const [filters, depth, height, width] = weights!.shape
    if (weights!.shape.length !== 4 || filters! % groups !== 0 || depth! * groups !== channels) {
      throw new ShapeError(
        `expected weights [filters, channels / groups, height, width] for ${channels} channels in ` +
          `${groups} groups, got ${printShape(weights!.shape)}`,
      )
    }
    const size = windowedSize(picture, [height!, width!], resolveWindow(window))
    return { dtype: x!.dtype, shape: [batch, filters!, ...size] }
  },
  gradient: (
    { inputs: [x, weights], output, upstream, attributes: { groups = 1, ...window } },
    { convTranspose, convWeightGradient },
  ) => {
    const { strides, padding, dilations } = resolveWindow(window)
    const kernel = [weights!.shape[2]!, weights!.shape[3]!] as const
    // Rows and columns at the end that the last step of the window did not reach.
    const rest = (axis: 0 | 1) =>
      x!.shape[axis + 2]! +
      padding[axis] +
      padding[axis + 2]! -
      (output.shape[axis + 2]! - 1) * strides[axis] -
      dilations[axis] * (kernel[axis] - 1) -
      1
    return [
      convTranspose(upstream, weights!, { ...window, groups, outputPadding: [rest(0), rest(1)] }),
      convWeightGradient(x!, upstream, { ...window, groups, kernel }),
    ]
  },
  onnx: ({ inputs, inputTypes: [, weights], attributes: { groups = 1, ...window } }, emit) => {
    const [, , height, width] = weights!.shape
    const attributes = windowAttributes([height!, width!], resolveWindow(window))
    return emit.node('Conv', inputs, { ...attributes, group: groups })
  },
})
