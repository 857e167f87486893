/** Keeps a text to what another one says, word for word: an answer that is a stretch of a passage. */

import type { TextTokenizer } from '../../../tokenizers/text/index.js'

/** The ids that may come after those that are written. */
export type Continuations = (written: readonly number[]) => ReadonlySet<number>

/** Bytes as characters, so that texts of them can be searched. */
const spell = (bytes: Uint8Array): string =>
  Array.from(bytes, (b) => String.fromCharCode(b)).join('')

/**
 * Which ids go on with a stretch of a passage. Tokens may divide the passage in other ways than it
 * would be encoded. What is written may end anywhere, but has to say something first.
 */
export const createQuoting = (
  passage: string,
  text: TextTokenizer,
  ends: Iterable<number>,
): Continuations => {
  const quoted = spell(new TextEncoder().encode(passage))
  const idsBySpelling = new Map<string, number[]>()
  let longest = 0
  for (let id = 0; id < text.vocabularySize; id++) {
    const spelling = text.isSpecial(id) ? '' : spell(text.bytesOf(id))
    if (spelling === '') continue
    longest = Math.max(longest, spelling.length)
    idsBySpelling.set(spelling, [...(idsBySpelling.get(spelling) ?? []), id])
  }
  return (written) => {
    const said = written.map((id) => spell(text.bytesOf(id))).join('')
    const allowed = new Set<number>(said.trim() === '' ? [] : ends)
    for (let at = quoted.indexOf(said); at >= 0; at = quoted.indexOf(said, at + 1)) {
      const place = at + said.length
      if (place >= quoted.length) break
      for (let length = 1; length <= longest && place + length <= quoted.length; length++) {
        for (const id of idsBySpelling.get(quoted.slice(place, place + length)) ?? [])
          allowed.add(id)
      }
    }
    return allowed
  }
}
