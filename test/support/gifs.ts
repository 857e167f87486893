/** GIF files that no encoder makes. */

const lettersOf = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0))

/** A canvas of one pixel in two colours, and so many frames of one pixel each. */
export const gifOfFrames = (count: number): Uint8Array<ArrayBuffer> => {
  const canvas = [1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]
  const frame = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]
  const shown = Array.from({ length: count }, () => frame).flat()
  return Uint8Array.from([...lettersOf('GIF89a'), ...canvas, ...shown, 0x3b])
}

/** The same file, which claims a canvas of so many pixels along each side. */
export const withCanvas = (gif: Uint8Array, side: number): Uint8Array<ArrayBuffer> => {
  const claimed = new Uint8Array(gif)
  const header = new DataView(claimed.buffer)
  header.setUint16(6, side, true)
  header.setUint16(8, side, true)
  return claimed
}
