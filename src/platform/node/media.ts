/**
 * Pictures on Node: sharp decodes, draws and encodes. Many pictures can be decoded in worker
 * threads, so that they do not delay the thread that trains.
 */

import sharp from 'sharp'
import { type Clip, type Media, type Picture, white } from '../../data/media/media.js'
import { composeClip } from '../../data/sprites/compose.js'
import { DataError, RuntimeError } from '../../errors.js'
import { colorOf, type DecodeLimits, defaultLimits, reasonOf } from './decode.js'
import { type DecodeRequest, decode } from './decode-request.js'
import { encodeAnimation } from './encode-animation.js'
import { createFilms, defaultFilmLimits, type FilmLimits, filmOf } from './film.js'
import type { SheetRequest, SheetWorkerData } from './sheet-worker.js'
import { decodeSheets } from './sheets.js'
import { createWorkerCalls, type WorkerCalls } from './worker-calls.js'

export interface NodeMediaOptions {
  /**
   * Threads that decode pictures beside each other. A picture by itself is decoded by the calling
   * thread: sooner than a thread has started. With any, sprites are drawn in one more.
   */
  readonly workers?: number
  readonly limits?: DecodeLimits
  readonly film?: FilmLimits
}

/** Media on Node. `close` ends the worker threads, which do not keep the process alive, and an ffmpeg. */
export const createNodeMedia = ({
  workers = 0,
  limits = defaultLimits,
  film = defaultFilmLimits,
}: NodeMediaOptions = {}): Media => {
  const films = createFilms(film)
  const pool = Array.from({ length: workers }, () =>
    createWorkerCalls<DecodeRequest, Picture>(workerOf('decode'), limits),
  )
  const composers: WorkerCalls<SheetRequest, Clip | undefined>[] = []
  let underWay = 0
  let isClosed = false

  const requireOpen = () => {
    if (isClosed) throw new RuntimeError('media: already closed; create it again')
  }

  const share = async (request: DecodeRequest): Promise<Picture> => {
    requireOpen()
    const isAlone = underWay++ === 0
    const [decoder] = isAlone ? [] : pool.toSorted((a, b) => a.pending() - b.pending())
    try {
      return await (decoder === undefined ? decode(request, limits) : decoder.call(request))
    } finally {
      underWay--
    }
  }

  return {
    decode: (bytes, options) => share({ bytes, options }),
    decodeClip: async (clip, options) => {
      const film = filmOf(clip)
      if (film !== undefined) return films.decode(film, options)
      // A clip is answered with its frames.
      return (await share({ clip, options })) as Clip
    },
    openSheets: async (encoded) => {
      requireOpen()
      if (workers === 0) {
        const sheets = await decodeSheets(encoded, limits)
        return { compose: async (composition) => composeClip(composition, sheets) }
      }
      const data: SheetWorkerData = { sheets: encoded, limits }
      const worker = createWorkerCalls<SheetRequest, Clip | undefined>(workerOf('sheet'), data)
      composers.push(worker)
      await worker.call(undefined)
      // A composition is answered with its clip.
      return { compose: async (composition) => (await worker.call(composition))! }
    },
    rasterize: async (svg, { width, height, background = white }) => {
      try {
        const pixels = await sharp(new TextEncoder().encode(svg), {
          limitInputPixels: limits.maximumPixels,
        })
          .flatten({ background: colorOf(background) })
          .resize(width, height, { fit: 'fill' })
          .toColourspace('srgb')
          .raw({ depth: 'uchar' })
          .toBuffer()
        return { width, height, channels: 3, data: new Uint8Array(pixels) }
      } catch (cause) {
        throw new DataError(`SVG document: it cannot be drawn (${reasonOf(cause)})`, { cause })
      }
    },
    encodePng: async ({ width, height, channels, data }) =>
      new Uint8Array(
        await sharp(data, { raw: { width, height, channels } })
          .png({ compressionLevel: 9 })
          .toBuffer(),
      ),
    encodeClip: encodeAnimation,
    close: async () => {
      isClosed = true
      await Promise.all([films, ...pool, ...composers].map((one) => one.close()))
    },
  }
}

const workerOf = (name: 'decode' | 'sheet'): URL => new URL(`./${name}-worker.js`, import.meta.url)
