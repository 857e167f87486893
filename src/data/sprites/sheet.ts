/**
 * A sprite sheet of the Liberated Pixel Cup: a grid of cells, a row for each action and direction, a
 * column for each frame. All sheets share the grid, so the same cell of several of them, drawn over
 * each other, is one frame of a dressed character.
 */

import { DataError } from '../../errors.js'
import type { Layer } from '../media/media.js'

/** Pixels along each side of a cell. */
export const cellSize = 64

const columns = 13
const rows = 21

/** The first row of each action, and the columns of its eight frames. */
export const actions = {
  // Casting and slashing end where they began, falling ends on the ground.
  spellcast: { row: 0, frames: [0, 1, 2, 3, 4, 5, 6, 0] },
  thrust: { row: 4, frames: [0, 1, 2, 3, 4, 5, 6, 7] },
  // Column 0 stands still.
  walk: { row: 8, frames: [1, 2, 3, 4, 5, 6, 7, 8] },
  slash: { row: 12, frames: [0, 1, 2, 3, 4, 5, 5, 0] },
  shoot: { row: 16, frames: [0, 2, 4, 6, 8, 9, 10, 12] },
  // In column 4 the head hides the trunk, so that nobody could tell a shirt from chain mail.
  hurt: { row: 20, frames: [0, 1, 2, 3, 3, 5, 5, 5] },
} as const

export type Action = keyof typeof actions

/** As the viewer sees them, in the order of an action's rows. */
export const directions = ['away', 'left', 'towards', 'right'] as const

export type Direction = (typeof directions)[number]

/** The only direction of an action that is drawn from one side alone. */
export const onlyDirection: Partial<Record<Action, Direction>> = { hurt: 'towards' }

/** The cells of an action's frames, spread evenly over it; a single one is its beginning. */
export const cellsOf = (action: Action, direction: Direction, count: number): number[] => {
  const { row, frames } = actions[action]
  const line = row + (action in onlyDirection ? 0 : directions.indexOf(direction))
  return Array.from(
    { length: count },
    (_, place) => line * columns + frames[Math.floor((place * frames.length) / count)]!,
  )
}

/** The visible pixels of a sheet, cell by cell: most of a cell is empty. */
export interface Sheet {
  /** Where each cell's pixels begin in `places`, and at last where they end: [cells + 1]. */
  readonly starts: Uint32Array
  /** Row · 64 + column of each pixel in its cell. */
  readonly places: Uint16Array
  /** Red, green, blue and opacity of each pixel. */
  readonly pixels: Uint8Array
  /** The brightest luminance of the sheet, which dyes count as full light; 1 where all is black. */
  readonly brightest: number
}

/** 0 to 255 (ITU-R BT.601). */
export const luminanceOf = (red: number, green: number, blue: number): number =>
  0.299 * red + 0.587 * green + 0.114 * blue

/** The sheet that a picture shows. Throws DataError where it is not 13 x 21 cells of 64 pixels. */
export const readSheet = ({ width, height, data }: Layer, name: string): Sheet => {
  if (width !== columns * cellSize || height !== rows * cellSize) {
    throw new DataError(
      `${name}: expected a sheet of ${columns * cellSize} x ${rows * cellSize} pixels, ${columns} x ${rows} cells, found ${width} x ${height}; replace it`,
    )
  }
  const starts = new Uint32Array(columns * rows + 1)
  const visible = countVisible(data)
  const places = new Uint16Array(visible)
  const pixels = new Uint8Array(visible * 4)
  let count = 0
  let brightest = 1
  for (let cell = 0; cell < columns * rows; cell++) {
    const corner = (Math.floor(cell / columns) * width + (cell % columns)) * cellSize
    for (let place = 0; place < cellSize * cellSize; place++) {
      const column = place % cellSize
      const offset = (corner + ((place - column) / cellSize) * width + column) * 4
      if (data[offset + 3] === 0) continue
      places[count] = place
      for (let channel = 0; channel < 4; channel++) {
        pixels[count * 4 + channel] = data[offset + channel]!
      }
      const luminance = luminanceOf(data[offset]!, data[offset + 1]!, data[offset + 2]!)
      if (luminance > brightest) brightest = luminance
      count++
    }
    starts[cell + 1] = count
  }
  return { starts, places, pixels, brightest }
}

const countVisible = (data: Uint8Array): number => {
  let count = 0
  for (let offset = 3; offset < data.length; offset += 4) if (data[offset] !== 0) count++
  return count
}
