/**
 * How many columns a text takes on a terminal: Chinese characters and emoji take two, combining
 * marks and colours none. Widths: Unicode Standard Annex #11, classes W and F.
 */

const wide =
  /[\u1100-\u115F\u2329\u232A\u2E80-\u303E\u3041-\u3247\u3250-\u4DBF\u4E00-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18DFF}\u{1AFF0}-\u{1B2FF}\u{1F200}-\u{1F2FF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}|\uFE0F/u
const withoutWidth = /^[\p{Cc}\p{Cf}\p{M}]*$/u
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours start with the escape character.
const colors = /\u001B\[[\d;]*m/g

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

const charactersOf = (text: string): string[] =>
  Array.from(segmenter.segment(text), ({ segment }) => segment)

/** A character as a reader sees it: with its marks, or a whole family of emoji. */
const widthOfCharacter = (character: string): number =>
  withoutWidth.test(character) ? 0 : wide.test(character) ? 2 : 1

/** Columns; of a text of one line. */
export const displayWidth = (text: string): number =>
  charactersOf(text.replace(colors, '')).reduce(
    (sum, character) => sum + widthOfCharacter(character),
    0,
  )

/** A text of exactly so many columns, unless it is wider. */
export const padToWidth = (text: string, width: number, side: 'start' | 'end' = 'end'): string => {
  const padding = ' '.repeat(Math.max(0, width - displayWidth(text)))
  return side === 'end' ? text + padding : padding + text
}

/** The beginning of a text without colours that fits into so many columns, marked where cut. */
export const cutToWidth = (text: string, width: number): string => {
  if (displayWidth(text) <= width) return text
  let kept = ''
  let used = 1 // the mark
  for (const character of charactersOf(text)) {
    used += widthOfCharacter(character)
    if (used > width) break
    kept += character
  }
  return width < 1 ? '' : `${kept}…`
}
