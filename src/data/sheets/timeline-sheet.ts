/**
 * A clip as a strip of its frames with a ruler of frames and seconds, and below it the parts that it
 * falls into, each with a label and a caption. A long clip shows some of its frames, evenly spread.
 */

import { framesOf, type Media, type Picture, paste } from '../media/media.js'
import { resizePicture } from './contact-sheet.js'
import { createTextFilter, escapeXml, fonts, shorten, wrapText } from './sheet-text.js'

export interface TimelinePart {
  /** The first frame, and the first one after the part. */
  readonly start: number
  readonly end: number
  readonly keyFrame: number
  readonly label: string
  readonly caption: string
}

export interface TimelineSheetOptions {
  readonly media: Media
  readonly framesPerSecond: number
}

const margin = 24
const frameSize = 64
const frameGap = 2
const framesAtMost = 32
const rulerHeight = 34
const partHeight = 74
const labelSize = 13
const captionSize = 12
const captionLine = 16
/** Parts take these by turns. */
const colours = ['#3b6fd4', '#d4663b', '#3b9a5b', '#9a4fc0', '#b8860b', '#2b8f9e']

/** The sheet of a clip and of parts that together are all of it. */
export const drawTimelineSheet = async (
  clip: Picture,
  parts: readonly TimelinePart[],
  { media, framesPerSecond }: TimelineSheetOptions,
): Promise<Picture> => {
  const frames = framesOf(clip)
  const shown = placesShown(frames.length)
  const width = shown.length * (frameSize + frameGap) - frameGap
  /** Where a frame, or the end of the clip, is on the ruler. */
  const xOf = (frame: number): number => margin + (frame / frames.length) * width
  const size = {
    width: width + 2 * margin,
    height: 2 * margin + frameSize + rulerHeight + partHeight,
  }
  const shownText = await createTextFilter(media)
  const textAt = (x: number, y: number, text: string, style: string) => {
    const written = shownText(text)
    return written === undefined
      ? ''
      : `<text x="${x}" y="${y}" ${style}>${escapeXml(written)}</text>`
  }
  const rulerTop = margin + frameSize + 6
  const ticks = shown.map((frame, place) => {
    const x = xOf(frame)
    const written = tickText(frame, shown[place - 1], framesPerSecond)
    const tick = `<path d="M${x + 0.5} ${rulerTop}v6" stroke="#6b7280"/>`
    return tick + textAt(x + 3, rulerTop + 11, written, 'font-size="10"')
  })
  const top = margin + frameSize + rulerHeight
  const bars = parts.map(({ start, end, keyFrame, label, caption }, place) => {
    const [left, right] = [xOf(start), xOf(end)]
    const colour = colours[place % colours.length]!
    const room = right - left - 6
    const bar = `<rect x="${left}" y="${top}" width="${Math.max(1, right - left - 2)}" height="5" rx="2" fill="${colour}"/>`
    const key = `<circle cx="${xOf(keyFrame + 0.5)}" cy="${top + 2.5}" r="5" fill="#fff" stroke="${colour}" stroke-width="2"/>`
    const name = textAt(
      left,
      top + 22,
      shorten(label, room / labelSize),
      `font-size="${labelSize}" font-weight="600" fill="${colour}"`,
    )
    const lines = wrapText(caption, room / captionSize).map((line, row) =>
      textAt(left, top + 40 + row * captionLine, line, `font-size="${captionSize}"`),
    )
    return bar + key + name + lines.join('')
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" font-family="${fonts}" fill="#374151"><rect width="100%" height="100%" fill="#fff"/><path d="M${margin} ${rulerTop + 0.5}h${width}" stroke="#6b7280"/>${ticks.join('')}${bars.join('')}</svg>`
  const sheet = await media.rasterize(svg, size)
  for (const [place, frame] of shown.entries()) {
    const picture = await resizePicture(media, frames[frame]!, frameSize)
    paste(sheet, picture, margin + place * (frameSize + frameGap), margin)
  }
  return sheet
}

/** The frames that a strip shows: all, or some at even distances from the first on. */
const placesShown = (frames: number): number[] => {
  const step = Math.ceil(frames / framesAtMost)
  return Array.from({ length: Math.ceil(frames / step) }, (_, place) => place * step)
}

/** "12" and, on the first frame of those shown that is in a new second, "16 · 2 s". */
const tickText = (frame: number, before: number | undefined, framesPerSecond: number): string => {
  // What rounding takes from a whole second must not move it by a frame.
  const secondAt = (place: number) => Math.floor(place / framesPerSecond + 1e-9)
  if (before !== undefined && secondAt(before) === secondAt(frame)) return `${frame}`
  return `${frame} · ${Number((frame / framesPerSecond).toFixed(1))} s`
}
