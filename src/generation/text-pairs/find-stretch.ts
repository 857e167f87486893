/** Finds what a tokenizer has spelt in its own way in the text that it has read. */

/** Letters without case and accents; nothing for white space. */
const fold = (character: string): string =>
  character
    .normalize('NFD')
    .replace(/[\p{M}\s]/gu, '')
    .toLowerCase()

/**
 * The first stretch of a text that says the same but for white space, case and accents; undefined
 * where there is none.
 */
export const findStretch = (text: string, said: string): string | undefined => {
  if (text.includes(said)) return said
  let folded = ''
  /** For each unit of the folded text, where its character begins and ends in the text. */
  const places: { readonly start: number; readonly end: number }[] = []
  let start = 0
  for (const character of text) {
    const end = start + character.length
    const kept = fold(character)
    folded += kept
    for (let unit = 0; unit < kept.length; unit++) places.push({ start, end })
    start = end
  }
  const wanted = Array.from(said, fold).join('')
  const at = wanted === '' ? -1 : folded.indexOf(wanted)
  return at < 0 ? undefined : text.slice(places[at]!.start, places[at + wanted.length - 1]!.end)
}
