/** Reads the reference runs that PyTorch recorded. */

import { fileURLToPath } from 'node:url'
import type { Tensor } from '../../src/engine/tensor/tensor.js'
import { createNodeFiles } from '../../src/platform/node/files.js'
import { readSafetensors } from '../../src/storage/safetensors.js'

/** The tensors of `test/golden/{name}/reference.safetensors`, each of which must be there. */
export const readGolden = async (name: string): Promise<(tensor: string) => Tensor> => {
  const path = fileURLToPath(new URL(`../golden/${name}/reference.safetensors`, import.meta.url))
  const { tensors } = await readSafetensors(createNodeFiles(), path)
  return (tensor) => {
    const found = tensors.get(tensor)
    if (found === undefined) throw new Error(`${path}: there is no ${tensor}`)
    return found
  }
}
