/**
 * The codes of all pictures in a few augmented variants, made once by the image tokenizer and kept
 * on disk, so that training a Transformer on them decodes and encodes nothing.
 */

import { type Augmentation, augment } from '../../data/augment.js'
import type { PictureCache } from '../../data/cache.js'
import { type Files, joinPath } from '../../storage/files.js'
import type { ImageTokenizer } from '../../tokenizers/image/image-tokenizer.js'

export interface CodeTable {
  /** The codes of an example's variant; variant 0 is the picture as it is. */
  codes(example: number, variant: number): Int32Array
  readonly variants: number
}

export interface CodeTableOptions {
  readonly files: Files
  readonly folder: string
  readonly cache: PictureCache
  readonly tokenizer: ImageTokenizer
  readonly augmentation: Augmentation
  readonly variants: number
  readonly seed: number
  /** Tells tables of different tokenizers and data apart. */
  readonly key: string
  readonly onProgress?: (done: number, total: number) => void
}

/** Pictures that are encoded between two reports of progress. */
const chunk = 256

/** Reads the table from the folder, or makes it there. */
export const createCodeTable = async (options: CodeTableOptions): Promise<CodeTable> => {
  const { files, folder, cache, tokenizer, augmentation, variants, seed, key } = options
  const places = tokenizer.rows * tokenizer.columns
  const rows = cache.examples.length * variants
  const path = joinPath(folder, `codes-${key}.i32`)
  const view = (codes: Int32Array): CodeTable => ({
    variants,
    codes: (example, variant) => {
      const start = (example * variants + variant) * places
      return codes.subarray(start, start + places)
    },
  })
  if ((await files.stat(path))?.size === rows * places * 4) {
    return view(new Int32Array((await files.read(path)).buffer))
  }
  const codes = new Int32Array(rows * places)
  const bytes = cache.size * cache.size * 3
  for (let first = 0; first < rows; first += chunk) {
    const count = Math.min(chunk, rows - first)
    const pixels = new Uint8Array(count * bytes)
    for (let place = 0; place < count; place++) {
      const [example, variant] = [
        Math.floor((first + place) / variants),
        (first + place) % variants,
      ]
      const picture = await cache.picture(example)
      const facts = cache.examples[example]!
      const shown =
        variant === 0 ? picture : augment(picture, facts, { seed, epoch: variant }, augmentation)
      pixels.set(shown.data, place * bytes)
    }
    codes.set(await tokenizer.encode(pixels), first * places)
    options.onProgress?.(first + count, rows)
  }
  await files.write(path, new Uint8Array(codes.buffer))
  return view(codes)
}
