/**
 * Tells English, Chinese and other texts apart by the scripts of their letters alone: Chinese has at
 * least 30 % Han characters and hardly any kana, English at least 90 % of the letters A to Z. A text
 * in another language with few accents, such as Dutch, counts as English; one without letters as other.
 */

import type { TextFilter } from './filter.js'

export const textLanguages = ['en', 'zh', 'other'] as const
export type TextLanguage = (typeof textLanguages)[number]

/** Chinese texts have many Latin terms and a Han character says more than a letter, so few suffice. */
const leastHan = 0.3
/** Japanese has Han characters too, between kana. */
const mostKana = 0.1
const leastLatin = 0.9

export interface LetterCounts {
  latin: number
  han: number
  kana: number
  other: number
}

export const noLetters = (): LetterCounts => ({ latin: 0, han: 0, kana: 0, other: 0 })

/** Adds a text's letters, by their UTF-16 units: Han characters beyond the basic plane start in D840 to D88D. */
export const addLetters = (counts: LetterCounts, text: string): void => {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit < 0x80) {
      const lower = unit | 0x20
      if (lower >= 0x61 && lower <= 0x7a) counts.latin++
    } else if ((unit >= 0x3400 && unit <= 0x9fff) || (unit >= 0xd840 && unit <= 0xd88d)) {
      counts.han++
    } else if (unit >= 0x3040 && unit <= 0x30ff) counts.kana++
    else if ((unit >= 0xc0 && unit <= 0x1fff) || (unit >= 0xac00 && unit <= 0xd7af)) counts.other++
  }
}

export const languageOfLetters = ({ latin, han, kana, other }: LetterCounts): TextLanguage => {
  const letters = latin + han + kana + other
  if (letters === 0) return 'other'
  if (han / letters >= leastHan && kana / letters < mostKana) return 'zh'
  return latin / letters >= leastLatin ? 'en' : 'other'
}

/** Keeps documents of some languages. */
export const createLanguageFilter = (languages: readonly TextLanguage[]): TextFilter => ({
  name: 'languages',
  judge: () => {
    const counts = noLetters()
    return {
      read: (piece) => addLetters(counts, piece),
      verdict: () => (languages.includes(languageOfLetters(counts)) ? 'keep' : 'drop'),
    }
  },
})
