/**
 * Drops documents that hold a word of a list, in any letter case. A word of letters counts as a whole
 * word only, so that "ass" is not found in "class"; one with Chinese characters anywhere.
 */

import { DataError } from '../../../errors.js'
import type { TextFilter } from './filter.js'

/** The words of a list: one a line; blank lines and those that start with # are left out. */
export const parseBlockList = (name: string, text: string): string[] => {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const words = lines.filter((line) => line !== '' && !line.startsWith('#'))
  if (words.length > 0) return words
  throw new DataError(`${name}: expected words to block, one a line, found none; add some`)
}

const escapePattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

const patternOf = (word: string): string => {
  const escaped = escapePattern(word.normalize('NFC')).replace(/\s+/g, '\\s+')
  if (/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u.test(word)) return escaped
  return `(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`
}

export const createBlockList = (words: readonly string[]): TextFilter => {
  const pattern = new RegExp(words.map(patternOf).join('|'), 'iu')
  return {
    name: 'block list',
    judge: () => {
      let isBlocked = false
      return {
        read: (piece) => {
          isBlocked ||= pattern.test(piece)
        },
        verdict: () => (isBlocked ? 'drop' : 'keep'),
      }
    },
  }
}
