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

interface FrameShape {
  readonly frames: number
  readonly size: number
}

/** RGB bytes [frames, size, size, 3] → shares of the bins times their number's root, [frames, cells, bins]. */
export const colourCells = (pixels: Uint8Array, { frames, size }: FrameShape): Float32Array => {
  const cells = new Float32Array(frames * cellsOfFrame * colourBins)
  const share = Math.sqrt(colourBins) * (cellsAlong / size) ** 2
  const { lower, rest } = places
  let at = 0
  for (let frame = 0; frame < frames; frame++) {
    for (let y = 0; y < size; y++) {
      const row = (frame * cellsAlong + Math.floor((y * cellsAlong) / size)) * cellsAlong
      for (let x = 0; x < size; x++, at += 3) {
        const [red, green, blue] = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!]
        const [restRed, restGreen, restBlue] = [rest[red]!, rest[green]!, rest[blue]!]
        const cell = row + Math.floor((x * cellsAlong) / size)
        const first =
          cell * colourBins + (lower[red]! * binsAlong + lower[green]!) * binsAlong + lower[blue]!
        for (let corner = 0; corner < 8; corner++) {
          const weight =
            (corner & 4 ? restRed : 1 - restRed) *
            (corner & 2 ? restGreen : 1 - restGreen) *
            (corner & 1 ? restBlue : 1 - restBlue)
          const bin = first + steps[corner]!
          cells[bin] = cells[bin]! + weight * share
        }
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

/** How far the eight bins around a colour are from the first, by which of the three axes go up. */
const steps = Array.from(
  { length: 8 },
  (_, corner) =>
    ((corner & 4 ? binsAlong : 0) + (corner & 2 ? 1 : 0)) * binsAlong + (corner & 1 ? 1 : 0),
)
