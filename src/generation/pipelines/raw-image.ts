/** Pictures as pipelines take and give them, in the shape that users of transformers.js know. */

import type { Media, Picture } from '../../data/media/media.js'
import { readPictureFile } from '../../data/media/picture-file.js'
import { addPngText } from '../../data/media/png-text.js'
import { DataError } from '../../errors.js'
import type { Files } from '../../storage/files.js'
import { type DrawingOrigin, originKey } from './drawing-origin.js'

/** RGB pixels, row by row, that can save themselves. */
export interface RawImage {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
  readonly channels: 3
  /** The PNG file; how the picture was made is in its text chunk. */
  toPng(): Promise<Uint8Array>
  /** Writes the PNG file. */
  save(path: string): Promise<void>
}

/** A path, the bytes of a picture file, or pixels. */
export type ImageInput = string | Uint8Array | Pick<RawImage, 'data' | 'width' | 'height'>

export const createRawImage = (
  pixels: Uint8Array,
  size: number,
  { files, media, origin }: { files: Files; media: Media; origin?: DrawingOrigin },
): RawImage => {
  const picture: Picture = { width: size, height: size, channels: 3, data: pixels }
  const toPng = async () => {
    const png = await media.encodePng(picture)
    return origin === undefined ? png : addPngText(png, { [originKey]: JSON.stringify(origin) })
  }
  return { ...picture, toPng, save: async (path) => files.write(path, await toPng()) }
}

/** The pixels of an input as a square, RGB bytes [size, size, 3]. Throws DataError. */
export const readImageInput = async (
  image: ImageInput,
  size: number,
  { files, media }: { files: Files; media: Media },
): Promise<Uint8Array> => {
  if (typeof image === 'string') {
    const { data } = await media.decode(await readPictureFile(image, files), { name: image, size })
    return data
  }
  if (image instanceof Uint8Array) {
    return (await media.decode(image, { name: 'the picture', size })).data
  }
  const { data, width, height } = image
  if (data.length !== width * height * 3) {
    throw new DataError(
      `the picture: expected ${width * height * 3} RGB bytes for ${width} × ${height} pixels, got ${data.length}`,
    )
  }
  if (width === size && height === size) return data
  const png = await media.encodePng({ width, height, channels: 3, data })
  return (await media.decode(png, { name: 'the picture', size })).data
}
