/** Draws which labels were taken for which, as an SVG picture: a row for each label, in shares. */

import { escapeXml, shorten, widthOf } from '../../data/sheets/sheet-text.js'
import { formatCount } from './axes.js'
import { drawSvg, drawText, ink } from './svg-text.js'

export interface ConfusionMatrixOptions {
  readonly title: string
  readonly subtitle?: string
  readonly labels: readonly string[]
  /** How many rows of a label (first index) were taken for another (second). */
  readonly counts: readonly (readonly number[])[]
}

export interface DrawnMatrix {
  readonly svg: string
  /** Pixels. */
  readonly width: number
  readonly height: number
}

const margin = 28
const headHeight = 92
const largestLabel = 170
const labelSize = 12

/** Pixels along a cell's sides: room for its number, unless there are too many labels for that. */
const cellSize = (labels: number): number => (labels <= 12 ? 56 : labels <= 24 ? 40 : 16)

/** From white to blue by a share; the eye tells small shares apart better by their root. */
const colourOf = (share: number, isRight: boolean): string => {
  const strength = Math.sqrt(share)
  const [red, green, blue] = isRight ? [42, 111, 187] : [209, 73, 91]
  const mix = (channel: number) => Math.round(255 + (channel - 255) * strength)
  return `rgb(${mix(red!)},${mix(green!)},${mix(blue!)})`
}

/** What is right is blue, what was taken for something else is red. */
export const drawConfusionMatrix = ({
  title,
  subtitle,
  labels,
  counts,
}: ConfusionMatrixOptions): DrawnMatrix => {
  const cell = cellSize(labels.length)
  const names = labels.map((label) => shorten(label, largestLabel / labelSize))
  const nameWidth = Math.ceil(Math.max(60, ...names.map((name) => widthOf(name, labelSize)))) + 14
  const [left, top] = [margin + 24 + nameWidth, headHeight + nameWidth]
  const size = cell * labels.length
  const width = Math.max(left + size + margin, margin * 2 + Math.ceil(widthOf(title, 19)))
  const height = top + size + margin
  const parts = [
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    drawText({ x: margin, y: 38 }, title, { size: 19, weight: 600, colour: ink }),
    subtitle === undefined ? '' : drawText({ x: margin, y: 60 }, subtitle),
    drawText({ x: left + size / 2, y: headHeight - 6 }, 'taken for', { anchor: 'middle' }),
    `<g transform="translate(${margin + 12} ${top + size / 2}) rotate(-90)">` +
      `${drawText({ x: 0, y: 0 }, 'label', { anchor: 'middle' })}</g>`,
  ]
  for (const [place, name] of names.entries()) {
    const middle = (place + 0.5) * cell
    parts.push(
      drawText({ x: left - 8, y: top + middle + 4 }, name, {
        size: labelSize,
        colour: ink,
        anchor: 'end',
      }),
      `<g transform="translate(${(left + middle + 4).toFixed(1)} ${top - 8}) rotate(-90)">` +
        `${drawText({ x: 0, y: 0 }, name, { size: labelSize, colour: ink })}</g>`,
    )
  }
  for (const [row, taken] of counts.entries()) {
    const total = taken.reduce((sum, count) => sum + count, 0)
    for (const [column, count] of taken.entries()) {
      const share = total === 0 ? 0 : count / total
      const [x, y] = [left + column * cell, top + row * cell]
      parts.push(
        `<rect x="${x}" y="${y}" width="${cell}" height="${cell}" ` +
          `fill="${colourOf(share, row === column)}" stroke="#ffffff"/>`,
      )
      if (count === 0 || cell < 40) continue
      const middle = { x: x + cell / 2, y: y + cell / 2 + 4 }
      const colour = Math.sqrt(share) > 0.6 ? '#ffffff' : ink
      parts.push(
        drawText(middle, formatCount(count), { size: labelSize, colour, anchor: 'middle' }),
      )
    }
  }
  const kept = parts.filter((part) => part !== '')
  return { svg: drawSvg({ width, height }, kept), width, height }
}
