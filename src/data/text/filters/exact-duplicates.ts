/**
 * Drops documents that were there before, to the character. Of each, 64 bits are remembered: among
 * ten million documents, one pair that differs is taken for equal with a chance of 3 in a million.
 */

import type { TextFilter } from './filter.js'
import { createHashTable, createTextHash } from './text-hash.js'

/** Documents that are remembered, in up to 400 MB; of those after them, duplicates stay. */
const mostDocuments = 2 ** 24

export const createExactDuplicates = (): TextFilter => {
  const known = createHashTable({ mostEntries: mostDocuments })
  return {
    name: 'exact duplicates',
    judge: () => {
      const hash = createTextHash()
      return {
        read: hash.add,
        verdict: () => {
          const value = hash.value()
          if (known.get(value) !== undefined) return 'drop'
          known.add(value, 0)
          return 'keep'
        },
      }
    },
  }
}
