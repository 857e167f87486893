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

export interface DecoderOptions {
  readonly runtime: Runtime
  readonly network: TransformerOptions
  /** They hold the network's parameters by name, and take the cache. */
  readonly buffers: Buffers
  /** Tells the caches of several decoders on the same buffers apart. */
  readonly name: string
  readonly batch: number
  /** Where the prompt's tokens stand; they all see each other. */
  readonly promptPositions: readonly Position[]
  /** Where the decoded tokens stand, one after another. */
  readonly positions: readonly Position[]
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
  const { runtime, network, buffers, name, batch, promptPositions, positions, pad, range } = options
  const { width, heads, keyValueHeads = heads, depth } = network
  const headWidth = width / heads
  const promptLength = promptPositions.length
  const capacity = promptLength + positions.length
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
    const maskLength = cache.length === 0 ? time : capacity
    const mask = input('mask', { dtype: 'float32', shape: [batch, 1, 1, maskLength] })
    const outputs: Record<string, Value> = {}
    const appends: Record<string, Append> = {}
    const hand = (buffer: string, value: Value) => {
      outputs[`new ${buffer}`] = value
      appends[`new ${buffer}`] = { buffer, axis: 2 }
    }
    const states = model.apply(values, ids, (layer) => ({
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
    }))
    const sequences = reshape(states, { shape: [batch, time, width] })
    const last = reshape(slice(sequences, { axis: 1, start: time - 1 }), { shape: [batch, width] })
    outputs.scores = scoreIds(values, last, range)
    return runtime.createProgram(createGraph(outputs), { buffers, appends })
  }

  const prompt = await build(promptLength, [])
  const step = await build(
    1,
    layerNames.map((layer) => ({
      keys: input(keysName(layer), cacheType),
      values: input(valuesName(layer), cacheType),
    })),
  )
  const anglesOf = (places: readonly Position[]) => {
    const { cosines, sines } = rotaryTables(places, { headWidth })
    const shape = [places.length, headWidth / 2]
    return {
      cosines: tensorOf('float32', cosines, shape),
      sines: tensorOf('float32', sines, shape),
    }
  }
  const stepAngles = positions.map((position) => anglesOf([position]))
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
      const { scores } = await prompt.run({
        ids: tensorOf('int32', promptIds),
        mask: tensorOf('float32', promptMask, [batch, 1, 1, promptLength]),
        ...anglesOf(promptPositions),
      })
      length = promptLength
      return scores!.data as Float32Array
    },
    async next(ids) {
      const { scores } = await step.run(
        {
          ids: tensorOf('int32', ids),
          mask: { dtype: 'float32', shape: [batch, 1, 1, capacity], data: mask },
          ...stepAngles[length - promptLength]!,
        },
        { position: length },
      )
      for (let row = 0; row < batch; row++) mask[row * capacity + length] = 0
      length++
      return scores!.data as Float32Array
    },
    async close() {
      await prompt.close()
      await step.close()
    },
  }
}
