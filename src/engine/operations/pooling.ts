/** What the pools share: their attributes, type rule and ONNX form. */

import { ShapeError } from '../../errors.js'
import type { OnnxAttribute } from '../graph/operation.js'
import { printShape } from '../tensor/shape.js'
import type { TensorType } from '../tensor/tensor.js'
import {
  type Pair,
  pairOf,
  type ResolvedWindow,
  requirePicture,
  resolveWindow,
  type Window,
  windowAttributes,
  windowedSize,
} from './window.js'

/** A window of which every place yields one element; its strides are its size when left out. */
export interface Pooling extends Omit<Window, 'dilations'> {
  /** The height and width of the window. */
  readonly size: number | Pair
}

/** The pooling with every number spelt out. Throws ShapeError when one cannot be. */
export const resolvePooling = ({
  size,
  strides = size,
  ...window
}: Pooling): ResolvedWindow & { readonly size: Pair } => {
  const resolved = { ...resolveWindow({ ...window, strides }), size: pairOf(size) }
  // A window of padding alone would have nothing to choose from.
  if (resolved.padding.some((count, side) => count >= resolved.size[side % 2]!)) {
    throw new ShapeError(
      `expected a padding below the size ${printShape(resolved.size)}, got ` +
        printShape(resolved.padding),
    )
  }
  return resolved
}

/** [batch, channels, rows, columns] → the same with fewer rows and columns. */
export const poolingType = ([x]: readonly TensorType[], attributes: Pooling): TensorType => {
  requirePicture(x!.shape)
  const window = resolvePooling(attributes)
  const [batch, channels, ...picture] = x!.shape
  return {
    dtype: x!.dtype,
    shape: [batch!, channels!, ...windowedSize(picture, window.size, window)],
  }
}

/** The pooling as attributes of ONNX nodes. */
export const poolingAttributes = (attributes: Pooling): Record<string, OnnxAttribute> => {
  const { dilations: _, ...named } = windowAttributes(
    pairOf(attributes.size),
    resolvePooling(attributes),
  )
  return named
}
