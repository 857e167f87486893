/**
 * The words that a model has read in captions, to tell somebody which of theirs it never saw. English
 * words are told apart by what is between them; Chinese is written without gaps, so there every
 * character is a word of its own.
 */

/** A Chinese character, or letters of other scripts with apostrophes between them. */
const pattern =
  /\p{Script=Han}|(?:(?!\p{Script=Han})[\p{L}\p{M}])+(?:['’](?!\p{Script=Han})\p{L}+)*/gu

const chinese = /^\p{Script=Han}/u

const spell = (word: string): string => word.normalize('NFKC').toLowerCase().replaceAll('’', "'")

/** The different words of texts, in alphabetical order. */
export const collectWords = (texts: Iterable<string>): string[] => {
  const words = new Set<string>()
  for (const text of texts) {
    for (const [word] of text.matchAll(pattern)) words.add(spell(word))
  }
  return Array.from(words).sort()
}

/** The words of a phrase that a model never read; none where its folder does not say what it read. */
export const unknownWordsOf = (
  phrase: string,
  { words }: { readonly words?: ReadonlySet<string> },
): string[] => (words === undefined ? [] : findUnknownWords(phrase, words))

/**
 * The words of a phrase that are not among the known ones, as they were typed; Chinese characters that
 * stand together count as one.
 */
export const findUnknownWords = (phrase: string, known: ReadonlySet<string>): string[] => {
  const found: { word: string; end: number }[] = []
  for (const { 0: word, index } of phrase.matchAll(pattern)) {
    if (known.has(spell(word))) continue
    const before = found.at(-1)
    const isChinese = chinese.test(word) && chinese.test(before?.word ?? '')
    const goesOn = before?.end === index && isChinese
    if (goesOn) found.pop()
    const whole = goesOn ? before.word + word : word
    found.push({ word: whole, end: index + word.length })
  }
  return Array.from(new Set(found.map(({ word }) => word)))
}
