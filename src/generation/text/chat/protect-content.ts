/**
 * Keeps special tokens that users write from being read as such. A template joins its own text and
 * that of users into one; characters of users that could take part in a special token go through it
 * as stand-ins, which no token is spelt with, and come back when the text is encoded.
 */

export interface Protection {
  /** A text of a user with stand-ins only where it spells a special token, or a part of one at an end. */
  mild(content: string): string
  /** The same with stand-ins for every character that a special token begins or ends with. */
  strict(content: string): string
  /** The text behind the stand-ins. */
  restore(text: string): string
}

/** Where private characters lie in Unicode. */
const privateUse = { start: 0xe000, end: 0xf900 }

const putAt = (text: string, place: number, character: string): string =>
  text.slice(0, place) + character + text.slice(place + 1)

/** Protection for texts of users, among which no stand-in occurs in `taken`. */
export const createProtection = (tokens: readonly string[], taken: string): Protection => {
  const outer = new Set(tokens.flatMap((token) => [token[0]!, token.at(-1)!]))
  const standIns = new Map<string, string>()
  const originals = new Map<string, string>()
  let code = privateUse.start
  const standInOf = (character: string): string => {
    const known = standIns.get(character)
    if (known !== undefined) return known
    while (taken.includes(String.fromCharCode(code)) && code < privateUse.end) code++
    const standIn = String.fromCharCode(code++)
    standIns.set(character, standIn)
    originals.set(standIn, character)
    return standIn
  }
  const hide = (text: string, place: number) =>
    originals.has(text[place]!) ? text : putAt(text, place, standInOf(text[place]!))

  /** Hides what could become a token together with what the template puts around it. */
  const hideEnds = (content: string): string => {
    const start = content.length - content.trimStart().length
    const end = content.trimEnd().length
    const core = content.slice(start, end)
    if (core === '') return content
    let hidden = content
    for (const token of tokens) {
      for (let length = 1; length < token.length; length++) {
        if (core.endsWith(token.slice(0, length))) hidden = hide(hidden, end - length)
        if (core.startsWith(token.slice(-length))) hidden = hide(hidden, start + length - 1)
      }
      if (token.includes(core)) hidden = hide(hidden, start)
    }
    return hidden
  }

  return {
    mild(content) {
      let hidden = hideEnds(content)
      for (const token of tokens) {
        for (let at = content.indexOf(token); at >= 0; at = content.indexOf(token, at + 1)) {
          hidden = hide(hidden, at)
        }
      }
      return hidden
    },
    strict: (content) =>
      hideEnds(content)
        // By units, as a token is looked at: half of a character beyond them hides the whole.
        .split('')
        .map((unit) => (outer.has(unit) ? standInOf(unit) : unit))
        .join(''),
    restore: (text) =>
      text.replace(/[\uE000-\uF8FF]/g, (character) => originals.get(character) ?? character),
  }
}
