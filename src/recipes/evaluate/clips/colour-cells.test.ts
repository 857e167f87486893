import { expect, test } from 'vitest'
import { cellsOfFrame, colourBins, colourCells } from './colour-cells.js'

const size = 32
const scale = Math.sqrt(colourBins)

/** One frame in a colour that may depend on the place. */
const frame = (colourAt: (x: number, y: number) => readonly number[]): Uint8Array =>
  Uint8Array.from({ length: size * size * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3)
    return colourAt(pixel % size, Math.floor(pixel / size))[at % 3]!
  })

const cellsOf = (pixels: Uint8Array) => {
  const all = colourCells(pixels, { frames: pixels.length / (size * size * 3), size })
  return Array.from({ length: all.length / colourBins }, (_, cell) =>
    Array.from(all.subarray(cell * colourBins, (cell + 1) * colourBins), (share) => share / scale),
  )
}

test('the shares of a cell add up to 1, and the mean colour is that of its pixels', () => {
  const pixels = frame((x, y) => [(x * 37 + y * 11) % 256, (x * y) % 256, 255 - ((x * 5) % 256)])
  const cells = cellsOf(pixels)
  expect(cells).toHaveLength(cellsOfFrame)
  const along = Math.cbrt(colourBins)
  for (const [cell, shares] of cells.entries()) {
    expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 4)
    const [left, top] = [(cell % 16) * 2, Math.floor(cell / 16) * 2]
    for (const channel of [0, 1, 2]) {
      const axis = along ** (2 - channel)
      const mean = shares.reduce(
        (sum, share, bin) => sum + share * (Math.floor(bin / axis) % along),
        0,
      )
      const at = (x: number, y: number) => pixels[(y * size + x) * 3 + channel]!
      const own = [at(left, top), at(left + 1, top), at(left, top + 1), at(left + 1, top + 1)]
      const expected = own.reduce((sum, byte) => sum + byte) / 4 / 255
      expect(mean / (along - 1)).toBeCloseTo(expected, 4)
    }
  }
})

test('a colour on the grid has a bin of its own', () => {
  for (const colour of [
    [0, 0, 0],
    [255, 255, 255],
    [255, 0, 255],
  ]) {
    const [shares] = cellsOf(frame(() => colour))
    expect(shares!.filter((share) => share > 1e-6)).toEqual([expect.closeTo(1, 5)])
  }
})

test('each frame and each cell has its own pixels', () => {
  const dark = frame(() => [0, 0, 0])
  const lit = frame((x, y) => (x >= 30 && y < 2 ? [255, 255, 255] : [0, 0, 0]))
  const cells = cellsOf(Uint8Array.from([...dark, ...lit]))
  const changed = cells.flatMap((shares, cell) => (shares[0]! < 0.5 ? [cell] : []))
  expect(changed).toEqual([cellsOfFrame + 15])
})
