/** Texts in pictures drawn as SVG: how wide they are, and which ones the machine has fonts for. */

import { type Language, languageOf, languages } from '../example.js'
import type { Media } from '../media/media.js'

export const fonts =
  "Inter, 'Helvetica Neue', 'Segoe UI', 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'WenQuanYi Micro Hei', 'DejaVu Sans', sans-serif"

/** Lines of a caption that are shown. */
export const linesAtMost = 2

/**
 * A text as lines that fit by estimate into a width in units of the font's size, the last one
 * shortened where it does not fit.
 */
export const wrapText = (text: string, room: number): string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.match(/\p{Script=Han}[，。、]?|[^\s\p{Script=Han}]+|\s+/gu) ?? []) {
    if (line !== '' && widthOf(line + word) > room) {
      lines.push(line.trim())
      line = ''
    }
    line += word
  }
  lines.push(line.trim())
  const shown = lines.slice(0, linesAtMost)
  if (lines.length > linesAtMost) shown.push(`${shown.pop()!.replace(/[\s,，]+$/, '')}…`)
  return shown.map((one) => shorten(one, room))
}

/** A line that fits into a width in units of the font's size. */
export const shorten = (line: string, room: number): string => {
  if (widthOf(line) <= room) return line
  const characters = [...line.replace(/…$/, '')]
  while (characters.length > 1 && widthOf(`${characters.join('')}…`) > room) characters.pop()
  return `${characters.join('').trimEnd()}…`
}

/**
 * About how wide a text is, in units of the font's size or at a size; fonts differ, so leave room.
 * Chinese characters are square, other letters have an average.
 */
export const widthOf = (text: string, size = 1): number =>
  [...text].reduce((width, character) => width + (character < '\u2e80' ? 0.57 : 1) * size, 0)

/** A text as content or attribute; what XML does not allow at all becomes U+FFFD. */
export const escapeXml = (text: string): string =>
  text
    .replace(/[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')

/** A stroke in each language's script: one level line, and a whole box where no font has it. */
const strokes: Readonly<Record<Language, string>> = { en: '-', zh: '一' }

/** Lets texts pass that the machine's fonts can write; for others it gives undefined. */
export const createTextFilter = async (media: Media) => {
  const drawable = await drawableLanguages(media)
  return (text: string | undefined): string | undefined =>
    text !== undefined && drawable.has(languageOf(text)) ? text : undefined
}

/** The languages in which the machine's fonts can write. */
const drawableLanguages = async (media: Media): Promise<Set<Language>> => {
  const found = await Promise.all(
    languages.map(async (language) =>
      (await canDraw(media, strokes[language])) ? [language] : [],
    ),
  )
  return new Set(found.flat())
}

/** Values below it are ink, the soft edges of thin lines included. */
const paper = 250

/** Whether a stroke comes out flat: no ink means no font, tall ink the box of a missing glyph. */
const canDraw = async (media: Media, stroke: string): Promise<boolean> => {
  const [width, height] = [48, 64]
  const { data } = await media.rasterize(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#fff"/><text x="4" y="48" font-size="40" font-family="${fonts}">${stroke}</text></svg>`,
    { width, height },
  )
  let inkRows = 0
  for (let row = 0; row < height; row++) {
    if (data.subarray(row * width * 3, (row + 1) * width * 3).some((value) => value < paper))
      inkRows++
  }
  return inkRows > 0 && inkRows < height / 8
}
