/**
 * The colours in the cells of a grid over each frame, as histograms whose bins lie on a grid over the
 * colour cube. A pixel counts for the eight bins around its colour by how near they are, so that a
 * little change of colour changes little.
 */

/** Cells and bins along each side. */
const cellsAlong = 16
const binsAlong = 5

export const cellsOfFrame = cellsAlong ** 2
export const colourBins = binsAlong ** 3

/** How far the next bin along the axes of red and green is; along that of blue it is the next one. */
const redStep = binsAlong ** 2
const greenStep = binsAlong

interface FrameShape {
  readonly frames: number
  readonly size: number
}

/** RGB bytes [frames, size, size, 3] → shares of the bins times their number's root, [frames, cells, bins]. */
export const colourCells = (pixels: Uint8Array, { frames, size }: FrameShape): Float32Array => {
  const cells = new Float32Array(frames * cellsOfFrame * colourBins)
  const share = Math.sqrt(colourBins) * (cellsAlong / size) ** 2
  const { lower, rest } = places
  const divide = (bin: number, weight: number, moreBlue: number): void => {
    const next = weight * moreBlue
    cells[bin] = cells[bin]! + weight - next
    cells[bin + 1] = cells[bin + 1]! + next
  }
  let at = 0
  for (let frame = 0; frame < frames; frame++) {
    for (let y = 0; y < size; y++) {
      const row = (frame * cellsAlong + Math.floor((y * cellsAlong) / size)) * cellsAlong
      for (let x = 0; x < size; x++, at += 3) {
        const [red, green, blue] = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!]
        const cell = row + Math.floor((x * cellsAlong) / size)
        const bin =
          cell * colourBins + lower[red]! * redStep + lower[green]! * greenStep + lower[blue]!
        const [moreGreen, moreBlue] = [rest[green]!, rest[blue]!]
        // The share of the pixel is divided along one axis after the other: below, and above.
        const above = rest[red]! * share
        const below = share - above
        const aboveAbove = above * moreGreen
        const aboveBelow = above - aboveAbove
        const belowAbove = below * moreGreen
        const belowBelow = below - belowAbove
        divide(bin, belowBelow, moreBlue)
        divide(bin + greenStep, belowAbove, moreBlue)
        divide(bin + redStep, aboveBelow, moreBlue)
        divide(bin + redStep + greenStep, aboveAbove, moreBlue)
      }
    }
  }
  return cells
}

/** For each byte the bin below it along one axis of the cube, and how far from there to the next it is. */
const places = (() => {
  const lower = new Uint8Array(256)
  const rest = new Float32Array(256)
  for (let byte = 0; byte < 256; byte++) {
    const place = (byte / 255) * (binsAlong - 1)
    lower[byte] = Math.min(binsAlong - 2, Math.floor(place))
    rest[byte] = place - lower[byte]!
  }
  return { lower, rest }
})()
