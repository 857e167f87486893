/** Which parameters of a network are quantized, and how. */

import type { QuantizedInput } from '../engine/tensor/quantized.js'
import type { Shape } from '../engine/tensor/shape.js'
import { ofDtype, type Tensor } from '../engine/tensor/tensor.js'
import type { Weights } from '../storage/weights.js'
import { roleOf } from './models/parameter-role.js'
import { type QuantizeOptions, quantizeMatrix } from './quantize.js'

/** How the matrices of a network are stored: 8 bits, or 4 where that costs little. */
export type QuantizedPrecision = 'int8' | 'int4'

export const quantizedPrecisions = ['int8', 'int4'] as const satisfies readonly QuantizedPrecision[]

/** Elements that share a scale; the first size that divides a row, or the last. */
const defaultBlockSizes = { 8: [256, 128, 64, 32], 4: [32] } as const

export interface QuantizeWeightsOptions {
  /** Elements that share a scale, in the place of the sizes that fit. */
  readonly blockSize?: number
}

/**
 * What a parameter is used as: the matrix of a product in a block, [inputs, outputs], or a table
 * of which rows are picked and which may score states, [rows, width]. Anything else stays as it is:
 * norms, biases and small tables weigh little and matter much.
 */
const useOf = (name: string, shape: Shape): 'product' | 'table' | undefined => {
  if (shape.length !== 2) return undefined
  const role = roleOf(name)
  if (role === 'block') return 'product'
  return role === 'embedding' || role === 'head' ? 'table' : undefined
}

const optionsOf = (
  name: string,
  shape: Shape,
  precision: QuantizedPrecision,
  chosen: number | undefined,
): QuantizeOptions | undefined => {
  const use = useOf(name, shape)
  const isTransposed = use === 'product'
  const columns = isTransposed ? shape[0]! : shape[1]!
  // Tables are what 4 bits harm most, and little is read of them.
  const bits = precision === 'int4' && use === 'product' ? 4 : 8
  const sizes: readonly number[] = chosen === undefined ? defaultBlockSizes[bits] : [chosen]
  const blockSize = sizes.find((size) => columns % size === 0)
  if (use === undefined || columns < sizes.at(-1)!) return undefined
  // A table's rows are picked as they lie, so they cannot be filled up.
  if (use === 'table' && blockSize === undefined) return undefined
  return { bits, blockSize: blockSize ?? sizes.at(-1)!, isTransposed }
}

/** The tensors of a network with their large matrices quantized. */
export const quantizeWeights = (
  tensors: Readonly<Record<string, Tensor>>,
  precision: QuantizedPrecision,
  { blockSize }: QuantizeWeightsOptions = {},
): Weights => {
  const kept: Record<string, Tensor> = {}
  const quantized = new Map<string, QuantizedInput>()
  for (const [name, tensor] of Object.entries(tensors)) {
    const options = optionsOf(name, tensor.shape, precision, blockSize)
    if (options === undefined || tensor.dtype !== 'float32') {
      kept[name] = tensor
      continue
    }
    const { isTransposed = false } = options
    const matrix = quantizeMatrix(ofDtype(tensor, 'float32'), options)
    quantized.set(name, { matrix, isTransposed })
  }
  return { tensors: kept, quantized }
}
