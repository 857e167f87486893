/** Small pictures and a `Media` that never decodes, for tests of what is built on them. */

import {
  type Color,
  joinFrames,
  type Media,
  type Picture,
  white,
} from '../../src/data/media/media.js'
import { DataError } from '../../src/errors.js'

/** A picture of one colour. */
export const blankPicture = (width: number, height: number, color: Color = white): Picture => {
  const data = new Uint8Array(width * height * 3)
  for (let offset = 0; offset < data.length; offset += 3) data.set(color, offset)
  return { width, height, channels: 3, data }
}

/** A picture from rows of letters: "r" red, "g" green, "b" blue, "k" black, else white. */
export const pictureOf = (...rows: string[]): Picture => {
  const letters: Record<string, Color> = {
    r: [255, 0, 0],
    g: [0, 255, 0],
    b: [0, 0, 255],
    k: [0, 0, 0],
  }
  const data = Uint8Array.from(
    rows.flatMap((row) => [...row].flatMap((letter) => letters[letter] ?? white)),
  )
  return { width: rows[0]!.length, height: rows.length, channels: 3, data }
}

/** The rows of letters of a picture made by `pictureOf`; "?" for any other colour. */
export const lettersOf = ({ width, height, data }: Picture): string[] => {
  const letters = new Map([
    ['255,0,0', 'r'],
    ['0,255,0', 'g'],
    ['0,0,255', 'b'],
    ['0,0,0', 'k'],
    ['255,255,255', '.'],
  ])
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => {
      const offset = (row * width + column) * 3
      return letters.get(data.subarray(offset, offset + 3).join()) ?? '?'
    }).join(''),
  )
}

/** The same picture with left and right exchanged. */
export const mirror = ({ width, height, data }: Picture): Picture => {
  const mirrored = new Uint8Array(data.length)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = (row * width + column) * 3
      mirrored.set(data.subarray(from, from + 3), (row * width + width - 1 - column) * 3)
    }
  }
  return { width, height, channels: 3, data: mirrored }
}

/**
 * Decodes a file whose only byte is a grey value as a square of that grey, and files of a clip as a
 * frame for each of their bytes; 0 is damaged.
 */
export const grayMedia = (): Media & { decoded: string[] } => {
  const decoded: string[] = []
  const square = (gray: number, name: string, size: number) => {
    if (gray === 0) throw new DataError(`${name}: the picture is damaged; replace it`)
    return blankPicture(size, size, [gray, gray, gray])
  }
  return {
    decoded,
    decode: async (bytes, { name, size }) => {
      decoded.push(name)
      return square(bytes[0]!, name, size)
    },
    decodeClip: async ({ name, files }, { size }) => {
      decoded.push(name)
      return joinFrames(
        files.flatMap(({ bytes }) => Array.from(bytes, (gray) => square(gray, name, size))),
      )
    },
    openSheets: async () => {
      throw new Error('the test does not expect sheets to be opened')
    },
    rasterize: async (_, { width, height }) => blankPicture(width, height),
    encodeClip: async ({ data }) => Uint8Array.of(data[0]!),
    encodePng: async ({ data }) => Uint8Array.of(data[0]!),
    close: async () => {},
  }
}
