/**
 * What a decoder of an encoder-decoder looks at: the keys and values of a source for each layer, and
 * a mask of its padding, in buffers, so that a source is read once for all tokens of a target.
 */

import { createGraph, input } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import { expand } from '../../engine/operations/index.js'
import type { Program, Runtime } from '../../engine/runtime/runtime.js'
import { type TensorType, zeroTensor } from '../../engine/tensor/tensor.js'
import type { Memory } from '../../network/layers/index.js'
import type { encoderDecoder } from '../../network/models/encoder-decoder.js'
import { parameterInputs } from '../../network/parameters.js'
import type { DecoderCacheOptions } from './decoder-cache.js'

/** A memory has the shape of a cache, of a source in the place of what was read. */
export interface DecoderMemoryOptions extends DecoderCacheOptions {
  /** Tokens of a source, padded. */
  readonly sourceLength: number
}

export interface DecoderMemory {
  /** What each layer looks at, as inputs of a graph. */
  inputs(): Memory[]
  /** Makes all buffers, of zeros. */
  clear(): Promise<void>
  /** A program that reads a source, ids `source` [source length], the same for all sequences. */
  createReader(runtime: Runtime, model: ReturnType<typeof encoderDecoder>): Promise<Program>
}

export const createDecoderMemory = ({
  buffers,
  name,
  depth,
  batch,
  keyValueHeads,
  headWidth,
  sourceLength,
}: DecoderMemoryOptions): DecoderMemory => {
  const maskName = `${name}.memory.mask`
  const layers = Array.from({ length: depth }, (_, layer) => ({
    keys: `${name}.memory.keys.${layer}`,
    values: `${name}.memory.values.${layer}`,
  }))
  const partType: TensorType = {
    dtype: 'float32',
    shape: [batch, keyValueHeads, sourceLength, headWidth],
  }
  const maskType: TensorType = { dtype: 'float32', shape: [batch, 1, 1, sourceLength] }
  return {
    inputs() {
      const mask = input(maskName, maskType)
      return layers.map(({ keys, values }) => ({
        source: { keys: input(keys, partType), values: input(values, partType) },
        mask,
      }))
    },
    async clear() {
      const parts = layers.flatMap(({ keys, values }) => [keys, values])
      await buffers.write({
        [maskName]: zeroTensor(maskType),
        ...Object.fromEntries(parts.map((buffer) => [buffer, zeroTensor(partType)])),
      })
    },
    createReader(runtime, model) {
      const { values } = parameterInputs(model.parameters)
      const ids = input('source', { dtype: 'int32', shape: [sourceLength] })
      const { source, mask } = model.encode(values, ids, { batch: 1 })
      const kept: Record<string, Value> = { [maskName]: expand(mask, { shape: maskType.shape }) }
      for (const [layer, found] of model.remember(values, source.states, { batch: 1 }).entries()) {
        const { keys, values: contents } = layers[layer]!
        kept[keys] = expand(found.keys, { shape: partType.shape })
        kept[contents] = expand(found.values, { shape: partType.shape })
      }
      const entries = Object.entries(kept).map(([buffer, value]) => ({ buffer, value }))
      const outputs = entries.map(({ buffer, value }) => [`new ${buffer}`, value])
      const updates = entries.map(({ buffer }) => [`new ${buffer}`, buffer])
      return runtime.createProgram(createGraph(Object.fromEntries(outputs)), {
        buffers,
        updates: Object.fromEntries(updates),
      })
    },
  }
}
