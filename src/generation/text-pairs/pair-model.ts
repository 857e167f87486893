/** A model that writes a text from a text at work: translations, summaries, answers. */

import { orClose } from '../../engine/runtime/or-close.js'
import type { Buffers, Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { DataError } from '../../errors.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import { endsOf } from '../text/config.js'
import { createReader, type Reader } from '../text/reader.js'
import { createWriter, type WriteOptions, type WrittenPiece } from '../text/writer.js'
import { encoderDecoderOf, languageConfigOf, type TextPairsConfig } from './config.js'
import { findStretch } from './find-stretch.js'
import { type CutIds, encodeSource, prefixOf, startOf } from './pair-ids.js'
import { questionWindows } from './question-windows.js'
import { createSourceReader } from './source-reader.js'

export interface Answer {
  readonly text: string
  /** How likely the model finds it, from 0 to 1: the geometric mean of its tokens' probabilities. */
  readonly score: number
}

export interface PairModel {
  readonly config: TextPairsConfig
  readonly text: TextTokenizer
  /**
   * The ids of a source, in a model that writes both languages with the one that is wanted. Throws
   * DataError for an empty source and for a language that the model does not write.
   */
  sourceOf(source: string, to?: string): CutIds
  /** Writes the target of a source piece by piece. */
  write(source: readonly number[], options?: WriteOptions): AsyncGenerator<WrittenPiece>
  /** The target of a source as a whole, and how likely the model finds it. */
  writeWhole(source: readonly number[], options?: WriteOptions): Promise<Answer>
  /**
   * The answer to a question on a passage: that of all windows which the model finds most likely.
   * Throws DataError in a model of other texts.
   */
  answer(question: string, passage: string, options?: WriteOptions): Promise<Answer>
  close(): Promise<void>
}

export interface PairModelOptions {
  readonly runtime: Runtime
  readonly config: TextPairsConfig
  readonly tensors: Tensors
  readonly text: TextTokenizer
}

/** Throws DataError for a model of other texts than questions and passages. */
export const requireQuestions = ({ content }: TextPairsConfig): void => {
  if (content === 'questions') return
  throw new DataError(
    'the model was trained on texts, not on questions and passages. Give it a text alone',
  )
}

export const createPairModel = async (options: PairModelOptions): Promise<PairModel> => {
  const buffers = await options.runtime.createBuffers(options.tensors)
  return orClose(buffers, () => modelOn(buffers, options))
}

/** The model on buffers with its parameters, which are closed with it. */
const modelOn = (buffers: Buffers, { runtime, config, text }: PairModelOptions): PairModel => {
  const { network, tokens, targetLength, defaults } = config
  const reader: Reader =
    network.kind === 'encoder-decoder'
      ? createSourceReader({
          ...{ runtime, buffers },
          network: encoderDecoderOf(network, tokens).options,
          start: startOf(config),
        })
      : createReader({ runtime, buffers, config: languageConfigOf(network, config) })
  const writeAfter = createWriter({
    ...{ text, reader, ends: endsOf(config), defaults },
    heedsPrompt: false,
  })

  const write = (source: readonly number[], options: WriteOptions = {}) =>
    writeAfter(network.kind === 'encoder-decoder' ? source : prefixOf(source, config), {
      ...options,
      maxTokens: Math.min(options.maxTokens ?? targetLength, targetLength),
    })

  const writeWhole = async (source: readonly number[], options?: WriteOptions): Promise<Answer> => {
    let written = ''
    let score = Number.NEGATIVE_INFINITY
    for await (const piece of write(source, options)) {
      written += piece.text
      score = piece.score ?? score
    }
    return { text: written, score: Math.exp(score) }
  }

  const checkFilled = (name: string, given: string): void => {
    if (given.trim() === '')
      throw new DataError(`the ${name} is empty: give the text to write from`)
  }

  return {
    config,
    text,
    write,
    writeWhole,
    sourceOf(source, to) {
      checkFilled('source', source)
      return encodeSource(source.trim(), text, config, to)
    },
    async answer(question, passage, options) {
      requireQuestions(config)
      checkFilled('question', question)
      checkFilled('passage', passage)
      let best: Answer = { text: '', score: -1 }
      for (const { ids, passage: read } of questionWindows(question, passage, text, config)) {
        const quoting = config.isExtractive ? { quoteOf: read } : {}
        const found = await writeWhole(ids, { ...options, ...quoting })
        if (found.score > best.score) best = found
      }
      if (!config.isExtractive) return best
      // A tokenizer may spell it in its own way, in small letters or with other spaces.
      return { ...best, text: findStretch(passage, best.text) ?? best.text }
    },
    async close() {
      await reader.close()
      await buffers.close()
    },
  }
}
