/** Sheets of sprites on Node: decoded once, and drawn from in the thread that calls. */

import type { EncodedPicture } from '../../data/example.js'
import { readSheet, type Sheet } from '../../data/sprites/sheet.js'
import { type DecodeLimits, decodeLayer } from './decode.js'

export const decodeSheets = async (
  encoded: ReadonlyMap<string, EncodedPicture>,
  limits: DecodeLimits,
): Promise<ReadonlyMap<string, Sheet>> => {
  const sheets = new Map<string, Sheet>()
  for (const [sheet, { name, bytes }] of encoded) {
    sheets.set(sheet, readSheet(await decodeLayer(bytes, name, limits), name))
  }
  return sheets
}
