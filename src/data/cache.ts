/**
 * A folder that holds the pictures or clips of a source decoded and resized once: `pictures.u8`, RGB
 * bytes [picture, row, column, channel] with the frames of a clip before its rows, and `index.json`,
 * all that is known of each of them. Training reads pictures by index; only what is known of them
 * has to fit in memory.
 */

import { z } from 'zod'
import { DataError, TesseraeError } from '../errors.js'
import { type Files, joinPath } from '../storage/files.js'
import { readJson } from '../storage/json.js'
import { openRecordFile } from '../storage/record-file.js'
import { sha256Of } from '../storage/sha256.js'
import {
  decodeExample,
  type Example,
  type ExampleFacts,
  isEncodedClip,
  type Language,
  languages,
  pictureName,
} from './example.js'
import { takeFrames } from './media/frames.js'
import { type DecodeOptions, framesOf, type Media, type Picture } from './media/media.js'
import { mapInOrder } from './order/in-order.js'
import type { Question } from './question.js'
import { type Fault, faultOf, reportFault } from './source.js'

export interface CachedExample extends ExampleFacts {
  /** Equal for pictures with equal pixels, and for no others: the start of their SHA-256. */
  readonly fingerprint: string
  /** The id of the clip that it was cut out of, where that gave several examples. */
  readonly whole?: string
}

/** Pictures or clips that are at hand, by index. */
export interface PictureCache {
  /** Pixels along each side of the square pictures. */
  readonly size: number
  /** Frames of each clip; 1, a picture, when left out. */
  readonly frames?: number
  /** In the order of the pictures. */
  readonly examples: readonly CachedExample[]
  /** Its pixels may be shared with other readers, so they are not to be changed. */
  picture(index: number): Promise<Picture>
  /** One frame of a clip, where it is to be had sooner than all of them; see `readFrame`. */
  frame?(index: number, frame: number): Promise<Picture>
  /**
   * What may come before or after a clip in a longer one: the same character doing something else, as
   * a function of the clip and a number from 0.
   */
  next?(index: number, place: number): Promise<NextClip>
  /** What can be asked about its clips; unknown where it has no grammar of captions. */
  questions?(languages: readonly Language[]): readonly Question[]
  /** What a caption says of a clip, by the names that questions have for it. */
  said?(caption: string): Readonly<Record<string, string>>
  /** The SHA-256 of what its examples are made from, where they are too many to look at each. */
  digest?(): Promise<string>
}

/** One frame of a clip; its pixels may be shared with other readers. */
export const readFrame = async (
  cache: PictureCache,
  index: number,
  frame: number,
): Promise<Picture> =>
  (await cache.frame?.(index, frame)) ?? framesOf(await cache.picture(index))[frame]!

export interface NextClip extends Pick<ExampleFacts, 'attributes'> {
  readonly picture: Picture
}

export interface CacheProgress {
  readonly done: number
  /** The example that was finished last. */
  readonly id: string
}

export interface CacheOptions extends Pick<DecodeOptions, 'size' | 'fit' | 'background'> {
  readonly files: Files
  readonly media: Media
  readonly folder: string
  /** Frames of each clip; 1, a picture, when left out. */
  readonly frames?: number
  /** What the pictures were made from, versions included; another key makes the cache anew. */
  readonly key: string
  /** Called only when the cache has to be made. */
  readonly examples: () => AsyncIterable<Example>
  /** Leaves out pictures, such as blank ones; keeps all by default. */
  readonly shouldKeep?: (picture: Picture) => boolean
  /** Receives pictures that cannot be decoded, which are then left out; else they are thrown. */
  readonly onFault?: (fault: Fault) => void
  readonly onProgress?: (progress: CacheProgress) => void
  /** Ends the making of the cache, of which nothing then is left; throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Bytes of pixels that are kept in memory at most; more are read from the disk. */
  readonly memoryLimit?: number
}

const indexName = 'index.json'
const pixelsName = 'pictures.u8'
/** Pictures that are decoded at the same time. */
const decodedAtOnce = 16

const captionSchema = z.object({
  language: z.enum(languages),
  text: z.string(),
  role: z.enum(['sentence', 'name', 'keyword']).exactOptional(),
  weight: z.number().exactOptional(),
  articles: z.array(z.string()).readonly().exactOptional(),
  isPartial: z.boolean().exactOptional(),
})

const indexSchema = z.object({
  format: z.literal('tesserae-pictures-1'),
  key: z.string(),
  size: z.int().positive(),
  frames: z.int().positive().default(1),
  examples: z.array(
    z.object({
      id: z.string(),
      captions: z.array(captionSchema).readonly(),
      group: z.string(),
      style: z.string().exactOptional(),
      license: z.string().exactOptional(),
      flippable: z.boolean().exactOptional(),
      attributes: z.record(z.string(), z.string()).readonly().exactOptional(),
      background: z.tuple([z.number(), z.number(), z.number()]).readonly().exactOptional(),
      fingerprint: z.string(),
      whole: z.string().exactOptional(),
    }),
  ),
})

