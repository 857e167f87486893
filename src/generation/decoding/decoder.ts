/**
 * Decoding one token after another with a cache of keys and values. The cache lives in buffers that
 * are fed and never fetched; each step appends one slice to it. Two programs serve prompts and caches
 * of all lengths, so weights that are part of them are held twice at most.
 */

import { openOnce } from '../../engine/runtime/open-once.js'
import type { Program } from '../../engine/runtime/runtime.js'
import { ofDtype, tensorOf } from '../../engine/tensor/tensor.js'
import { unseen } from '../../network/layers/index.js'
import { createDecoderCache } from './decoder-cache.js'
import { createPlaceFeeds, type DecoderPlaces } from './decoder-places.js'
import { cacheStep, createDecoderProgram, type DecoderNetwork } from './decoder-program.js'
import { roundUp } from './round-up.js'

export interface DecoderOptions extends DecoderNetwork, DecoderPlaces {
  /** Tells the caches of several decoders on the same buffers apart. */
  readonly name: string
  /** Prompt tokens with this id are seen by nobody; those before a prompt take no learned place. */
  readonly pad: number
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

/** What of [time, time] tokens see of each other, those before them, added to scores. */
const causalRows = (time: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: time * time }, (_, place) =>
    place % time <= Math.floor(place / time) ? 0 : unseen,
  )

/** Rows of a mask [batch · length] as the beginnings of longer ones, whose rest is unseen. */
const lengthen = (
  mask: ArrayLike<number> & Iterable<number>,
  batch: number,
  length: number,
): Float32Array<ArrayBuffer> => {
  const had = mask.length / batch
  const longer = new Float32Array(batch * length).fill(unseen)
  const numbers = Float32Array.from(mask)
  for (let row = 0; row < batch; row++) {
    longer.set(numbers.subarray(row * had, (row + 1) * had), row * length)
  }
  return longer
}

/** How many tokens before a prompt are padding. */
const paddingOf = (prompt: readonly number[], pad: number): number =>
  Math.max(
    0,
    prompt.findIndex((id) => id !== pad),
  )

export const createDecoder = async (options: DecoderOptions): Promise<Decoder> => {
  const { network, buffers, name, batch, positions, pad, isCausal = false } = options
  const { width, heads, keyValueHeads = heads, headWidth = width / heads, depth } = network
  const cache = createDecoderCache({
    buffers,
    name,
    depth,
    batch,
    keyValueHeads,
    headWidth,
    transposedKeys: true,
  })
  const placesAt = createPlaceFeeds(network, options)
  /** How many places the cache has. */
  let rows = cacheStep
  await cache.clear(rows)
  const programs = openOnce<Program>()
  const programOf = (kind: 'prompt' | 'step') =>
    programs.get(kind, () => createDecoderProgram(kind, options, cache))
  const step = await programOf('step')
  /** How many tokens of each sequence are padding before its prompt. */
  let padded: readonly number[] = []
  /** How many tokens of each sequence have been read, padding included. */
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
      padded = padding ?? prompts.map((prompt) => paddingOf(prompt, pad))
      const promptMask = prompts.flatMap((prompt, row) =>
        prompt.map((id, token) =>
          (padding === undefined ? id === pad : token < padding[row]!) ? unseen : 0,
        ),
      )
      if (rows > roundUp(length, cacheStep)) {
        rows = cacheStep
        await cache.clear(rows)
      }
      const program = await programOf('prompt')
      const { scores } = await program.run({
        ids: tensorOf('int32', promptIds),
        mask: tensorOf('float32', promptMask, [batch, 1, 1, length]),
        last: tensorOf('int32', [length - 1]),
        ...(isCausal ? { causal: tensorOf('float32', causalRows(length), [length, length]) } : {}),
        ...placesAt(0, length, padded),
      })
      rows = Math.max(rows, roundUp(length, cacheStep))
      mask = lengthen(promptMask, batch, rows)
      return ofDtype(scores!, 'float32').data
    },
    async next(ids) {
      const { scores } = await step.run(
        {
          ids: tensorOf('int32', ids),
          mask: { dtype: 'float32', shape: [batch, 1, 1, rows], data: mask },
          ...placesAt(length, 1, padded),
        },
        { position: length },
      )
      if (length === rows) {
        rows += cacheStep
        mask = lengthen(mask, batch, rows)
      }
      for (let row = 0; row < batch; row++) mask[row * rows + length] = 0
      length++
      return ofDtype(scores!, 'float32').data
    },
    reorder: (parents) => cache.reorder(parents, rows),
    close: programs.close,
  }
}
