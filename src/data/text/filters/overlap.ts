/**
 * Finds documents that share a run of words with texts that a model is to be measured on, so that it
 * is not measured on what it has read. A Chinese character counts as a word; letter case and
 * punctuation do not count. GPT-3 was cleaned with runs of 13 words (Brown et al. 2020, appendix C).
 */

import { hashOf } from '../../../engine/tensor/random.js'
import type { TextFilter, Verdict } from './filter.js'
import { createHashTable, createTextHash, type Hash64 } from './text-hash.js'

export interface OverlapOptions {
  /** Words in a run. */
  readonly length: number
  /** What becomes of a document that shares one. */
  readonly action: 'drop' | 'report'
}

/** Runs of the texts to measure on that are remembered, in up to 400 MB. */
const mostRuns = 2 ** 24

const word =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]|(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])[\p{L}\p{M}\p{N}])+/gu

/**
 * Follows a text and calls back with a hash of each run of words. `end` tells the hash of the whole
 * of a text that is shorter than a run.
 */
const createRuns = (length: number, visit: (run: Hash64) => void) => {
  const words: number[] = []
  let count = 0
  const hashOfWords = (from: number): Hash64 => {
    const hash = createTextHash()
    for (let place = from; place < count; place++) hash.addNumber(words[place % length]!)
    return hash.value()
  }
  return {
    read: (piece: string) => {
      for (const [found] of piece.toLowerCase().matchAll(word)) {
        words[count++ % length] = hashOf(0, found)
        if (count >= length) visit(hashOfWords(count - length))
      }
    },
    end: () => {
      if (count > 0 && count < length) visit(hashOfWords(0))
    },
  }
}

/** A filter that knows the texts to measure on; a short one is found as a document of its own only. */
export const createOverlapFilter = async (
  measured: AsyncIterable<{ readonly text: string; readonly continues?: boolean }>,
  { length, action }: OverlapOptions,
): Promise<TextFilter> => {
  const known = createHashTable({ mostEntries: mostRuns })
  const create = () => createRuns(length, (run) => known.add(run, 0))
  let runs = create()
  for await (const { text, continues } of measured) {
    runs.read(text)
    if (continues) continue
    runs.end()
    runs = create()
  }
  return {
    name: 'overlap',
    judge: () => {
      let isShared = false
      const { read, end } = createRuns(length, (run) => {
        isShared ||= known.get(run) !== undefined
      })
      return {
        read,
        verdict: (): Verdict => {
          end()
          return !isShared ? 'keep' : action === 'drop' ? 'drop' : 'mark'
        },
      }
    },
  }
}
