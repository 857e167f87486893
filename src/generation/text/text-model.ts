/** A language model at work: it continues texts. */

import type { Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { createRandom } from '../../engine/tensor/random.js'
import { DataError } from '../../errors.js'
import { languageAngles, languageNetwork } from '../../network/models/language-model.js'
import { createTextStream, type TextTokenizer } from '../../tokenizers/text/index.js'
import { createDecoder, type Decoder } from '../decoder.js'
import { type SamplingOptions, sampleId } from '../sample.js'
import { endsOf, type LanguageConfig } from './config.js'

export interface WriteOptions extends SamplingOptions {
  /** Tokens that are written at most. */
  readonly maxTokens?: number
  /** The same seed gives the same text. */
  readonly seed?: number
}

/** A piece of a text as it is written; the last one says why it ended. */
export interface WrittenPiece {
  readonly text: string
  readonly ids: readonly number[]
  readonly finish?: 'stop' | 'length'
}

export interface TextModel {
  readonly config: LanguageConfig
  readonly text: TextTokenizer
  /** The ids of a prompt as the model expects it: what starts a document, then the text. */
  promptOf(text: string): number[]
  /** Continues a prompt piece by piece; a character is never divided. Throws DataError. */
  write(prompt: readonly number[], options?: WriteOptions): AsyncGenerator<WrittenPiece>
  close(): Promise<void>
}

export interface TextModelOptions {
  readonly runtime: Runtime
  readonly config: LanguageConfig
  readonly tensors: Tensors
  readonly text: TextTokenizer
}

/** Lengths of prompts and of caches are multiples of these, so that few programs serve all. */
const promptStep = 32
const cacheStep = 256

const roundUp = (count: number, step: number): number => Math.ceil(count / step) * step

export const createTextModel = async ({
  runtime,
  config,
  tensors,
  text,
}: TextModelOptions): Promise<TextModel> => {
  const { network, tokens, prefixes } = config
  const { context, positions = 'rotary', positionOffset = 0, vocabularySize } = network
  const buffers = await runtime.createBuffers(tensors)
  const decoders = new Map<number, Promise<Decoder>>()
  const ends = new Set(endsOf(config))

  const decoderFor = (capacity: number): Promise<Decoder> => {
    const slots = Array.from({ length: capacity }, (_, slot) => slot)
    const known =
      decoders.get(capacity) ??
      createDecoder({
        runtime,
        network: languageNetwork(network),
        buffers,
        name: `text ${capacity}`,
        batch: 1,
        positions: slots.map((slot) => [slot]),
        places: slots.map((slot) => positionOffset + Math.min(slot, context - 1)),
        rotaryBase: positions === 'rotary' ? languageAngles(network).base! : null,
        isCausal: prefixes === 'causal',
        pad: tokens.pad,
        range: { start: 0, end: vocabularySize },
      })
    decoders.set(capacity, known)
    return known
  }

  /** Padding before a prompt brings it to a length that a program was built for. */
  const padded = (ids: readonly number[]): number[] => [
    ...new Array<number>(roundUp(ids.length, promptStep) - ids.length).fill(tokens.pad),
    ...ids,
  ]

  return {
    config,
    text,
    promptOf: (given) => [...(tokens.bos === undefined ? [] : [tokens.bos]), ...text.encode(given)],
    async *write(prompt, { maxTokens = 256, seed = 0, ...sampling } = {}) {
      if (prompt.length === 0) {
        throw new DataError('the prompt is empty: give the text that is to be continued')
      }
      const random = createRandom(seed, 'write')
      const stream = createTextStream(text)
      const options = { ...config.defaults, ...sampling }
      let ids = [...prompt].slice(-context)
      let read = padded(ids)
      const capacity = roundUp(Math.min(read.length + maxTokens, context + promptStep), cacheStep)
      const decoder = await decoderFor(capacity)
      let scores = await decoder.start(read, [read.length - ids.length])
      let length = read.length
      for (let written = 1; written <= maxTokens; written++) {
        const { id } = sampleId(scores, options, random)
        if (ends.has(id)) {
          yield { text: stream.close(), ids: [], finish: 'stop' }
          return
        }
        ids = [...ids, id]
        const isLast = written === maxTokens
        yield {
          text: stream.push(id) + (isLast ? stream.close() : ''),
          ids: [id],
          ...(isLast ? { finish: 'length' as const } : {}),
        }
        if (isLast) return
        if (ids.length > context || length === capacity) {
          // The model reads no further: it goes on from the second half of what it has read.
          ids = ids.slice(-Math.floor(context / 2))
          read = padded(ids)
          scores = await decoder.start(read, [read.length - ids.length])
          length = read.length
        } else {
          scores = await decoder.next([id])
          length++
        }
      }
    },
    async close() {
      for (const decoder of decoders.values()) await (await decoder).close()
      await buffers.close()
    },
  }
}
