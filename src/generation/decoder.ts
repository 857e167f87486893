/**
 * Decoding one token after another with a cache of keys and values. The cache lives in buffers that
 * are fed and never fetched; each step appends one slice to it. Two programs serve prompts and caches
 * of all lengths, so weights that are part of them are held twice at most.
 */

import { standInsFor } from '../engine/graph/free-dimension.js'
import { createGraph, input } from '../engine/graph/graph.js'
import type { Value } from '../engine/graph/value.js'
import { add, gather, reshape } from '../engine/operations/index.js'
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
  type TransformerOptions,
  transformer,
} from '../network/models/transformer.js'
import { listParameters, parameterInputs } from '../network/parameters.js'
import { createDecoderCache } from './decoder-cache.js'

export interface DecoderOptions {
  readonly runtime: Runtime
  readonly network: TransformerOptions
  /** They hold the network's parameters by name, and take the cache. */
  readonly buffers: Buffers
  /** Tells the caches of several decoders on the same buffers apart. */
  readonly name: string
  readonly batch: number
  /** Where the tokens of a sequence stand, one after another, as many as it can have. */
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

/** Places that the cache grows by: attention reads all of it, filled or not. */
const cacheStep = 64

const roundUp = (count: number, step: number): number => Math.ceil(count / step) * step

/** What of [time, time] tokens see of each other, those before them, added to scores. */
const causalRows = (time: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: time * time }, (_, place) =>
    place % time <= Math.floor(place / time) ? 0 : unseen,
  )

export const createDecoder = async (options: DecoderOptions): Promise<Decoder> => {
  const { runtime, network, buffers, name, batch, positions, places, pad, range } = options
  const { rotaryBase, isCausal = false } = options
  const { width, heads, keyValueHeads = heads, depth, places: placeCount = 0 } = network
  const { headWidth = width / heads } = network
  const model = transformer(network)
  const fixed = Array.from(listParameters(model.parameters).values()).flatMap(({ shape }) => shape)
  const [anyLength] = standInsFor([...fixed, batch], 1) as [number]
  const cache = createDecoderCache({ buffers, name, depth, batch, keyValueHeads, headWidth })
  /** How many places the cache has. */
  let rows = cacheStep
  await cache.clear(rows)

  /** A program over the tokens of prompts, or over one token and a cache. */
  const build = async (kind: 'prompt' | 'step'): Promise<Program> => {
    const { values } = parameterInputs(model.parameters)
    const time = kind === 'prompt' ? anyLength : 1
    const ids = input('ids', { dtype: 'int32', shape: [batch * time] })
    const anglesType = { dtype: 'float32' as const, shape: [time, headWidth / 2] }
    const angles =
      rotaryBase === null
        ? {}
        : { angles: { cosines: input('cosines', anglesType), sines: input('sines', anglesType) } }
    const placeRows =
      placeCount === 0 ? {} : { places: input('places', { dtype: 'int32', shape: [batch * time] }) }
    const padding = input('mask', { dtype: 'float32', shape: [batch, 1, 1, anyLength] })
    const mask =
      kind === 'prompt' && isCausal
        ? add(padding, input('causal', { dtype: 'float32', shape: [anyLength, anyLength] }))
        : padding
    const outputs: Record<string, Value> = {}
    const appends: Record<string, Append> = {}
    const hand = (buffer: string, value: Value) => {
      outputs[`new ${buffer}`] = value
      appends[`new ${buffer}`] = { buffer, axis: 2, step: cacheStep }
    }
    const earlier = kind === 'prompt' ? [] : cache.inputs(anyLength)
    const contextOf = (layer: number): AttentionContext => ({
      batch,
      ...angles,
      mask,
      observe: ({ keys, values: fresh }) => {
        hand(cache.namesOf(layer).keys, keys)
        hand(cache.namesOf(layer).values, fresh)
      },
      ...(kind === 'prompt'
        ? {}
        : {
            withCache: (queries: Value, fresh: KeysAndValues) =>
              cachedAttention(queries, fresh, earlier[layer]!, padding),
          }),
    })
    const states = model.apply(values, { ids, ...placeRows }, contextOf)
    const sequences = reshape(states, { shape: [batch, time, width] })
    const last =
      kind === 'prompt'
        ? gather(sequences, input('last', { dtype: 'int32', shape: [1] }), { axis: 1 })
        : sequences
    outputs.scores = model.score(values, reshape(last, { shape: [batch, width] }), range)
    return runtime.createProgram(createGraph(outputs), {
      buffers,
      appends,
      dimensions: [{ name: 'length', standIn: anyLength, input: 'mask', axis: 3 }],
    })
  }

  let promptProgram: Promise<Program> | undefined
  const step = await build('step')
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
  const placeRows = (first: number, count: number) => {
    if (placeCount === 0 || places === undefined) return {}
    const found = padded.flatMap((padding) =>
      Array.from({ length: count }, (_, token) => places[Math.max(0, first + token - padding)]!),
    )
    return { places: tensorOf('int32', found) }
  }
  let length = 0
  /** What the next token sees of the cache, [batch · rows]. */
  let mask = new Float32Array(0)

  return {
    capacity: positions.length,
    async start(promptIds, padding) {
      length = promptIds.length / batch
      const prompts = Array.from({ length: batch }, (_, row) =>
        promptIds.slice(row * length, (row + 1) * length),
      )
      padded =
        padding ??
        prompts.map((prompt) =>
          Math.max(
            0,
            prompt.findIndex((id) => id !== pad),
          ),
        )
      const promptMask = prompts.flatMap((prompt, row) =>
        prompt.map((id, token) =>
          (padding === undefined ? id === pad : token < padding[row]!) ? unseen : 0,
        ),
      )
      if (rows > roundUp(length, cacheStep)) {
        rows = cacheStep
        await cache.clear(rows)
      }
      promptProgram ??= build('prompt')
      const { scores } = await (await promptProgram).run({
        ids: tensorOf('int32', promptIds),
        mask: tensorOf('float32', promptMask, [batch, 1, 1, length]),
        last: tensorOf('int32', [length - 1]),
        ...(isCausal ? { causal: tensorOf('float32', causalRows(length), [length, length]) } : {}),
        ...angleTables(0, length),
        ...placeRows(0, length),
      })
      rows = Math.max(rows, roundUp(length, cacheStep))
      mask = new Float32Array(batch * rows).fill(unseen)
      prompts.forEach((_, row) => {
        mask.set(promptMask.slice(row * length, (row + 1) * length), row * rows)
      })
      return scores!.data as Float32Array
    },
    async next(ids) {
      const { scores } = await step.run(
        {
          ids: tensorOf('int32', ids),
          mask: { dtype: 'float32', shape: [batch, 1, 1, rows], data: mask },
          ...angleTables(length, 1),
          ...placeRows(length, 1),
        },
        { position: length },
      )
      if (length === rows) {
        const before = mask
        const had = rows
        rows += cacheStep
        mask = new Float32Array(batch * rows).fill(unseen)
        for (let row = 0; row < batch; row++) {
          mask.set(before.subarray(row * had, (row + 1) * had), row * rows)
        }
      }
      for (let row = 0; row < batch; row++) mask[row * rows + length] = 0
      length++
      return scores!.data as Float32Array
    },
    reorder: (parents) => cache.reorder(parents, rows),
    async close() {
      await (await promptProgram)?.close()
      await step.close()
    },
  }
}
