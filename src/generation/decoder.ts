/**
 * Decoding one token after another with a cache of keys and values. The cache lives in buffers that
 * are fed and never fetched; each step appends one slice to it.
 */

import { createGraph, input } from '../engine/graph/graph.js'
import type { Value } from '../engine/graph/value.js'
import { reshape, slice } from '../engine/operations/index.js'
import type { Append, Buffers, Runtime } from '../engine/runtime/runtime.js'
import { tensorOf, zeroTensor } from '../engine/tensor/tensor.js'
import {
  type AttentionContext,
  cachedAttention,
  type KeysAndValues,
  type Position,
  rotaryTables,
  unseen,
} from '../network/layers/index.js'
import {
  type IdRange,
  scoreIds,
  type TransformerOptions,
  transformer,
} from '../network/models/transformer.js'
import { parameterInputs } from '../network/parameters.js'

/** Where a token stands. */
export interface TokenPlace {
  readonly position: Position
  /** The row of the network's table of places, where it has one; 0 when left out. */
  readonly place?: number
}

export interface DecoderOptions {
  readonly runtime: Runtime
  readonly network: TransformerOptions
  /** They hold the network's parameters by name, and take the cache. */
  readonly buffers: Buffers
  /** Tells the caches of several decoders on the same buffers apart. */
  readonly name: string
  readonly batch: number
  /** Where the prompt's tokens stand; they all see each other. */
  readonly prompt: readonly TokenPlace[]
  /** Where the decoded tokens stand, one after another. */
  readonly tokens: readonly TokenPlace[]
  /** Prompt tokens with this id are seen by nobody. */
  readonly pad: number
  /** The ids that are scored. */
  readonly range: IdRange
}

export interface Decoder {
  /** Reads prompts, ids [batch · prompt length] → scores of the first token [batch · ids]. */
  start(promptIds: readonly number[]): Promise<Float32Array>
  /** Reads the next token of each sequence, ids [batch] → scores of the one after it. */
  next(ids: readonly number[]): Promise<Float32Array>
  close(): Promise<void>
}

export const createDecoder = async (options: DecoderOptions): Promise<Decoder> => {
  const { runtime, network, buffers, name, batch, prompt, tokens, pad, range } = options
  const { width, heads, keyValueHeads = heads, depth, places: placeCount = 0 } = network
  const headWidth = width / heads
  const promptLength = prompt.length
  const capacity = promptLength + tokens.length
  const model = transformer(network)
  const keysName = (layer: number) => `${name}.keys.${layer}`
  const valuesName = (layer: number) => `${name}.values.${layer}`
  const layerNames = Array.from({ length: depth }, (_, layer) => layer)
  const cacheType = {
    dtype: 'float32' as const,
    shape: [batch, keyValueHeads, capacity, headWidth],
  }
  const cacheTensors = Object.fromEntries(
    layerNames.flatMap((layer) => [
      [keysName(layer), zeroTensor(cacheType)],
      [valuesName(layer), zeroTensor(cacheType)],
    ]),
  )
  await buffers.write(cacheTensors)

  /** A graph over `time` tokens a sequence that hands out its new keys and values. */
  const build = async (time: number, cache: readonly KeysAndValues[]) => {
    const { values } = parameterInputs(model.parameters)
    const ids = input('ids', { dtype: 'int32', shape: [batch * time] })
    const anglesType = { dtype: 'float32' as const, shape: [time, headWidth / 2] }
    const angles = { cosines: input('cosines', anglesType), sines: input('sines', anglesType) }
    const places =
      placeCount === 0 ? undefined : input('places', { dtype: 'int32', shape: [batch * time] })
    const maskLength = cache.length === 0 ? time : capacity
    const mask = input('mask', { dtype: 'float32', shape: [batch, 1, 1, maskLength] })
    const outputs: Record<string, Value> = {}
    const appends: Record<string, Append> = {}
    const hand = (buffer: string, value: Value) => {
      outputs[`new ${buffer}`] = value
      appends[`new ${buffer}`] = { buffer, axis: 2 }
    }
    const contextOf = (layer: number): AttentionContext => ({
      batch,
      angles,
      mask,
      observe: ({ keys, values: fresh }) => {
        hand(keysName(layer), keys)
        hand(valuesName(layer), fresh)
      },
      ...(cache.length === 0
        ? {}
        : {
            withCache: (queries: Value, fresh: KeysAndValues) =>
              cachedAttention(queries, fresh, cache[layer]!, mask),
          }),
    })
    const states = model.apply(
      values,
      { ids, ...(places === undefined ? {} : { places }) },
      contextOf,
    )
    const sequences = reshape(states, { shape: [batch, time, width] })
    const last = reshape(slice(sequences, { axis: 1, start: time - 1 }), { shape: [batch, width] })
    outputs.scores = scoreIds(values, last, range)
    return runtime.createProgram(createGraph(outputs), { buffers, appends })
  }

  const promptProgram = await build(promptLength, [])
  const stepProgram = await build(
    1,
    layerNames.map((layer) => ({
      keys: input(keysName(layer), cacheType),
      values: input(valuesName(layer), cacheType),
    })),
  )
  const feedsOf = (places: readonly TokenPlace[]) => {
    const { cosines, sines } = rotaryTables(
      places.map(({ position }) => position),
      { headWidth },
    )
    const shape = [places.length, headWidth / 2]
    const rows = Array.from({ length: batch }, () => places.map(({ place = 0 }) => place)).flat()
    return {
      ...(placeCount === 0 ? {} : { places: tensorOf('int32', rows) }),
      cosines: tensorOf('float32', cosines, shape),
      sines: tensorOf('float32', sines, shape),
    }
  }
  const stepFeeds = tokens.map((token) => feedsOf([token]))
  const mask = new Float32Array(batch * capacity)
  let length = 0

  return {
    async start(promptIds) {
      mask.fill(unseen)
      const promptMask = promptIds.map((id) => (id === pad ? unseen : 0))
      for (let row = 0; row < batch; row++) {
        const own = promptMask.slice(row * promptLength, (row + 1) * promptLength)
        mask.set(own, row * capacity)
      }
      const { scores } = await promptProgram.run({
        ids: tensorOf('int32', promptIds),
        mask: tensorOf('float32', promptMask, [batch, 1, 1, promptLength]),
        ...feedsOf(prompt),
      })
      length = promptLength
      return scores!.data as Float32Array
    },
    async next(ids) {
      const { scores } = await stepProgram.run(
        {
          ids: tensorOf('int32', ids),
          mask: { dtype: 'float32', shape: [batch, 1, 1, capacity], data: mask },
          ...stepFeeds[length - promptLength]!,
        },
        { position: length },
      )
      for (let row = 0; row < batch; row++) mask[row * capacity + length] = 0
      length++
      return scores!.data as Float32Array
    },
    async close() {
      await promptProgram.close()
      await stepProgram.close()
    },
  }
}
