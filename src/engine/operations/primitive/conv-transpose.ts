import { ShapeError } from '../../../errors.js'
import type { Value } from '../../graph/value.js'
import { printShape } from '../../tensor/shape.js'
import { defineOperation, type Primitive } from '../define.js'
import { requireFloat32 } from '../types.js'
import {
  type Pair,
  pairOf,
  requirePicture,
  resolveWindow,
  type Window,
  windowAttributes,
} from '../window.js'

interface TransposedConvolution extends Window {
  /** Into how many parts the channels are cut, each seen by its own filters alone; 1 when left out. */
  readonly groups?: number
  /** Rows and columns added at the end, fewer than the strides; 0 when left out. */
  readonly outputPadding?: number | Pair
}

/**
 * The transposed map of `conv` with the same weights: pictures that it would shrink to x. [batch,
 * channels, rows, columns] and [channels, filters / groups, height, width] → [batch, filters,
 * rows', columns'] with rows' = (rows - 1) · stride - padding + reach of the window; float32 only.
 */
export const convTranspose: Primitive<[x: Value, weights: Value], TransposedConvolution> =
  defineOperation({
    name: 'convTranspose',
    type: ([x, weights], { groups = 1, outputPadding = 0, ...window }) => {
      requireFloat32(x!)
      requireFloat32(weights!)
      requirePicture(x!.shape)
      const { strides, padding, dilations } = resolveWindow(window)
      const [batch, channels, ...picture] = x!.shape
      const [inputs, depth, ...kernel] = weights!.shape
      const isFitting =
        weights!.shape.length === 4 && inputs === channels && channels! % groups === 0
      if (!isFitting) {
        throw new ShapeError(
          `expected weights [channels, filters / groups, height, width] for ${channels} channels ` +
            `in ${groups} groups, got ${printShape(weights!.shape)}`,
        )
      }
      const extra = pairOf(outputPadding)
      const size = (axis: 0 | 1) =>
        (picture[axis]! - 1) * strides[axis] +
        dilations[axis] * (kernel[axis]! - 1) +
        1 +
        extra[axis] -
        padding[axis] -
        padding[axis + 2]!
      if (extra.some((count, axis) => count < 0 || count >= strides[axis]!)) {
        throw new ShapeError(
          `expected an output padding below the strides ${printShape(strides)}, got ${printShape(extra)}`,
        )
      }
      if (size(0) < 1 || size(1) < 1) {
        throw new ShapeError(`the padding ${printShape(padding)} leaves nothing of the picture`)
      }
      return { dtype: x!.dtype, shape: [batch!, depth! * groups, size(0), size(1)] }
    },
    gradient: (
      { inputs: [x, weights], upstream, attributes: { groups = 1, outputPadding: _, ...window } },
      { conv, convWeightGradient },
    ) => {
      const kernel = [weights!.shape[2]!, weights!.shape[3]!] as const
      return [
        conv(upstream, weights!, { ...window, groups }),
        // The two maps share their weights; only what goes in and what comes out change places.
        convWeightGradient(upstream, x!, { ...window, groups, kernel }),
      ]
    },
    onnx: ({ inputs, inputTypes: [, weights], attributes }, emit) => {
      const { groups = 1, outputPadding = 0, ...window } = attributes
      const [, , height, width] = weights!.shape
      return emit.node('ConvTranspose', inputs, {
        ...windowAttributes([height!, width!], resolveWindow(window)),
        group: groups,
        output_padding: pairOf(outputPadding),
      })
    },
  })
