/** The keys and values of the tokens that a decoder has read, in buffers of its own, and where. */

import { input } from '../../engine/graph/graph.js'
import type { Buffers } from '../../engine/runtime/runtime.js'
import { ofDtype, type TensorType, tensorOf, zeroTensor } from '../../engine/tensor/tensor.js'
import type { KeysAndValues } from '../../network/layers/index.js'

export interface DecoderCacheOptions {
  readonly buffers: Buffers
  /** Tells the caches of several decoders on the same buffers apart. */
  readonly name: string
  readonly depth: number
  readonly batch: number
  readonly keyValueHeads: number
  readonly headWidth: number
  /** Whether keys are kept as [batch, key-value heads, head width, tokens]; as values are otherwise. */
  readonly transposedKeys?: boolean
}

export interface DecoderCache {
  /** The buffers of a layer, [batch, key-value heads, tokens, head width] but for transposed keys. */
  namesOf(layer: number): { readonly keys: string; readonly values: string }
  /** The buffers of all layers, of so many tokens, as inputs of a graph. */
  inputs(tokens: number): KeysAndValues[]
  /** Makes all buffers ones of so many tokens, all of them zero. */
  clear(tokens: number): Promise<void>
  /** Lets each sequence continue another one, parents [batch], where there are so many tokens. */
  reorder(parents: readonly number[], tokens: number): Promise<void>
}

export const createDecoderCache = ({
  buffers,
  name,
  depth,
  batch,
  keyValueHeads,
  headWidth,
  transposedKeys = false,
}: DecoderCacheOptions): DecoderCache => {
  const typesOf = (tokens: number) => {
    const of = (...shape: number[]): TensorType => ({
      dtype: 'float32',
      shape: [batch, keyValueHeads, ...shape],
    })
    const values = of(tokens, headWidth)
    return { keys: transposedKeys ? of(headWidth, tokens) : values, values }
  }
  const layers = Array.from({ length: depth }, (_, layer) => ({
    keys: `${name}.keys.${layer}`,
    values: `${name}.values.${layer}`,
  }))
  const names = layers.flatMap(({ keys, values }) => [keys, values])
  return {
    namesOf: (layer) => layers[layer]!,
    inputs(tokens) {
      const types = typesOf(tokens)
      return layers.map(({ keys, values }) => ({
        keys: input(keys, types.keys),
        values: input(values, types.values),
      }))
    },
    async clear(tokens) {
      const types = typesOf(tokens)
      const empty = layers.flatMap(({ keys, values }) => [
        [keys, zeroTensor(types.keys)] as const,
        [values, zeroTensor(types.values)] as const,
      ])
      await buffers.write(Object.fromEntries(empty))
    },
    async reorder(parents, tokens) {
      const caches = await buffers.read(names)
      const size = keyValueHeads * tokens * headWidth
      const moved = names.map((buffer) => {
        const { data: from, shape } = ofDtype(caches[buffer]!, 'float32')
        const to = new Float32Array(from.length)
        for (const [row, parent] of parents.entries()) {
          to.set(from.subarray(parent * size, (parent + 1) * size), row * size)
        }
        return [buffer, tensorOf('float32', to, shape)] as const
      })
      await buffers.write(Object.fromEntries(moved))
    },
  }
}
