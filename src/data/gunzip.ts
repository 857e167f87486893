/** Unpacks a gzip file piece by piece, so that neither side of it is in memory as a whole. */

import { DataError } from '../errors.js'
import type { Files } from '../storage/files.js'

const pieceSize = 2 ** 18

/** Takes the next bytes of a stream; throws DataError when fewer are left. */
export type TakeBytes = (count: number) => Promise<Uint8Array>

/** The unpacked content of a file, to be taken from its start; packed or not, as its name ends. */
export const openStream = (files: Files, path: string): TakeBytes => {
  const pieces = readUnpacked(files, path)
  let rest = new Uint8Array()
  return async (count) => {
    const parts = [rest]
    let length = rest.length
    while (length < count) {
      const { value, done } = await pieces.next()
      if (done) {
        throw new DataError(
          `${path}: the file ends ${count - length} bytes early; download or copy it again`,
        )
      }
      parts.push(value)
      length += value.length
    }
    const whole = parts.length === 1 ? rest : new Uint8Array(length)
    if (parts.length > 1) {
      let offset = 0
      for (const part of parts) {
        whole.set(part, offset)
        offset += part.length
      }
    }
    rest = whole.subarray(count)
    return whole.subarray(0, count)
  }
}

/** The unpacked content of a file piece by piece; packed or not, as its name ends. */
export const readUnpacked = (files: Files, path: string) =>
  /\.gz$/i.test(path) ? unpack(files, path) : readPieces(files, path)

async function* readPieces(
  files: Files,
  path: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>, undefined> {
  const size = (await files.stat(path))?.size ?? 0
  for (let start = 0; start < size; start += pieceSize) {
    yield await files.readRange(path, start, Math.min(start + pieceSize, size))
  }
}

async function* unpack(
  files: Files,
  path: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>, undefined> {
  const packed = readPieces(files, path)
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { value, done } = await packed.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
  const reader = source.pipeThrough(new DecompressionStream('gzip')).getReader()
  try {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      yield new Uint8Array(value)
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DataError(`${path}: not a whole gzip file (${reason}); download it again`, { cause })
  } finally {
    await reader.cancel().catch(() => {})
  }
}
