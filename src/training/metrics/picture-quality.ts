/** How near a picture is to another one: PSNR and SSIM (Wang et al. 2004), on RGB bytes. */

/** Peak signal-to-noise ratio in decibels; 100 for equal pictures. */
export const psnr = (a: Uint8Array, b: Uint8Array): number => {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += (a[index]! - b[index]!) ** 2
  return sum === 0 ? 100 : Math.min(100, 10 * Math.log10(255 ** 2 / (sum / a.length)))
}

/** The Gaussian window of the paper, deviation 1.5: 11 pixels, or as many as a smaller picture has. */
const windowOf = (size: number): readonly number[] => {
  const length = Math.min(11, size)
  const weights = Array.from({ length }, (_, place) =>
    Math.exp(-((place - (length - 1) / 2) ** 2) / (2 * 1.5 ** 2)),
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

/** A channel smoothed by the window wherever all of it lies inside. */
const smooth = (channel: Float64Array, size: number): Float64Array => {
  const window = windowOf(size)
  const inner = size - window.length + 1
  const rows = new Float64Array(size * inner)
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < inner; column++) {
      let sum = 0
      for (let k = 0; k < window.length; k++) sum += window[k]! * channel[row * size + column + k]!
      rows[row * inner + column] = sum
    }
  }
  const result = new Float64Array(inner * inner)
  for (let row = 0; row < inner; row++) {
    for (let column = 0; column < inner; column++) {
      let sum = 0
      for (let k = 0; k < window.length; k++) sum += window[k]! * rows[(row + k) * inner + column]!
      result[row * inner + column] = sum
    }
  }
  return result
}

const luminance = (pixels: Uint8Array): Float64Array =>
  Float64Array.from(
    { length: pixels.length / 3 },
    (_, place) =>
      0.299 * pixels[3 * place]! + 0.587 * pixels[3 * place + 1]! + 0.114 * pixels[3 * place + 2]!,
  )

const product = (a: Float64Array, b: Float64Array) => a.map((value, index) => value * b[index]!)

/** Structural similarity of the luminance of two square pictures; 1 for equal ones. */
export const ssim = (a: Uint8Array, b: Uint8Array): number => {
  const size = Math.sqrt(a.length / 3)
  const [x, y] = [luminance(a), luminance(b)]
  const [meanX, meanY] = [smooth(x, size), smooth(y, size)]
  const [squareX, squareY] = [smooth(product(x, x), size), smooth(product(y, y), size)]
  const both = smooth(product(x, y), size)
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2]
  let sum = 0
  for (let index = 0; index < meanX.length; index++) {
    const [mx, my] = [meanX[index]!, meanY[index]!]
    const varianceX = squareX[index]! - mx * mx
    const varianceY = squareY[index]! - my * my
    const covariance = both[index]! - mx * my
    sum +=
      ((2 * mx * my + c1) * (2 * covariance + c2)) /
      ((mx * mx + my * my + c1) * (varianceX + varianceY + c2))
  }
  return sum / meanX.length
}
