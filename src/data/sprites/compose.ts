/**
 * Draws the frames of a character: the same cell of several sheets over each other on a plain
 * ground. Where that happens, here or in another thread, is the platform's business.
 */

import { type Clip, type Color, joinFrames, type Picture } from '../media/media.js'
import { cellSize, luminanceOf, type Sheet } from './sheet.js'

/** A sheet by name; a dye takes the place of its own colours and keeps their light. */
export interface SheetUse {
  readonly sheet: string
  readonly dye?: Color
}

export interface Composition {
  /** From the lowest to the topmost. */
  readonly layers: readonly SheetUse[]
  /** Of each frame, numbered along the rows of the sheets. */
  readonly cells: readonly number[]
  readonly background: Color
}

/** Sheets that are open. */
export interface Composer {
  compose(composition: Composition): Promise<Clip>
}

/** The clip of a composition, whose sheets are among those given. */
export const composeClip = (
  { layers, cells, background }: Composition,
  sheets: ReadonlyMap<string, Sheet>,
): Clip => {
  const ground = new Uint8Array(cellSize * cellSize * 3)
  for (let offset = 0; offset < ground.length; offset += 3) ground.set(background, offset)
  return joinFrames(
    cells.map((cell): Picture => {
      const data = ground.slice()
      for (const { sheet, dye } of layers) drawCell(data, sheets.get(sheet)!, cell, dye)
      return { width: cellSize, height: cellSize, channels: 3, data }
    }),
  )
}

const drawCell = (
  target: Uint8Array,
  { starts, places, pixels, brightest }: Sheet,
  cell: number,
  dye: Color | undefined,
): void => {
  for (let pixel = starts[cell]!; pixel < starts[cell + 1]!; pixel++) {
    const [from, to] = [pixel * 4, places[pixel]! * 3]
    const opacity = pixels[from + 3]! / 255
    const light =
      dye && luminanceOf(pixels[from]!, pixels[from + 1]!, pixels[from + 2]!) / brightest
    for (let channel = 0; channel < 3; channel++) {
      const own = light === undefined ? pixels[from + channel]! : dye![channel]! * light
      target[to + channel] = Math.round(own * opacity + target[to + channel]! * (1 - opacity))
    }
  }
}
