/** Keeps a text to what another one says, word for word: an answer that is a stretch of a passage. */

import type { TextTokenizer } from '../../../tokenizers/text/index.js'

/** The ids that may come after those that are written. */
export type Continuations = (written: readonly number[]) => ReadonlySet<number>

/** Bytes as characters, so that texts of them can be searched. */
const spell = (bytes: Uint8Array): string =>
  Array.from(bytes, (b) => String.fromCharCode(b)).join('')

/** Stands for a token that spells nothing, such as an unknown character: no byte is written so. */
const gap = '\u0100'

/** Whether a character of UTF-8 begins at a place of spelt bytes, or the text ends there. */
const isBorder = (spelt: string, place: number): boolean =>
  place >= spelt.length || (spelt.charCodeAt(place) & 0xc0) !== 0x80

/** What the tokens of a tokenizer spell. */
interface Spellings {
  readonly of: (id: number) => string
  readonly ids: ReadonlyMap<string, readonly number[]>
  /** Characters of the longest. */
  readonly longest: number
}

const spellingsByTokenizer = new WeakMap<TextTokenizer, Spellings>()

/** Made once for each tokenizer, since there are as many as its vocabulary is large. */
const spellingsOf = (text: TextTokenizer): Spellings => {
  const known = spellingsByTokenizer.get(text)
  if (known !== undefined) return known
  const of = (id: number) => (text.isSpecial(id) ? '' : spell(text.bytesOf(id)))
  const ids = new Map<string, number[]>()
  let longest = 0
  for (let id = 0; id < text.vocabularySize; id++) {
    const spelling = of(id)
    if (spelling === '') continue
    longest = Math.max(longest, spelling.length)
    ids.set(spelling, [...(ids.get(spelling) ?? []), id])
  }
  const spellings = { of, ids, longest }
  spellingsByTokenizer.set(text, spellings)
  return spellings
}

/**
 * Which ids go on with a stretch of a passage, which is given as the tokenizer reads it. Tokens may
 * divide it in other ways. What is written begins and ends where characters do, and has to say
 * something before it ends.
 */
export const createQuoting = (
  passage: readonly number[],
  text: TextTokenizer,
  ends: Iterable<number>,
): Continuations => {
  const { of: spellingOf, ids, longest } = spellingsOf(text)
  const quoted = passage.map((id) => spellingOf(id) || gap).join('')
  return (written) => {
    const said = written.map(spellingOf).join('')
    const allowed = new Set<number>()
    let canEnd = false
    for (let at = quoted.indexOf(said); at >= 0; at = quoted.indexOf(said, at + 1)) {
      if (!isBorder(quoted, at)) continue
      const place = at + said.length
      canEnd ||= said.trim() !== '' && isBorder(quoted, place)
      if (place >= quoted.length) break
      for (let length = 1; length <= longest && place + length <= quoted.length; length++) {
        for (const id of ids.get(quoted.slice(place, place + length)) ?? []) {
          allowed.add(id)
        }
      }
    }
    // Of a passage that nothing can be said of, the rest is silence.
    if (canEnd || allowed.size === 0) for (const end of ends) allowed.add(end)
    return allowed
  }
}
