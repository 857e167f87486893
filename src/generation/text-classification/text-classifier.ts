/** A classifier of texts at work: texts in, the probabilities of their labels out. */

import type { Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { DataError } from '../../errors.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import { readText } from './classifier-input.js'
import type { TextClassificationConfig } from './config.js'
import { createLabelScorer } from './label-scorer.js'
import { createLinearScorer, type LinearPart } from './linear-classifier.js'
import { vote } from './vote.js'

/** What a text was taken for. */
export interface ClassifiedText {
  /** In the order of the configuration's labels; they add up to 1. */
  readonly probabilities: readonly number[]
  /** Whether the text was longer than the context, and only its beginning was read. */
  readonly isCut: boolean
}

export interface TextClassifierModel {
  readonly config: TextClassificationConfig
  readonly text: TextTokenizer
  /** Throws DataError for a text without anything in it, or that is not the row of numbers it reads. */
  classify(
    texts: readonly string[],
    options?: { readonly onProgress?: (done: number, total: number) => void },
  ): Promise<ClassifiedText[]>
  close(): Promise<void>
}

export interface TextClassifierOptions {
  readonly runtime: Runtime
  readonly config: TextClassificationConfig
  readonly tensors: Tensors
  readonly text: TextTokenizer
  /** What has a say beside the network, where the configuration has it. */
  readonly linear?: LinearPart
}

export const createTextClassifier = async ({
  runtime,
  config,
  tensors,
  text: tokenizer,
  linear,
}: TextClassifierOptions): Promise<TextClassifierModel> => {
  const voteOf =
    linear === undefined || config.linear === undefined
      ? () => undefined
      : createLinearScorer(linear, config.linear)
  const scorer = createLabelScorer({ runtime, config })
  await scorer.write(tensors)
  return {
    config,
    text: tokenizer,
    async classify(texts, { onProgress } = {}) {
      const read = texts.map((text, index) => {
        if (text.trim() !== '') return readText(text, tokenizer, config)
        throw new DataError(`text ${index + 1} of ${texts.length} is empty; leave it out`)
      })
      const scores = await scorer.score(read, onProgress)
      return read.map(({ isCut }, index) => ({
        probabilities: vote(scores[index]!, voteOf(texts[index]!)).map(Math.exp),
        isCut,
      }))
    },
    close: () => scorer.close(),
  }
}
