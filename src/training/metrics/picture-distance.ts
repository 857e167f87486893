/**
 * How alike two pictures look, by features fixed in advance and learned from nothing: mean colours
 * and histograms of oriented gradients (Dalal & Triggs 2005) on a grid. Small shifts change little.
 */

/** Cells along one side of the grid. */
const grid = 8
const orientations = 8
const colours = 3

/** What reports call this distance. */
export const distanceName = `mean colours and oriented gradients on a grid of ${grid} x ${grid} cells`

/** How much a cell's gradients count beside its colours. */
const gradientWeight = 0.5

const cellsOf = (size: number) => {
  const cell = size / grid
  return (row: number, column: number) =>
    Math.min(grid - 1, Math.floor(row / cell)) * grid +
    Math.min(grid - 1, Math.floor(column / cell))
}

/** Mean colours of the cells, 0 to 1: lightness, red against green, yellow against blue. */
const colourFeatures = (pixels: Uint8Array, size: number): Float32Array => {
  const cellOf = cellsOf(size)
  const features = new Float32Array(grid * grid * colours)
  const share = (grid / size) ** 2
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const at = (row * size + column) * 3
      const [red, green, blue] = [pixels[at]! / 255, pixels[at + 1]! / 255, pixels[at + 2]! / 255]
      const cell = cellOf(row, column) * colours
      features[cell] = features[cell]! + share * ((red + green + blue) / 3)
      features[cell + 1] = features[cell + 1]! + share * (red - green)
      features[cell + 2] = features[cell + 2]! + share * ((red + green) / 2 - blue)
    }
  }
  return features
}

/** Histograms of gradient directions, weighted by size, each cell's divided by its length. */
const gradientFeatures = (pixels: Uint8Array, size: number): Float32Array => {
  const cellOf = cellsOf(size)
  const features = new Float32Array(grid * grid * orientations)
  const light = (row: number, column: number) => {
    const at = (row * size + column) * 3
    return (pixels[at]! + pixels[at + 1]! + pixels[at + 2]!) / (3 * 255)
  }
  for (let row = 1; row < size - 1; row++) {
    for (let column = 1; column < size - 1; column++) {
      const across = light(row, column + 1) - light(row, column - 1)
      const down = light(row + 1, column) - light(row - 1, column)
      const turn = (Math.atan2(down, across) / Math.PI + 1) % 1
      const bin = Math.floor(turn * orientations) % orientations
      const index = cellOf(row, column) * orientations + bin
      features[index] = features[index]! + Math.hypot(across, down)
    }
  }
  for (let cell = 0; cell < grid * grid; cell++) {
    const histogram = features.subarray(cell * orientations, (cell + 1) * orientations)
    // The constant keeps cells without edges near zero instead of blowing up their noise.
    const length = Math.hypot(...histogram) + 2
    histogram.forEach((value, bin) => {
      histogram[bin] = (gradientWeight * value) / length
    })
  }
  return features
}

/** The features of a square picture, RGB bytes [size, size, 3]. */
export const featuresOf = (pixels: Uint8Array): Float32Array => {
  const size = Math.sqrt(pixels.length / 3)
  const [colour, gradient] = [colourFeatures(pixels, size), gradientFeatures(pixels, size)]
  const features = new Float32Array(colour.length + gradient.length)
  features.set(colour)
  features.set(gradient, colour.length)
  return features
}

/** The features of all frames of a clip, RGB bytes [frames, size, size, 3]. */
export const featuresOfClip = (pixels: Uint8Array, frames: number): Float32Array => {
  const bytes = pixels.length / frames
  const ofFrames = Array.from({ length: frames }, (_, frame) =>
    featuresOf(pixels.subarray(frame * bytes, (frame + 1) * bytes)),
  )
  const [{ length } = { length: 0 }] = ofFrames
  const features = new Float32Array(frames * length)
  for (const [frame, own] of ofFrames.entries()) features.set(own, frame * length)
  return features
}

/** The squared Euclidean distance of two feature vectors. */
export const featureDistance = (a: Float32Array, b: Float32Array): number => {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += (a[index]! - b[index]!) ** 2
  return sum
}
