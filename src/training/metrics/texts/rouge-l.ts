/**
 * ROUGE-L: the longest sequence of words, not necessarily neighbours, that a written text has in
 * common with a reference (Lin 2004). Precision and recall count alike.
 */

/** What a word is: a run of Latin letters and digits in small letters, or of Chinese one character. */
export type RougeUnit = 'words' | 'characters'

export const rougeUnitOf = (language: string): RougeUnit =>
  language === 'zh' ? 'characters' : 'words'

export const rougeSettings = (unit: RougeUnit): string =>
  `ROUGE-L|unit:${unit}|${unit === 'words' ? 'case:lower|stemmer:no' : 'case:mixed|space:no'}|beta:1|mean of texts`

/** From 0 to 1: the mean of all texts' F-measures. */
export const rougeL = (
  written: readonly string[],
  references: readonly string[],
  unit: RougeUnit,
): number => {
  let sum = 0
  for (const [index, text] of written.entries()) {
    const [own, wanted] = [cut(text, unit), cut(references[index]!, unit)]
    // 2 P R / (P + R), where P is the share of the one text and R that of the other.
    sum += (2 * longestCommon(own, wanted)) / Math.max(1, own.length + wanted.length)
  }
  return sum / Math.max(1, written.length)
}

const cut = (text: string, unit: RougeUnit): string[] =>
  unit === 'characters'
    ? Array.from(text.replace(/\s+/g, ''))
    : (text.toLowerCase().match(/[a-z0-9]+/g) ?? [])

/** The length of the longest common subsequence. */
const longestCommon = (one: readonly string[], other: readonly string[]): number => {
  let before = new Uint32Array(other.length + 1)
  for (const item of one) {
    const here = new Uint32Array(other.length + 1)
    for (const [place, another] of other.entries()) {
      here[place + 1] =
        item === another ? before[place]! + 1 : Math.max(before[place + 1]!, here[place]!)
    }
    before = here
  }
  return before[other.length]!
}
