/**
 * Decoding one token after another with a cache of keys and values. The cache lives in buffers that
 * are fed and never fetched; each step appends one slice to it.
 */

import { createGraph, input } from '../engine/graph/graph.js'
import type { Value } from '../engine/graph/value.js'
import { reshape, slice } from '../engine/operations/index.js'
import type { Append, Buffers, Program, Runtime } from '../engine/runtime/runtime.js'
import { tensorOf } from '../engine/tensor/tensor.js'
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
import { createDecoderCache } from './decoder-cache.js'

export interface DecoderOptions {
  readonly runtime: Runtime
  readonly network: TransformerOptions
  /** They hold the network's parameters by name, and take the cache. */
  readonly buffers: Buffers
  /** Tells the caches of several decoders on the same buffers apart. */
  readonly name: string
  readonly batch: number
  /** Where the tokens of a sequence stand, one after another, as many as the cache holds. */
  readonly positions: readonly Position[]
  /** The rows of the network's table of places, where it has one, for the tokens of `positions`. */
  readonly places?: readonly number[]
  /** Of rotary positions: the base of their wavelengths; `null` for a network without them. */
  readonly rotaryBase?: number | null
  /** Whether the tokens of a prompt see only what is before them; all of it when left out. */
  readonly isCausal?: boolean
  /** Prompt tokens with this id are seen by nobody; those before a prompt take no learned place. */
  readonly pad: number
  /** The ids that are scored. */
  readonly range: IdRange
}

export interface Decoder {
  /** How many tokens a sequence can have. */
  readonly capacity: number
  /**
   * Reads prompts of one length, ids [batch · length] → scores of the next token [batch · ids].
   * `padding` says how many tokens before each prompt are none of it, where `pad` is also a token
   * that prompts have, such as one that ends texts; all tokens that are `pad` when left out.
   */
  start(promptIds: readonly number[], padding?: readonly number[]): Promise<Float32Array>
  /** Reads the next token of each sequence, ids [batch] → scores of the one after it. */
  next(ids: readonly number[]): Promise<Float32Array>
  /**
   * Lets each sequence continue another one, parents [batch]. It reads and writes the whole cache
   * once: 16 bytes a layer, width of keys, place and sequence. Prompts are to be equally padded.
   */
  reorder(parents: readonly number[]): Promise<void>
  close(): Promise<void>
}

export const createDecoder = async (options: DecoderOptions): Promise<Decoder> => {
  const { runtime, network, buffers, name, batch, positions, places, pad, range } = options
  const { rotaryBase, isCausal = false } = options
  const { width, heads, keyValueHeads = heads, depth, places: placeCount = 0 } = network
  const { headWidth = width / heads } = network
  const capacity = positions.length
  const model = transformer(network)
  const kept = await createDecoderCache({
    buffers,
    name,
    depth,
    batch,
    keyValueHeads,
    capacity,
    headWidth,
  })

  /** A graph over `time` tokens a sequence that hands out its new keys and values. */
  const build = async (time: number, cache: readonly KeysAndValues[]) => {
    const { values } = parameterInputs(model.parameters)
    const ids = input('ids', { dtype: 'int32', shape: [batch * time] })
    const anglesType = { dtype: 'float32' as const, shape: [time, headWidth / 2] }
    const angles =
      rotaryBase === null
        ? {}
        : { angles: { cosines: input('cosines', anglesType), sines: input('sines', anglesType) } }
    const rows =
      placeCount === 0 ? {} : { places: input('places', { dtype: 'int32', shape: [batch * time] }) }
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
      ...angles,
      mask,
      isCausal: isCausal && cache.length === 0,
      observe: ({ keys, values: fresh }) => {
        hand(kept.namesOf(layer).keys, keys)
        hand(kept.namesOf(layer).values, fresh)
      },
      ...(cache.length === 0
        ? {}
        : {
            withCache: (queries: Value, fresh: KeysAndValues) =>
              cachedAttention(queries, fresh, cache[layer]!, mask),
          }),
    })
    const states = model.apply(values, { ids, ...rows }, contextOf)
    const sequences = reshape(states, { shape: [batch, time, width] })
    const last = reshape(slice(sequences, { axis: 1, start: time - 1 }), { shape: [batch, width] })
    outputs.scores = scoreIds(values, last, range)
    return runtime.createProgram(createGraph(outputs), { buffers, appends })
  }

  const promptPrograms = new Map<number, Promise<Program>>()
  const promptProgram = (time: number): Promise<Program> => {
    const known = promptPrograms.get(time) ?? build(time, [])
    promptPrograms.set(time, known)
    return known
  }
  const step = await build(1, kept.inputs())
  /** How many tokens of each sequence are padding before its prompt. */
  let padded: readonly number[] = []
  const angleTables = (first: number, count: number) => {
    if (rotaryBase === null) return {}
    const { cosines, sines } = rotaryTables(positions.slice(first, first + count), {
      headWidth,
      ...(rotaryBase === undefined ? {} : { base: rotaryBase }),
    })
    const shape = [count, headWidth / 2]
    return {
      cosines: tensorOf('float32', cosines, shape),
      sines: tensorOf('float32', sines, shape),
    }
  }
  const stepAngles = positions.map((_, place) => angleTables(place, 1))
  const placeRows = (first: number, count: number) => {
    if (placeCount === 0 || places === undefined) return {}
    const rows = padded.flatMap((padding) =>
      Array.from({ length: count }, (_, token) => places[Math.max(0, first + token - padding)]!),
    )
    return { places: tensorOf('int32', rows) }
  }
  const mask = new Float32Array(batch * capacity)
  let length = 0

  return {
    capacity,
    async start(promptIds, padding) {
      const promptLength = promptIds.length / batch
      const prompts = Array.from({ length: batch }, (_, row) =>
        promptIds.slice(row * promptLength, (row + 1) * promptLength),
      )
      padded =
        padding ??
        prompts.map((prompt) =>
          Math.max(
            0,
            prompt.findIndex((id) => id !== pad),
          ),
        )
      mask.fill(unseen)
      const promptMask = prompts.flatMap((prompt, row) =>
        prompt.map((id, token) =>
          (padding === undefined ? id === pad : token < padding[row]!) ? unseen : 0,
        ),
      )
      prompts.forEach((_, row) => {
        const own = promptMask.slice(row * promptLength, (row + 1) * promptLength)
        mask.set(own, row * capacity)
      })
      const program = await promptProgram(promptLength)
      const { scores } = await program.run({
        ids: tensorOf('int32', promptIds),
        mask: tensorOf('float32', promptMask, [batch, 1, 1, promptLength]),
        ...angleTables(0, promptLength),
        ...placeRows(0, promptLength),
      })
      length = promptLength
      return scores!.data as Float32Array
    },
    async next(ids) {
      const { scores } = await step.run(
        {
          ids: tensorOf('int32', ids),
          mask: { dtype: 'float32', shape: [batch, 1, 1, capacity], data: mask },
          ...stepAngles[length]!,
          ...placeRows(length, 1),
        },
        { position: length },
      )
      for (let row = 0; row < batch; row++) mask[row * capacity + length] = 0
      length++
      return scores!.data as Float32Array
    },
    reorder: kept.reorder,
    async close() {
      for (const program of promptPrograms.values()) await (await program).close()
      await step.close()
    },
  }
}
