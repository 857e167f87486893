/**
 * The tokenizer of llama2.c: the longest piece's length, then each piece's score and text. Pairs are
 * joined in the order of the scores of what they make, which is what merges in order do.
 */

import { StorageError } from '../../errors.js'
import {
  byteToken,
  createTextTokenizer,
  spaceMark,
  type TextTokenizer,
} from '../../tokenizers/text/index.js'

const specialTokens = ['<unk>', '<s>', '</s>'] as const

/** The tokenizer of a file with `size` pieces. Throws StorageError where it is damaged. */
export const parseLlama2cTokenizer = (
  bytes: Uint8Array,
  size: number,
  path: string,
): TextTokenizer => {
  const pieces = readPieces(bytes, size, path)
  const vocabulary = pieces.map(({ text }, id) => {
    // The names of special tokens, which the file sets in line breaks, and of the 256 bytes.
    if (id < specialTokens.length) return specialTokens[id]!
    if (id < specialTokens.length + 256) return byteToken(id - specialTokens.length)
    return text.replaceAll(' ', spaceMark)
  })
  return createTextTokenizer({
    kind: 'sentence-piece',
    vocabulary,
    specialTokens: [...specialTokens],
    unknownToken: specialTokens[0],
    surroundings: { before: [specialTokens[1]] },
    merges: mergesOf(
      vocabulary,
      pieces.map(({ score }) => score),
    ),
  })
}

const readPieces = (bytes: Uint8Array, size: number, path: string) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let at = 4
  try {
    return Array.from({ length: size }, () => {
      const score = view.getFloat32(at, true)
      const length = view.getInt32(at + 4, true)
      const text = decoder.decode(new Uint8Array(bytes.buffer, bytes.byteOffset + at + 8, length))
      at += 8 + length
      return { score, text }
    })
  } catch (cause) {
    throw new StorageError(
      `${path}: expected ${size} pieces with their scores, found damage at byte ${at}. The file ` +
        'does not belong to the weights, or was cut off; download both again.',
      { cause },
    )
  }
}

/** Every way to make a piece of two others, the best piece first. */
const mergesOf = (vocabulary: readonly string[], scores: readonly number[]): [number, number][] => {
  const ids = new Map(vocabulary.map((token, id) => [token, id]))
  const first = specialTokens.length + 256
  return vocabulary
    .map((_, id) => id)
    .filter((id) => id >= first)
    .sort((a, b) => scores[b]! - scores[a]! || a - b)
    .flatMap((id) => {
      const characters = [...vocabulary[id]!]
      return characters.slice(1).flatMap((_, place): [number, number][] => {
        const left = ids.get(characters.slice(0, place + 1).join(''))
        const right = ids.get(characters.slice(place + 1).join(''))
        return left !== undefined && right !== undefined && left >= first && right >= first
          ? [[left, right]]
          : []
      })
    })
}
