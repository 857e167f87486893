/** Whether the tensors that were read are those that a network needs. */

import { isSameShape, printShape, type Shape } from '../engine/tensor/shape.js'
import type { Tensor } from '../engine/tensor/tensor.js'
import { StorageError } from '../errors.js'
import type { NamedTensors } from './safetensors.js'

/**
 * The wanted tensors by name. Throws StorageError that names the first one that is missing, too
 * many, or of another shape or dtype.
 */
export const checkTensors = (
  found: NamedTensors,
  wanted: ReadonlyMap<string, { readonly shape: Shape }>,
  path: string,
): Record<string, Tensor> => {
  const refuse = (fault: string): never => {
    throw new StorageError(
      `${path}: ${fault}. The weights do not belong to this config.json; copy the folder again.`,
    )
  }
  for (const name of found.keys()) if (!wanted.has(name)) refuse(`unknown tensor ${name}`)
  return Object.fromEntries(
    Array.from(wanted, ([name, { shape }]) => {
      const tensor = found.get(name) ?? refuse(`tensor ${name} is missing`)
      if (tensor.dtype !== 'float32' || !isSameShape(tensor.shape, shape)) {
        refuse(
          `tensor ${name}: expected float32 ${printShape(shape)}, found ${tensor.dtype} ` +
            printShape(tensor.shape),
        )
      }
      return [name, tensor]
    }),
  )
}
