/**
 * Text inside PNG files: writes and reads `tEXt` and `iTXt` chunks, which tell what a picture was
 * made from. Pixels pass through untouched. Spec: PNG, Third Edition (W3C 2025), 5 and 11.3.3.
 */

import { DataError } from '../../errors.js'
import { concatenate, latin1 } from './bytes.js'

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
/** Length, type and checksum of a chunk, beside its data. */
const chunkFrame = 12

const checksums = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

/** CRC-32 of ISO 3309, as an unsigned number. */
export const crc32 = (bytes: Uint8Array): number => {
  let value = 0xffffffff
  for (const byte of bytes) value = (value >>> 8) ^ checksums[(value ^ byte) & 255]!
  return ~value >>> 0
}

/**
 * The PNG file with texts added before its pixels, in the order of the record's keys. Keys are 1 to
 * 79 printable ASCII characters, values any text. Throws DataError for another key or no PNG.
 */
export const addPngText = (
  png: Uint8Array,
  texts: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> => {
  const header = chunksOf(png, 'picture').next().value
  if (header === undefined) throw notPng('picture')
  const added = Object.entries(texts).map(([key, text]) => textChunk(key, text))
  return concatenate([png.subarray(0, header.end), ...added, png.subarray(header.end)])
}

/**
 * The texts of a PNG file by key; compressed ones are left out. Throws DataError, calling the file
 * `name`, for a damaged file; pixels are not looked at.
 */
export const readPngText = (png: Uint8Array, name = 'picture'): Record<string, string> => {
  const texts: [string, string][] = []
  for (const chunk of chunksOf(png, name)) {
    const text = readTextChunk(chunk.type, chunk.data)
    if (text !== undefined) texts.push(text)
  }
  return Object.fromEntries(texts)
}

interface Chunk {
  readonly type: string
  readonly data: Uint8Array
  /** Where the next chunk starts. */
  readonly end: number
}

function* chunksOf(png: Uint8Array, name: string): Generator<Chunk> {
  if (signature.some((byte, index) => png[index] !== byte)) throw notPng(name)
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  let start = signature.length
  while (start < png.length) {
    const hasFrame = start + chunkFrame <= png.length
    const end = hasFrame ? start + chunkFrame + view.getUint32(start) : Infinity
    if (end > png.length) {
      throw new DataError(`${name}: the PNG file ends inside a chunk; copy or save it again`)
    }
    if (crc32(png.subarray(start + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw new DataError(
        `${name}: the checksum of the PNG chunk at byte ${start} is wrong; copy or save it again`,
      )
    }
    yield {
      type: latin1(png.subarray(start + 4, start + 8)),
      data: png.subarray(start + 8, end - 4),
      end,
    }
    start = end
  }
}

const notPng = (name: string) =>
  new DataError(`${name}: not a PNG file; only PNG files carry these texts`)

const textChunk = (key: string, text: string): Uint8Array => {
  if (!/^[!-~](?:[ -~]{0,77}[!-~])?$/.test(key) || key.includes('  ')) {
    throw new DataError(
      `PNG text: the key ${JSON.stringify(key)} should be 1 to 79 printable ASCII characters without outer or double spaces`,
    )
  }
  const isPlain = /^[\n -~]*$/.test(text)
  // After iTXt's keyword: not compressed, method 0, no language tag, no translated keyword.
  const content = isPlain ? `${key}\0${text}` : `${key}\0\0\0\0\0${text}`
  return chunk(isPlain ? 'tEXt' : 'iTXt', new TextEncoder().encode(content))
}

const chunk = (type: string, data: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(chunkFrame + data.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.length)
  bytes.set(new TextEncoder().encode(type), 4)
  bytes.set(data, 8)
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)))
  return bytes
}

const readTextChunk = (type: string, data: Uint8Array): [string, string] | undefined => {
  if (type !== 'tEXt' && type !== 'iTXt') return undefined
  const keyEnd = data.indexOf(0)
  if (keyEnd < 1) return undefined
  const key = latin1(data.subarray(0, keyEnd))
  if (type === 'tEXt') return [key, latin1(data.subarray(keyEnd + 1))]
  const isCompressed = data[keyEnd + 1] !== 0
  const languageEnd = data.indexOf(0, keyEnd + 3)
  const translationEnd = data.indexOf(0, languageEnd + 1)
  if (isCompressed || languageEnd < 0 || translationEnd < 0) return undefined
  return [
    key,
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(data.subarray(translationEnd + 1)),
  ]
}
