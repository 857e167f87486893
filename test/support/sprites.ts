/** The sample of sprite sheets among the fixtures, and choices for which it is a whole wardrobe. */

import { fileURLToPath } from 'node:url'
import type { Layer } from '../../src/data/media.js'
import { spritesSource } from '../../src/data/sources/sprites.js'
import { createNodeFiles } from '../../src/platform/node/files.js'
import { createNodeMedia } from '../../src/platform/node/media.js'

export const spritesFolder = fileURLToPath(new URL('../fixtures/lpc', import.meta.url))

export const sampleChoices = {
  skins: ['light', 'dark'],
  hairStyles: ['plain', 'long'],
  hairColours: ['black', 'red'],
  clothes: ['shirt', 'dress', 'plate armour'],
  headgear: ['leather cap', 'metal helmet'],
} as const

/** The options of the source for the sample, all others as they are by default. */
export const sampleSprites = (options: object = {}) =>
  spritesSource.options.parse({ path: spritesFolder, clips: 20, ...sampleChoices, ...options })

/** What the source needs, on the disk. */
export const spritesContext = () => ({
  files: createNodeFiles(),
  media: createNodeMedia(),
  packageFolder: async () => undefined,
})

/** A sheet of 13 x 21 empty cells but for single pixels: [cell, row, column, [r, g, b, opacity]]. */
export const sheetOf = (
  ...pixels: readonly (readonly [number, number, number, readonly number[]])[]
): Layer => {
  const [width, height] = [13 * 64, 21 * 64]
  const data = new Uint8Array(width * height * 4)
  for (const [cell, row, column, rgba] of pixels) {
    const [top, left] = [Math.floor(cell / 13) * 64, (cell % 13) * 64]
    data.set(rgba, ((top + row) * width + left + column) * 4)
  }
  return { width, height, channels: 4, data }
}
