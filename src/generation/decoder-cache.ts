/** The keys and values of the tokens that a decoder has read, in buffers of its own, and where. */

import { input } from '../engine/graph/graph.js'
import type { Buffers } from '../engine/runtime/runtime.js'
import { type TensorType, tensorOf, zeroTensor } from '../engine/tensor/tensor.js'
import type { KeysAndValues } from '../network/layers/index.js'

export interface DecoderCacheOptions {
  readonly buffers: Buffers
  /** Tells the caches of several decoders on the same buffers apart. */
  readonly name: string
  readonly depth: number
  readonly batch: number
  readonly keyValueHeads: number
  /** Tokens of a sequence. */
  readonly capacity: number
  readonly headWidth: number
}

export interface DecoderCache {
  /** The buffers of a layer, [batch, key-value heads, capacity, head width] each. */
  namesOf(layer: number): { readonly keys: string; readonly values: string }
  /** The buffers of all layers as inputs of a graph. */
  inputs(): KeysAndValues[]
  /** Lets each sequence continue another one, parents [batch]. */
  reorder(parents: readonly number[]): Promise<void>
}

export const createDecoderCache = async ({
  buffers,
  name,
  depth,
  batch,
  keyValueHeads,
  capacity,
  headWidth,
}: DecoderCacheOptions): Promise<DecoderCache> => {
  const type: TensorType = { dtype: 'float32', shape: [batch, keyValueHeads, capacity, headWidth] }
  const layers = Array.from({ length: depth }, (_, layer) => ({
    keys: `${name}.keys.${layer}`,
    values: `${name}.values.${layer}`,
  }))
  const names = layers.flatMap(({ keys, values }) => [keys, values])
  await buffers.write(Object.fromEntries(names.map((buffer) => [buffer, zeroTensor(type)])))
  return {
    namesOf: (layer) => layers[layer]!,
    inputs: () =>
      layers.map(({ keys, values }) => ({ keys: input(keys, type), values: input(values, type) })),
    async reorder(parents) {
      const caches = await buffers.read(names)
      const size = keyValueHeads * capacity * headWidth
      const moved = names.map((buffer) => {
        const from = caches[buffer]!.data as Float32Array
        const to = new Float32Array(from.length)
        for (const [row, parent] of parents.entries()) {
          to.set(from.subarray(parent * size, (parent + 1) * size), row * size)
        }
        return [buffer, tensorOf('float32', to, type.shape)] as const
      })
      await buffers.write(Object.fromEntries(moved))
    },
  }
}
