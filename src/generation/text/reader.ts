/**
 * Reads sequences token by token through decoders with a cache. Every sequence starts with the same
 * prompt and all have one length; where a sequence continues another one, its cache becomes a copy
 * of the other's. Past the context a reader goes on from the second half of what it has read.
 */

import { openOnce } from '../../engine/runtime/open-once.js'
import type { Buffers, Runtime } from '../../engine/runtime/runtime.js'
import { languageAngles, languageNetwork } from '../../network/models/language-model.js'
import { createDecoder, type Decoder } from '../decoding/decoder.js'
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
  /** `maxTokens` are written at most, where that is of use to know. */
  open(
    prompt: readonly number[],
    options: { readonly sequences: number; readonly maxTokens: number },
  ): Promise<Reading>
  close(): Promise<void>
}

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
  const decoders = openOnce<Decoder>()
  let count = 0
  /** Decoders that nobody uses, by batch; texts written side by side get their own. */
  const idle = new Map<number, Decoder[]>()

  const create = (batch: number): Promise<Decoder> => {
    const name = `text ${count++}`
    const slots = Array.from({ length: context }, (_, slot) => slot)
    return decoders.get(name, () =>
      createDecoder({
        runtime,
        network: languageNetwork(network),
        buffers,
        name,
        batch,
        positions: slots.map((slot) => [slot]),
        places: slots.map((slot) => positionOffset + slot),
        rotaryBase: positions === 'rotary' ? languageAngles(network).base! : null,
        isCausal: prefixes === 'causal',
        pad: tokens.pad,
        range: { start: 0, end: vocabularySize },
      }),
    )
  }

  const rowsOf = (scores: Float32Array): Float32Array[] =>
    Array.from({ length: scores.length / vocabularySize }, (_, row) =>
      scores.subarray(row * vocabularySize, (row + 1) * vocabularySize),
    )

  return {
    async open(prompt, { sequences }) {
      const decoder = idle.get(sequences)?.pop() ?? (await create(sequences))
      let rows = Array.from({ length: sequences }, () => [...prompt])
      /** Reads whole sequences, in which nothing is padding. */
      const read = async () =>
        rowsOf(
          await decoder.start(
            rows.flat(),
            rows.map(() => 0),
          ),
        )
      return {
        start: read,
        async next(parents, ids) {
          rows = ids.map((id, row) => [...rows[parents[row]!]!, id])
          if (rows[0]!.length > context) {
            rows = rows.map((row) => row.slice(-Math.max(1, Math.floor(context / 2))))
            return read()
          }
          if (parents.some((parent, row) => parent !== row)) await decoder.reorder(parents)
          return rowsOf(await decoder.next(ids))
        },
        end: () => {
          idle.set(sequences, [...(idle.get(sequences) ?? []), decoder])
        },
      }
    },
    close: decoders.close,
  }
}
