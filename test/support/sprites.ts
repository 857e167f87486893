/** The sample of sprite sheets among the fixtures, and choices for which it is a whole wardrobe. */

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Clip, Layer } from '../../src/data/media/media.js'
import { spritesSource } from '../../src/data/sources/sprites.js'
import type { SpriteAttributes } from '../../src/data/sprites/attributes.js'
import { layersOf, sheetsOf } from '../../src/data/sprites/layers.js'
import { cellsOf } from '../../src/data/sprites/sheet.js'
import { backgrounds } from '../../src/data/sprites/wardrobe.js'
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

/** Opens all sheets of some options, from which any character can be drawn. */
export const openWardrobe = async (
  options: ReturnType<typeof sampleSprites>,
): Promise<(attributes: SpriteAttributes) => Promise<Clip>> => {
  const { files, media } = spritesContext()
  const paths = sheetsOf(options).map(
    (sheet) => [sheet, join(options.path, `${sheet}.png`)] as const,
  )
  const sheets = await Promise.all(
    paths.map(async ([sheet, name]) => [sheet, { name, bytes: await files.read(name) }] as const),
  )
  const composer = await media.openSheets(new Map(sheets))
  return (attributes) =>
    composer.compose({
      layers: layersOf(attributes),
      cells: cellsOf(attributes.action, attributes.direction, 8),
      background: backgrounds[attributes.background],
    })
}

/** In how many pixels two clips differ, in the frame in which they do so least. */
export const leastDifference = (one: Clip, other: Clip): number => {
  const pixels = one.data.length / 3 / one.frames
  const counts = new Array<number>(one.frames).fill(0)
  for (let pixel = 0; pixel < one.frames * pixels; pixel++) {
    const differs = [0, 1, 2].some(
      (channel) => one.data[pixel * 3 + channel] !== other.data[pixel * 3 + channel],
    )
    if (differs) counts[Math.floor(pixel / pixels)]!++
  }
  return Math.min(...counts)
}