type Index = z.infer<typeof indexSchema>

/** Opens the cache in a folder where its key and size are the wanted ones, and else makes it. */
export const cachePictures = async (options: CacheOptions): Promise<PictureCache> => {
  const { files, folder, key, size, frames = 1 } = options
  const indexPath = joinPath(folder, indexName)
  if ((await files.stat(indexPath)) !== undefined) {
    const index = await readIndex(files, indexPath).catch((error: unknown) => {
      if (error instanceof TesseraeError) return undefined // Damaged, or of another version: made anew.
      throw error
    })
    const isWanted = index?.key === key && index.size === size && index.frames === frames
    if (isWanted && (await hasAllPixels(files, folder, index))) return openIndex(options, index)
  }
  return makeCache(options)
}

/**
 * What a finished cache knows of its examples, from its index alone. Throws DataError where there is
 * none or it is damaged.
 */
export const readCachedExamples = async (
  files: Files,
  folder: string,
): Promise<readonly CachedExample[]> => {
  const indexPath = joinPath(folder, indexName)
  if ((await files.stat(indexPath)) === undefined) {
    throw new DataError(`${folder}: no prepared pictures here; prepare the data first`)
  }
  return (await readIndex(files, indexPath)).examples
}

const makeCache = async (options: CacheOptions): Promise<PictureCache> => {
  const { files, folder, key, size, frames = 1 } = options
  // The index goes first and comes last, so that it never describes other pixels than its own.
  await files.remove(joinPath(folder, indexName))
  const examples: Index['examples'] = []
  const pixels = async function* () {
    for await (const { facts, picture } of decodedExamples(options)) {
      options.signal?.throwIfAborted()
      examples.push({ ...facts, fingerprint: await fingerprintOf(picture) })
      yield picture.data
      options.onProgress?.({ done: examples.length, id: facts.id })
    }
  }
  await files.writeChunks(joinPath(folder, pixelsName), pixels())
  const index: Index = { format: 'tesserae-pictures-1', key, size, frames, examples }
  await files.write(joinPath(folder, indexName), JSON.stringify(index))
  return openIndex(options, index)
}

interface DecodedExample {
  readonly facts: Omit<CachedExample, 'fingerprint'>
  readonly picture: Picture
}

async function* decodedExamples(options: CacheOptions): AsyncGenerator<DecodedExample> {
  const { media, size, fit, background, frames = 1, examples, shouldKeep = () => true } = options
  const decode = async (example: Example): Promise<DecodedExample[]> => {
    const { picture, ...facts } = example
    try {
      const decoded = await decodeExample(media, example, { size, fit, background })
      const parts = isEncodedClip(picture)
        ? takeFrames(decoded, { frames, stride: picture.stride })
        : [{ start: 0, picture: decoded }]
      const bytes = parts[0]!.picture.data.length
      if (bytes !== recordBytes({ size, frames })) {
        throw new DataError(
          `${pictureName(example)}: expected frames: ${frames}, each ${size} × ${size} × 3 bytes, got ${bytes} bytes; change frames, or take a source of such examples`,
        )
      }
      return parts
        .filter((part) => shouldKeep(part.picture))
        .map(({ start, picture }) => ({
          facts:
            parts.length > 1 ? { ...facts, id: `${facts.id}#${start}`, whole: facts.id } : facts,
          picture,
        }))
    } catch (error) {
      // What Ctrl-C ends together with this program looks like a fault of the data.
      options.signal?.throwIfAborted()
      if (!(error instanceof DataError)) throw error
      reportFault(options, faultOf(pictureName(example), error))
      return []
    }
  }
  for await (const decoded of mapInOrder(examples(), decodedAtOnce, decode)) yield* decoded
}

const openIndex = (
  { files, folder, memoryLimit }: CacheOptions,
  { size, frames, examples }: Index,
): PictureCache => {
  const read = openRecordFile(files, joinPath(folder, pixelsName), {
    recordBytes: recordBytes({ size, frames }),
    count: examples.length,
    memoryLimit,
  })
  return {
    size,
    frames,
    examples,
    picture: async (index) => ({
      width: size,
      height: size * frames,
      channels: 3,
      data: await read(index),
      ...(frames > 1 && { frames }),
    }),
  }
}

const readIndex = async (files: Files, path: string): Promise<Index> => {
  const parsed = indexSchema.safeParse(await readJson(files, path))
  if (parsed.success) return parsed.data
  throw new DataError(
    `${path}: not an index of prepared pictures; remove the folder and prepare the data again`,
    { cause: parsed.error },
  )
}

const hasAllPixels = async (files: Files, folder: string, index: Index) => {
  const entry = await files.stat(joinPath(folder, pixelsName))
  return entry?.size === index.examples.length * recordBytes(index)
}

const recordBytes = ({ size, frames }: Pick<Index, 'size' | 'frames'>): number =>
  size * size * 3 * frames

const fingerprintOf = async ({ data }: Picture): Promise<string> =>
  (await sha256Of(data)).slice(0, 16)
