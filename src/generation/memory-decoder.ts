/**
 * A decoder of an encoder-decoder at work: it reads a target token by token, with a cache of what it
 * has read, and looks at a source whose keys and values were made once, for all tokens.
 *
 * Its scores have the same bits as those of whole targets. Products of a single row are summed in
 * another order by the kernels of ONNX Runtime, so each token is read twice, and a copy is scored.
 */

import { constant, createGraph, input } from '../engine/graph/graph.js'
import type { Value } from '../engine/graph/value.js'
import { concat, equal, expand, reshape, slice } from '../engine/operations/index.js'
import type { Append, Buffers, Program, Runtime } from '../engine/runtime/runtime.js'
import { type TensorType, tensorOf, zeroTensor } from '../engine/tensor/tensor.js'
import {
  type AttentionContext,
  exactCachedAttention,
  type Memory,
  rotaryTables,
  unseen,
} from '../network/layers/index.js'
import { type EncoderDecoderOptions, encoderDecoder } from '../network/models/encoder-decoder.js'
import { parameterInputs } from '../network/parameters.js'
import type { Decoder } from './decoder.js'
import { createDecoderCache } from './decoder-cache.js'

export interface MemoryDecoderOptions {
  readonly runtime: Runtime
  readonly network: EncoderDecoderOptions
  /** They hold the network's parameters by name, and take the cache and the memory. */
  readonly buffers: Buffers
  /** Tells several decoders on the same buffers apart. */
  readonly name: string
  readonly batch: number
  /** Tokens of a target at most. */
  readonly capacity: number
  /** Tokens of a source, padded. */
  readonly sourceLength: number
}

export interface MemoryDecoder extends Omit<Decoder, 'start'> {
  /**
   * Reads a source, ids [source length], which all sequences look at, and the first token of each
   * target, ids [batch] → scores of the next token [batch · ids].
   */
  start(source: readonly number[], ids: readonly number[]): Promise<Float32Array>
}

/** How often a step reads its token. */
const copies = 2

const twice = (x: Value, axis: number): Value => concat(x, x, { axis })

export const createMemoryDecoder = async (
  options: MemoryDecoderOptions,
): Promise<MemoryDecoder> => {
  const { runtime, network, buffers, name, batch, capacity, sourceLength } = options
  const { width, heads, depth, keyValueHeads = heads, headWidth = width / heads } = network
  const model = encoderDecoder(network)
  const cache = createDecoderCache({ buffers, name, depth, batch, keyValueHeads, headWidth })
  await cache.clear(capacity)
  const memoryNames = Array.from({ length: depth }, (_, layer) => ({
    keys: `${name}.memory.keys.${layer}`,
    values: `${name}.memory.values.${layer}`,
  }))
  const maskName = `${name}.memory.mask`
  const partType: TensorType = {
    dtype: 'float32',
    shape: [batch, keyValueHeads, sourceLength, headWidth],
  }
  const maskType: TensorType = { dtype: 'float32', shape: [batch, 1, 1, sourceLength] }

  /** Reads a source and keeps what each layer looks at, the same for all sequences. */
  const buildReader = (): Promise<Program> => {
    const { values } = parameterInputs(model.parameters)
    const ids = input('source', { dtype: 'int32', shape: [sourceLength] })
    const { source, mask } = model.encode(values, ids, { batch: 1 })
    const kept: Record<string, Value> = { [maskName]: expand(mask, { shape: maskType.shape }) }
    for (const [layer, found] of model.remember(values, source.states, { batch: 1 }).entries()) {
      const { keys, values: contents } = memoryNames[layer]!
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
  }
  /** What each layer looks at, as inputs of a graph. */
  const memoryInputs = (): Memory[] => {
    const mask = input(maskName, maskType)
    return memoryNames.map(({ keys, values }) => ({
      source: { keys: input(keys, partType), values: input(values, partType) },
      mask,
    }))
  }

  const buildStep = (): Promise<Program> => {
    const { values } = parameterInputs(model.parameters)
    const ids = reshape(twice(input('ids', { dtype: 'int32', shape: [batch, 1] }), 1), {
      shape: [batch * copies],
    })
    const angles = input('angles', { dtype: 'float32', shape: [2, headWidth / 2] })
    const mask = input('mask', { dtype: 'float32', shape: [batch, 1, 1, capacity] })
    const slots = constant(
      tensorOf(
        'int32',
        Array.from({ length: capacity }, (_, slot) => slot),
      ),
    )
    const isOwn = reshape(equal(slots, input('place', { dtype: 'int32', shape: [] })), {
      shape: [1, 1, capacity, 1],
    })
    const outputs: Record<string, Value> = {}
    const appends: Record<string, Append> = {}
    const hand = (buffer: string, value: Value) => {
      outputs[`new ${buffer}`] = slice(value, { axis: 2, start: 0, end: 1 })
      appends[`new ${buffer}`] = { buffer, axis: 2 }
    }
    const kept = cache.inputs(capacity)
    const memories = memoryInputs()
    const contextOf = (layer: number): AttentionContext => ({
      batch,
      angles: {
        cosines: twice(slice(angles, { axis: 0, start: 0, end: 1 }), 0),
        sines: twice(slice(angles, { axis: 0, start: 1, end: 2 }), 0),
      },
      memory: memories[layer]!,
      observe: (fresh) => {
        hand(cache.namesOf(layer).keys, fresh.keys)
        hand(cache.namesOf(layer).values, fresh.values)
      },
      withCache: (queries, fresh) =>
        exactCachedAttention(queries, fresh, kept[layer]!, { mask, isOwn }),
    })
    const scores = model.score(values, model.readWith(values, ids, contextOf))
    const byCopy = reshape(scores, { shape: [batch, copies, -1] })
    outputs.scores = slice(byCopy, { axis: 1, start: 0, end: 1 })
    return runtime.createProgram(createGraph(outputs), { buffers, appends })
  }

  await buffers.write({
    [maskName]: zeroTensor(maskType),
    ...Object.fromEntries(
      memoryNames
        .flatMap(({ keys, values }) => [keys, values])
        .map((buffer) => [buffer, zeroTensor(partType)]),
    ),
  })
  const [reader, step] = [await buildReader(), await buildStep()]
  const anglesOf = (place: number) => {
    const { cosines, sines } = rotaryTables([[place]], { headWidth })
    return tensorOf('float32', [...cosines, ...sines], [2, headWidth / 2])
  }
  const mask = new Float32Array(batch * capacity)
  let length = 0

  const next = async (ids: readonly number[]): Promise<Float32Array> => {
    for (let row = 0; row < batch; row++) mask[row * capacity + length] = 0
    const { scores } = await step.run(
      {
        ids: tensorOf('int32', ids, [batch, 1]),
        angles: anglesOf(length),
        mask: { dtype: 'float32', shape: [batch, 1, 1, capacity], data: mask },
        place: tensorOf('int32', [length], []),
      },
      { position: length },
    )
    length++
    return scores!.data as Float32Array
  }

  return {
    capacity,
    async start(source, ids) {
      await reader.run({ source: tensorOf('int32', source) })
      mask.fill(unseen)
      length = 0
      return next(ids)
    },
    next,
    reorder: (parents) => cache.reorder(parents, capacity),
    async close() {
      await reader.close()
      await step.close()
    },
  }
}
