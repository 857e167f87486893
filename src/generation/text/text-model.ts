/** A language model at work: it continues texts, and reads them. */

import type { Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { createRandom } from '../../engine/tensor/random.js'
import { DataError } from '../../errors.js'
import { createTextStream, type TextTokenizer } from '../../tokenizers/text/index.js'
import type { SamplingOptions } from '../sample.js'
import type { AdjustOptions } from './adjust-scores.js'
import { createBeamSearch } from './beam-search.js'
import { type Chooser, createSampler, type Finish } from './choose.js'
import { endsOf, type LanguageConfig } from './config.js'
import { createEncoder, type Encoder } from './encoder.js'
import { createReader } from './reader.js'
import { createStopFilter, findStop } from './stop-strings.js'

export interface WriteOptions extends SamplingOptions, AdjustOptions {
  /** Tokens that are written at most; 256 when left out. */
  readonly maxTokens?: number
  /** The same seed gives the same text. */
  readonly seed?: number
  /** Tells several texts of the same seed apart; 0 when left out. */
  readonly index?: number
  /** The text ends before the first of these, wherever tokens divide it. */
  readonly stop?: readonly string[]
  /** More than 1 searches for the most probable text and draws nothing; it comes as one piece. */
  readonly beams?: number
  /** Of beam search: the power of the length that sums are divided by; 1, the mean, when left out. */
  readonly lengthPenalty?: number
  /** Whether of a prompt that is longer than the context the end is read; an error otherwise. */
  readonly shouldKeepEnd?: boolean
}

/** A piece of a text as it is written; the last one says why it ended. */
export interface WrittenPiece {
  readonly text: string
  readonly ids: readonly number[]
  readonly finish?: Finish
}

export interface TextModel extends Omit<Encoder, 'close'> {
  readonly config: LanguageConfig
  readonly text: TextTokenizer
  /** The ids of a prompt as the model expects it: what starts a document, then the text. */
  promptOf(text: string): number[]
  /**
   * Continues a prompt piece by piece; a character is never divided, and nothing of a stop string
   * is shown. Throws DataError for a prompt that is empty or longer than the context.
   */
  write(prompt: readonly number[], options?: WriteOptions): AsyncGenerator<WrittenPiece>
  close(): Promise<void>
}

export interface TextModelOptions {
  readonly runtime: Runtime
  readonly config: LanguageConfig
  readonly tensors: Tensors
  readonly text: TextTokenizer
}

const defaultMaxTokens = 256

const checkOptions = ({
  maxTokens = 1,
  beams = 1,
  noRepeatNgram = 0,
  repetitionPenalty = 1,
}: WriteOptions): void => {
  const checkWhole = (name: string, value: number, minimum: number) => {
    if (Number.isSafeInteger(value) && value >= minimum) return
    throw new DataError(`${name}: expected a whole number of at least ${minimum}, got ${value}`)
  }
  checkWhole('maxTokens', maxTokens, 1)
  checkWhole('beams', beams, 1)
  checkWhole('noRepeatNgram', noRepeatNgram, 0)
  if (!(repetitionPenalty > 0 && Number.isFinite(repetitionPenalty))) {
    throw new DataError(`repetitionPenalty: expected a number above 0, got ${repetitionPenalty}`)
  }
}

export const createTextModel = async ({
  runtime,
  config,
  tensors,
  text,
}: TextModelOptions): Promise<TextModel> => {
  const { tokens, network } = config
  const buffers = await runtime.createBuffers(tensors)
  const reader = createReader({ runtime, config, buffers })
  const encoder = createEncoder({ runtime, config, buffers })
  const ends = new Set(endsOf(config))

  const checkPrompt = (prompt: readonly number[], shouldKeepEnd: boolean): readonly number[] => {
    if (prompt.length === 0) {
      throw new DataError('the prompt is empty: give the text that is to be continued')
    }
    if (prompt.length > network.context && !shouldKeepEnd) {
      throw new DataError(
        `the prompt: expected at most ${network.context} tokens, the model’s context, got ` +
          `${prompt.length}. Shorten it, or have only its end read (shouldKeepEnd, --keep-end)`,
      )
    }
    return prompt.slice(-network.context)
  }

  const createChooser = (prompt: readonly number[], options: WriteOptions): Chooser => {
    const { maxTokens = defaultMaxTokens, seed = 0, index = 0, beams = 1, stop = [] } = options
    const { repetitionPenalty = 1, noRepeatNgram = 0, lengthPenalty = 1 } = options
    const common = { prompt, maxTokens, ends, repetitionPenalty, noRepeatNgram }
    if (beams === 1) {
      const sampling = { ...config.defaults, ...options }
      return createSampler(common, sampling, createRandom(seed, 'write', index))
    }
    const isComplete = (ids: readonly number[]) => findStop(text.decode(ids), stop) >= 0
    return createBeamSearch({
      ...common,
      beams,
      lengthPenalty,
      ...(stop.length > 0 ? { isComplete } : {}),
    })
  }

  return {
    config,
    text,
    states: encoder.states,
    scoresAt: encoder.scoresAt,
    promptOf: (given) => [...(tokens.bos === undefined ? [] : [tokens.bos]), ...text.encode(given)],
    async *write(given, options = {}) {
      const { stop = [], shouldKeepEnd = false } = options
      checkOptions(options)
      const prompt = checkPrompt(given, shouldKeepEnd)
      const stream = createTextStream(text)
      const filter = createStopFilter(stop)
      const chooser = createChooser(prompt, options)
      const reading = await reader.open(prompt, { sequences: chooser.sequences })
      try {
        let scores = await reading.start()
        for (;;) {
          const { ids, parents, settled, finish } = chooser.choose(scores)
          const piece = settled.map((id) => stream.push(id)).join('')
          const shown = filter.push(finish === undefined ? piece : piece + stream.close())
          if (shown.isStopped) {
            yield { text: shown.text, ids: settled, finish: 'stop' }
            return
          }
          if (finish !== undefined) {
            yield { text: shown.text + filter.close(), ids: settled, finish }
            return
          }
          if (settled.length > 0) yield { text: shown.text, ids: settled }
          scores = await reading.next(parents, ids)
        }
      } finally {
        reading.end()
      }
    },
    async close() {
      await reader.close()
      await encoder.close()
      await buffers.close()
    },
  }
}
