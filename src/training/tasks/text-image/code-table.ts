/**
 * The codes of all pictures or clips in a few augmented variants, made once by the image tokenizer and kept
 * on disk, so that training a Transformer on them decodes and encodes nothing. A table that is too
 * large for memory is written and read piece by piece.
 */

import { type Augmentation, augment } from '../../../data/augment.js'
import type { PictureCache } from '../../../data/cache.js'
import { crossClips } from '../../../data/media/frames.js'
import type { Picture } from '../../../data/media/media.js'
import { createRandom } from '../../../engine/tensor/random.js'
import { type Files, joinPath } from '../../../storage/files.js'
import { openRecordFile } from '../../../storage/record-file.js'
import type { ImageTokenizer } from '../../../tokenizers/image/image-tokenizer.js'

export interface CodeTable {
  /** The codes of an example's variant; variant 0 is the picture as it is, crossings come last. */
  codes(example: number, variant: number): Promise<Int32Array>
  /** How many variants show the whole example. */
  readonly variants: number
  /** How many others show a clip as a part of a longer one, see `crossClips`. */
  readonly crossings: number
}

export interface CodeTableOptions {
  readonly files: Files
  readonly folder: string
  readonly cache: PictureCache
  readonly tokenizer: ImageTokenizer
  readonly augmentation: Augmentation
  readonly variants: number
  /** None when left out, and where the clips do not know what comes next. */
  readonly crossings?: number
  readonly seed: number
  /** Tells tables of different tokenizers and data apart. */
  readonly key: string
  readonly onProgress?: (done: number, total: number) => void
  /** Ends the making of the table, of which nothing then is left; throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Bytes of codes that are kept in memory at most; more are read from the disk. */
  readonly memoryLimit?: number
}

/** Frames that are encoded, and in memory, at a time. */
const framesAtOnce = 256

const bytesOfCode = 4

/** Opens the table in the folder, which is made first where it is not there. */
export const createCodeTable = async (options: CodeTableOptions): Promise<CodeTable> => {
  const { files, folder, cache, tokenizer, variants, key, memoryLimit } = options
  const crossings = crossingsOf(options)
  const versions = variants + crossings
  const path = joinPath(folder, `codes-${key}.i32`)
  const recordBytes = tokenizer.codesOf(cache.frames ?? 1) * bytesOfCode
  const count = cache.examples.length * versions
  if ((await files.stat(path))?.size !== count * recordBytes) {
    await files.writeChunks(path, encodeVariants(options))
  }
  const read = openRecordFile(files, path, { recordBytes, count, memoryLimit })
  return {
    variants,
    crossings,
    codes: async (example, variant) => {
      const { buffer, byteOffset } = await read(example * versions + variant)
      return new Int32Array(buffer, byteOffset, recordBytes / bytesOfCode)
    },
  }
}

const crossingsOf = ({ cache, crossings = 0 }: CodeTableOptions): number =>
  cache.next === undefined || (cache.frames ?? 1) < 3 ? 0 : crossings

/** The table's bytes: the variants of the first example, then those of the second, and so on. */
async function* encodeVariants(options: CodeTableOptions): AsyncGenerator<Uint8Array> {
  const { cache, tokenizer, variants, onProgress, signal } = options
  const versions = variants + crossingsOf(options)
  const total = cache.examples.length * versions
  const { frames = 1 } = cache
  const stride = frames * cache.size * cache.size * 3
  const encodedAtOnce = Math.max(1, Math.floor(framesAtOnce / frames))
  for (let first = 0; first < total; first += encodedAtOnce) {
    signal?.throwIfAborted()
    const count = Math.min(encodedAtOnce, total - first)
    const pixels = new Uint8Array(count * stride)
    for (let place = 0; place < count; place++) {
      const example = Math.floor((first + place) / versions)
      const shown = await showVariant(example, (first + place) % versions, options)
      pixels.set(shown.data, place * stride)
    }
    const { buffer, byteOffset, byteLength } = await tokenizer.encode(pixels, { frames })
    onProgress?.(first + count, total)
    yield new Uint8Array(buffer, byteOffset, byteLength)
  }
}

const showVariant = async (
  example: number,
  variant: number,
  { cache, augmentation, variants, seed }: CodeTableOptions,
): Promise<Picture> => {
  const picture = await cache.picture(example)
  if (variant === 0) return picture
  if (variant < variants) {
    return augment(picture, cache.examples[example]!, { seed, epoch: variant }, augmentation)
  }
  const other = (await cache.next?.(example, variant - variants)) ?? { picture }
  const random = createRandom(seed, 'crossing', example, variant)
  return crossClips(picture, other.picture, random)
}
