/**
 * A decoder of an encoder-decoder at work: it reads a target token by token, with a cache of what it
 * has read, and looks at a source whose keys and values were made once, for all tokens.
 *
 * Its scores have the same bits as those of whole targets. Products of a single row are summed in
 * another order by the kernels of ONNX Runtime, so each token is read twice, and a copy is scored.
 */

import { constant, createGraph, input } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import { concat, equal, reshape, slice } from '../../engine/operations/index.js'
import { orClose } from '../../engine/runtime/or-close.js'
import type { Append, Buffers, Program, Runtime } from '../../engine/runtime/runtime.js'
import { ofDtype, tensorOf } from '../../engine/tensor/tensor.js'
import {
  type AttentionContext,
  exactCachedAttention,
  rotaryTables,
  unseen,
} from '../../network/layers/index.js'
import { type EncoderDecoderOptions, encoderDecoder } from '../../network/models/encoder-decoder.js'
import { parameterInputs } from '../../network/parameters.js'
import type { Decoder } from './decoder.js'
import { createDecoderCache, type DecoderCache } from './decoder-cache.js'
import { createDecoderMemory, type DecoderMemory } from './decoder-memory.js'

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
  const kept = { buffers, name, depth, batch, keyValueHeads, headWidth }
  const cache = createDecoderCache(kept)
  const memory = createDecoderMemory({ ...kept, sourceLength })
  await cache.clear(capacity)
  await memory.clear()
  const reader = await memory.createReader(runtime, encoderDecoder(network))
  const step = await orClose(reader, () => createStep(options, cache, memory))
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
    return ofDtype(scores!, 'float32').data
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

/** A program over one token of each sequence, the cache and the memory. */
const createStep = (
  { runtime, network, buffers, batch, capacity }: MemoryDecoderOptions,
  cache: DecoderCache,
  memory: DecoderMemory,
): Promise<Program> => {
  const { width, heads, headWidth = width / heads } = network
  const model = encoderDecoder(network)
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
  const memories = memory.inputs()
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
