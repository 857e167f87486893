/** Measures a language model on rows that it has not seen, in the ways in which it learns. */

import { createGraph } from '../../engine/graph/graph.js'
import type { Buffers, Runtime } from '../../engine/runtime/runtime.js'
import { whileOpen } from '../../engine/runtime/while-open.js'
import { numbersOf } from '../../engine/tensor/tensor.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import type { LanguageObjectives, LanguageSkill } from './language-objectives.js'
import type { RowSource } from './row-source.js'

export interface MeasureLanguageOptions {
  readonly runtime: Runtime
  /** The parameters. */
  readonly buffers: Buffers
  readonly text: TextTokenizer
  readonly rows: RowSource
  /** Rows that are measured at most, spread over all; all of them when left out. */
  readonly largest?: number
  readonly onProgress?: (done: number, total: number) => void
}

export interface LanguageMeasures {
  /** Nats a token, over all labels. */
  readonly loss: number
  /** The share of tokens that are the likeliest. */
  readonly accuracy: number
  /** Labels that count, and the bytes of their text. */
  readonly labels: number
  readonly bytes: number
}

/** Bits a byte of the text, by which models with different tokenizers compare. */
export const bitsPerByte = ({ loss, labels, bytes }: LanguageMeasures): number =>
  (loss * labels) / Math.LN2 / bytes

export const measureLanguage = async (
  objectives: LanguageObjectives,
  skill: LanguageSkill,
  { runtime, buffers, text, rows, largest = rows.count, onProgress }: MeasureLanguageOptions,
): Promise<LanguageMeasures> => {
  const { loss } = objectives.loss(skill)
  const graph = createGraph({ loss: loss.loss, accuracy: loss.metrics!.accuracy! })
  const { batch } = objectives
  const count = Math.min(rows.count, largest)
  const sums = { loss: 0, accuracy: 0, labels: 0, bytes: 0 }
  await whileOpen(runtime.createProgram(graph, { buffers }), async (program) => {
    for (let first = 0; first < count; first += batch) {
      // The last batch is filled up with rows that say nothing.
      const members = await Promise.all(
        Array.from({ length: batch }, async (_, place) =>
          first + place < count
            ? await rows.read({
                index: Math.floor(((first + place) * rows.count) / count),
                epoch: 0,
              })
            : { ids: [] },
        ),
      )
      const feeds = objectives.feeds(skill, members, -1 - first)
      const labels = numbersOf(feeds['total weight']!)[0]!
      if (labels === 0) continue
      const found = await program.run(feeds)
      sums.loss += numbersOf(found.loss!)[0]! * labels
      sums.accuracy += numbersOf(found.accuracy!)[0]! * labels
      sums.labels += labels
      sums.bytes += bytesOf(text, numbersOf(feeds.labels!), numbersOf(feeds.weights!))
      onProgress?.(Math.min(first + batch, count), count)
    }
  })
  const { labels, bytes } = sums
  return { loss: sums.loss / labels, accuracy: sums.accuracy / labels, labels, bytes }
}

/** Bytes of the labels that count; special tokens have none. */
const bytesOf = (
  text: TextTokenizer,
  ids: ArrayLike<number>,
  weights: ArrayLike<number>,
): number => {
  let bytes = 0
  for (let place = 0; place < ids.length; place++) {
    const id = ids[place]!
    if (weights[place] !== 0 && id < text.vocabularySize && !text.isSpecial(id)) {
      bytes += text.bytesOf(id).length
    }
  }
  return bytes
}
