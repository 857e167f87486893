/** Text in pictures that are drawn as SVG: fonts, colours, and the document around it. */

import { escapeXml, fonts } from '../../data/sheets/sheet-text.js'
import type { LinePoint } from './lines.js'

export const ink = '#1f2933'
const mutedInk = '#5f6b7a'

export interface TextStyle {
  readonly size?: number
  readonly weight?: number
  readonly colour?: string
  readonly anchor?: 'start' | 'middle' | 'end'
  /** Whether a white rim keeps it readable across lines. */
  readonly isOutlined?: boolean
}

export const drawText = (
  { x, y }: LinePoint,
  text: string,
  {
    size = 13,
    weight = 400,
    colour = mutedInk,
    anchor = 'start',
    isOutlined = false,
  }: TextStyle = {},
): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${size}" font-weight="${weight}" ` +
  `fill="${colour}" text-anchor="${anchor}"` +
  (isOutlined ? ' stroke="#ffffff" stroke-width="4" paint-order="stroke"' : '') +
  `>${escapeXml(text)}</text>`

/** A document of so many pixels. */
export const drawSvg = (
  { width, height }: { readonly width: number; readonly height: number },
  parts: readonly string[],
): string => {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" font-family="${fonts}">\n` +
    `${parts.join('\n')}\n</svg>\n`
  )
}
