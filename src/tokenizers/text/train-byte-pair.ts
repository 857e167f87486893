/**
 * Training of the byte pair tokenizer. The result depends on the texts, their order and the
 * options alone. It occupies the thread that calls it, for minutes on a hundred megabytes, but for
 * short turns in which it can be stopped.
 */

import { createPause } from '../../engine/runtime/create-pause.js'
import { DataError } from '../../errors.js'
import { byteCharacters } from './byte-pair/byte-level.js'
import { countPieces } from './byte-pair/count-pieces.js'
import { learnMerges } from './byte-pair/learn-merges.js'
import { createBytePairTokenizer } from './byte-pair.js'
import type { Surroundings } from './definition.js'
import { checkSpecialTokens } from './special-tokens.js'
import { compileSplitPattern, splitPatterns } from './split-pattern.js'
import type { TextTokenizer } from './tokenizer.js'

export interface BytePairTrainingOptions {
  /** Read once. Special tokens written in them are ordinary text. */
  readonly texts: Iterable<string> | AsyncIterable<string>
  /** Special tokens, 256 bytes, and the merges; fewer merges where the texts have no more. */
  readonly vocabularySize: number
  /** They get the first ids, in this order. */
  readonly specialTokens?: readonly string[]
  readonly surroundings?: Surroundings
  /** One of `splitPatterns` or another in the syntax of tokenizer.json. */
  readonly pattern?: string
  /** Pairs that occur less often do not become tokens. */
  readonly minimumFrequency?: number
  readonly onProgress?: (progress: TokenizerTrainingProgress) => void
  /** Ends the training, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** How far training has come: characters are UTF-16 units, `merges` is their aim. */
export type TokenizerTrainingProgress =
  | { readonly stage: 'counting'; readonly characters: number }
  | { readonly stage: 'merging'; readonly done: number; readonly merges: number }

/** Keeps training on any amount of text to some 650 MB (scripts/measure-tokenizer-training.mjs). */
const countingCapacity = 2 ** 23

/**
 * A tokenizer whose merges are the most frequent pairs of `texts`. Ids: special tokens, then the
 * bytes in order, then the merges. Throws DataError where the vocabulary is too small for that.
 */
export const trainBytePairEncoding = async ({
  texts,
  vocabularySize,
  specialTokens = [],
  surroundings,
  pattern = splitPatterns.multilingual,
  minimumFrequency = 2,
  onProgress,
  signal,
}: BytePairTrainingOptions): Promise<TextTokenizer> => {
  checkSpecialTokens(specialTokens)
  const firstByteId = specialTokens.length
  const limit = vocabularySize - firstByteId - 256
  if (!Number.isInteger(limit) || limit < 0) {
    throw new DataError(
      `vocabulary size ${vocabularySize}: expected a whole number of at least ${firstByteId + 256}, ` +
        `for ${firstByteId} special tokens and 256 bytes. A few thousand suit a small model.`,
    )
  }

  const pause = createPause(signal)
  const counts = await countPieces({
    texts,
    pattern: compileSplitPattern(pattern),
    capacity: countingCapacity,
    onText: (characters) => {
      onProgress?.({ stage: 'counting', characters })
      return pause()
    },
  })

  const vocabulary = [...specialTokens, ...byteCharacters]
  const reserved = new Set(specialTokens)
  const merges: [left: number, right: number][] = []
  const learning = learnMerges({
    counts,
    firstByteId,
    limit,
    minimumFrequency,
    // A token that is spelt like a special one could not be told from it in tokenizer.json.
    isAllowed: (left, right) => !reserved.has(`${vocabulary[left]}${vocabulary[right]}`),
  })
  for (const [left, right] of learning) {
    vocabulary.push(`${vocabulary[left]}${vocabulary[right]}`)
    merges.push([left, right])
    onProgress?.({ stage: 'merging', done: merges.length, merges: limit })
    await pause()
  }

  return createBytePairTokenizer({
    kind: 'byte-pair',
    vocabulary,
    specialTokens,
    splitPattern: pattern,
    merges,
    ...(surroundings && { surroundings }),
  })
}
