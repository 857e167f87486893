/** Drops documents with fewer or more characters than wanted; a character is a Unicode code point. */

import type { TextFilter } from './filter.js'

export interface LengthOptions {
  readonly minimum?: number
  readonly maximum?: number
}

/** Code points of a text: its UTF-16 units without the second halves of pairs. */
export const countCodePoints = (text: string): number => {
  let count = 0
  for (let index = 0; index < text.length; index++) {
    if ((text.charCodeAt(index) & 0xfc00) !== 0xdc00) count++
  }
  return count
}

export const createLengthFilter = ({
  minimum = 0,
  maximum = Number.POSITIVE_INFINITY,
}: LengthOptions): TextFilter => ({
  name: 'length',
  judge: () => {
    let length = 0
    return {
      read: (piece) => {
        length += countCodePoints(piece)
      },
      verdict: () => (length < minimum || length > maximum ? 'drop' : 'keep'),
    }
  },
})
