/**
 * How text is cut into pieces before it is encoded: patterns in the syntax of tokenizer.json
 * (Oniguruma), the two that this project offers, and their translation to JavaScript. Merges never
 * reach across pieces, so a pattern decides what can become a token.
 */

import { DataError, StorageError } from '../../errors.js'

/** Chinese characters: 々 and 〇, the unified ideographs with extensions A to H, compatibility. */
const han = '々〇㐀-䶿一-鿿豈-﫿𠀀-𳎿'

export const splitPatterns = {
  /** GPT-2's: words and numbers with the space before them; runs of punctuation; white space. */
  gpt2: String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
  /**
   * For small vocabularies in several languages. Chinese clauses are pieces of their own, without
   * the Latin word beside them or the space before them; digits stand alone; letters keep their
   * combining marks, and emoji their joiners; line ends go with the punctuation before them.
   */
  multilingual: [
    "'(?:[sdmtSDMT]|[lL][lL]|[vV][eE]|[rR][eE])",
    `[${han}]+`,
    String.raw` ?(?:(?![${han}])\p{L}\p{M}*)+`,
    String.raw`\p{N}`,
    String.raw` ?[^\s\p{L}\p{N}]+[\r\n]*`,
    String.raw`\s*[\r\n]+`,
    String.raw`\s+(?!\S)`,
    String.raw`\s+`,
  ].join('|'),
} as const

/**
 * The regular expression (global, Unicode) that means in JavaScript what `pattern` means in
 * tokenizer.json. Throws StorageError on syntax that the two languages read differently.
 */
export const compileSplitPattern = (pattern: string): RegExp => {
  const refuse = (found: string, cause?: unknown): never => {
    throw new StorageError(
      `split pattern: ${found} is not supported in ${JSON.stringify(pattern)}. ` +
        'Use literals, [classes], \\p{...}, \\s, groups, look-ahead and quantifiers.',
      { cause },
    )
  }
  let inClass = false
  const translated = pattern.replace(
    /\\[pP]\{([^}]*)\}|\\.|&&|[[\].^$]|\(\?[^:=!<]/gsu,
    (part, property: string | undefined, at: number) => {
      if (property !== undefined) return translateProperty(part, property)
      if (part.startsWith('\\')) return escapes.get(part) ?? refuse(part)
      if (inClass) {
        const isFirst = /\[\^?$/.test(pattern.slice(0, at))
        if (part === ']' && !isFirst) inClass = false
        else if (part !== '.' && !(part === '^' && isFirst)) refuse(part)
      } else if (part === '[') inClass = true
      else refuse(part)
      return part
    },
  )
  try {
    return new RegExp(translated, 'gu')
  } catch (cause) {
    return refuse('this syntax', cause)
  }
}

/** White space is the Unicode property: JavaScript's own \s adds U+FEFF and lacks U+0085. */
const escapes: ReadonlyMap<string, string> = new Map([
  ['\\s', '\\p{White_Space}'],
  ['\\S', '\\P{White_Space}'],
  ['\\d', '\\p{Nd}'],
  ['\\D', '\\P{Nd}'],
  ...[...'rntfv', ...'^$\\.*+?()[]{}|/'].map((c): [string, string] => [`\\${c}`, `\\${c}`]),
  ['\\-', '\\-'],
])

/** Scripts have bare names there (\p{Han}) and a prefix here (\p{Script=Han}). */
const translateProperty = (part: string, property: string): string => {
  try {
    new RegExp(part, 'u')
    return part
  } catch {
    return part.replace(property, `Script=${property}`)
  }
}

/**
 * Hands every piece of `text` to `visit`, in order; together they are the text, since what the
 * pattern does not match is a piece as well. Throws DataError where one unbroken run of millions
 * of characters is more than the regular expression engine can hold.
 */
export const forEachPiece = (
  pattern: RegExp,
  text: string,
  visit: (piece: string) => void,
): void => {
  let from = 0
  pattern.lastIndex = 0
  for (;;) {
    const match = nextMatch(pattern, text)
    if (match === null) break
    if (match.index > from) visit(text.slice(from, match.index))
    const piece = match[0]
    if (piece !== '') visit(piece)
    else pattern.lastIndex += text.codePointAt(match.index)! > 0xffff ? 2 : 1
    from = match.index + piece.length
  }
  if (from < text.length) visit(text.slice(from))
}

const nextMatch = (pattern: RegExp, text: string): RegExpExecArray | null => {
  const from = pattern.lastIndex
  try {
    return pattern.exec(text)
  } catch (cause) {
    throw new DataError(
      `text of ${text.length} characters: the run that starts at character ${from} is too long ` +
        'to be split. Encode such a text in parts of at most a million characters.',
      { cause },
    )
  }
}
