/**
 * Unicode normalization (Unicode Standard Annex 15), so that a text has one spelling: NFC composes
 * accents, NFKC also makes full-width letters and ligatures into plain ones.
 */

import type { TextFilter } from './filter.js'

export const normalizationForms = ['NFC', 'NFKC'] as const

export const createNormalization = (form: (typeof normalizationForms)[number]): TextFilter => ({
  name: 'normalization',
  change: (piece) => {
    const text = piece.normalize(form)
    return { text, changes: text === piece ? 0 : 1 }
  },
})
