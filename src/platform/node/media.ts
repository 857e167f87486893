/**
 * Pictures on Node: sharp decodes, draws and encodes. Many pictures can be decoded in worker
 * threads, so that they do not delay the thread that trains.
 */

import type { Worker } from 'node:worker_threads'
import sharp from 'sharp'
import { type Media, type Picture, white } from '../../data/media.js'
import { DataError, RuntimeError } from '../../errors.js'
import { colorOf, type DecodeLimits, decodePicture, defaultLimits, reasonOf } from './decode.js'
import type { DecodeReply, DecodeRequest } from './decode-worker.js'
import { startWorker } from './worker-thread.js'

export interface NodeMediaOptions {
  /**
   * Threads that decode pictures beside each other. A picture by itself is decoded by the calling
   * thread: sooner than a thread has started.
   */
  readonly workers?: number
  readonly limits?: DecodeLimits
}

/** Media on Node. `close` ends the worker threads; they do not keep the process alive. */
export const createNodeMedia = ({
  workers = 0,
  limits = defaultLimits,
}: NodeMediaOptions = {}): Media => {
  const pool = Array.from({ length: workers }, () => createDecoder(limits))
  let underWay = 0
  let isClosed = false
  return {
    decode: async (bytes, options) => {
      if (isClosed) throw new RuntimeError('media: already closed; create it again')
      const isAlone = underWay++ === 0
      const [decoder] = isAlone ? [] : pool.toSorted((a, b) => a.pending() - b.pending())
      try {
        return decoder === undefined
          ? await decodePicture(bytes, options, limits)
          : await decoder.decode({ bytes, options })
      } finally {
        underWay--
      }
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
    close: async () => {
      isClosed = true
      await Promise.all(pool.map((decoder) => decoder.close()))
    },
  }
}

interface Decoder {
  decode(job: Omit<DecodeRequest, 'id'>): Promise<Picture>
  /** Pictures that wait for their turn. */
  pending(): number
  close(): Promise<void>
}

interface Waiting {
  resolve(picture: Picture): void
  reject(error: Error): void
}

/** One worker thread, started with its first picture. */
const createDecoder = (limits: DecodeLimits): Decoder => {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let count = 0

  const failAll = (cause?: unknown) => {
    worker = undefined
    for (const { reject } of waiting.values()) {
      reject(new RuntimeError('media: a decoding thread ended before its picture', { cause }))
    }
    waiting.clear()
  }

  const receive = (reply: DecodeReply) => {
    const job = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (waiting.size === 0) worker?.unref()
    if ('picture' in reply) job?.resolve(reply.picture)
    else if ('fault' in reply) job?.reject(new DataError(reply.fault))
    else job?.reject(new Error(`decoding thread: ${reply.bug}`))
  }

  const start = () => {
    const started = startWorker(new URL('./decode-worker.js', import.meta.url), limits)
    started.on('message', receive)
    started.on('error', failAll)
    started.on('exit', () => {
      if (worker === started) failAll()
    })
    return started
  }

  return {
    decode: (job) =>
      new Promise((resolve, reject) => {
        worker ??= start()
        const id = count++
        waiting.set(id, { resolve, reject })
        worker.ref()
        worker.postMessage({ id, ...job } satisfies DecodeRequest)
      }),
    pending: () => waiting.size,
    close: async () => {
      await worker?.terminate()
      failAll()
    },
  }
}
