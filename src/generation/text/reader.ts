/**
 * Reads sequences token by token through decoders with a cache. Every sequence starts with the same
 * prompt and all have one length; where a sequence continues another one, its cache becomes a copy
 * of the other's. Past the context a reader goes on from the second half of what it has read.
 */

import type { Buffers, Runtime } from '../../engine/runtime/runtime.js'
import { languageAngles, languageNetwork } from '../../network/models/language-model.js'
import { createDecoder, type Decoder } from '../decoder.js'
import type { LanguageConfig } from './config.js'

/** One reading, from a prompt on. */
export interface Reading {
  /** Scores of the token after the prompt, [sequences][ids]. */
  start(): Promise<Float32Array[]>
  /** Reads the next token of each sequence, which continues its parent → scores of the one after. */
  next(parents: readonly number[], ids: readonly number[]): Promise<Float32Array[]>
  /** Leaves the decoder to the next reading. */
  end(): void
}

export interface Reader {
  open(
    prompt: readonly number[],
    options: { readonly sequences: number; readonly maxTokens: number },
  ): Promise<Reading>
  close(): Promise<void>
}

/** Lengths of prompts and of caches are multiples of these, so that few programs serve all. */
const promptStep = 32
const cacheStep = 256

const roundUp = (count: number, step: number): number => Math.ceil(count / step) * step

export const createReader = ({
  runtime,
  config: { network, tokens, prefixes },
  buffers,
}: {
  readonly runtime: Runtime
  readonly config: LanguageConfig
  /** They hold the parameters. */
  readonly buffers: Buffers
}): Reader => {
  const { context, positions = 'rotary', positionOffset = 0, vocabularySize } = network
  const decoders: Promise<Decoder>[] = []
  /** Decoders that nobody uses, by batch and capacity; texts written side by side get their own. */
  const idle = new Map<string, Decoder[]>()

  const create = (batch: number, capacity: number): Promise<Decoder> => {
    const slots = Array.from({ length: capacity }, (_, slot) => slot)
    const decoder = createDecoder({
      runtime,
      network: languageNetwork(network),
      buffers,
      name: `text ${decoders.length}`,
      batch,
      positions: slots.map((slot) => [slot]),
      places: slots.map((slot) => positionOffset + Math.min(slot, context - 1)),
      rotaryBase: positions === 'rotary' ? languageAngles(network).base! : null,
      isCausal: prefixes === 'causal',
      pad: tokens.pad,
      range: { start: 0, end: vocabularySize },
    })
    decoders.push(decoder)
    return decoder
  }

  /** Padding before a prompt brings it to a length that a program was built for. */
  const padded = (ids: readonly number[]): number[] => [
    ...new Array<number>(roundUp(ids.length, promptStep) - ids.length).fill(tokens.pad),
    ...ids,
  ]

  const rowsOf = (scores: Float32Array): Float32Array[] =>
    Array.from({ length: scores.length / vocabularySize }, (_, row) =>
      scores.subarray(row * vocabularySize, (row + 1) * vocabularySize),
    )

  return {
    async open(prompt, { sequences, maxTokens }) {
      const wanted = roundUp(prompt.length, promptStep) + maxTokens
      const capacity = roundUp(Math.min(wanted, context + promptStep), cacheStep)
      const key = `${sequences} ${capacity}`
      const decoder = idle.get(key)?.pop() ?? (await create(sequences, capacity))
      let rows = Array.from({ length: sequences }, () => [...prompt])
      let length = 0
      /** Reads whole sequences. */
      const read = async () => {
        const given = rows.map(padded)
        length = given[0]!.length
        const padding = given.map((row, index) => row.length - rows[index]!.length)
        return rowsOf(await decoder.start(given.flat(), padding))
      }
      return {
        start: read,
        async next(parents, ids) {
          rows = ids.map((id, row) => [...rows[parents[row]!]!, id])
          if (rows[0]!.length > context || length === capacity) {
            rows = rows.map((row) => row.slice(-Math.max(1, Math.floor(context / 2))))
            return read()
          }
          if (parents.some((parent, row) => parent !== row)) await decoder.reorder(parents)
          length++
          return rowsOf(await decoder.next(ids))
        },
        end: () => {
          idle.set(key, [...(idle.get(key) ?? []), decoder])
        },
      }
    },
    async close() {
      for (const decoder of decoders) await (await decoder).close()
    },
  }
}
