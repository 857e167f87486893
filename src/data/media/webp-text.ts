/**
 * Text inside WebP files: an XMP chunk, which tells what a clip was made from. Pixels pass through
 * untouched. Specs: WebP container, VP8L (RFC 9649), VP8 (RFC 6386), XMP part 1 (ISO 16684-1).
 */

import { DataError } from '../../errors.js'
import { concatenate, latin1 } from './bytes.js'

/** Bytes before the chunks: "RIFF", a length, "WEBP". */
const headerLength = 12
/** The bits of the first chunk's flags that announce XMP and transparency. */
const hasXmp = 0x04
const hasAlpha = 0x10

/**
 * The WebP file with its texts in place of other XMP. Keys are words of letters, digits and hyphens.
 * Throws DataError for another key, for text with control characters, or for no such file.
 */
export const addWebpText = (
  webp: Uint8Array,
  texts: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> => {
  const chunks = Array.from(chunksOf(webp, 'clip')).filter(({ type }) => type !== 'XMP ')
  const extended = extendedHeader(chunks)
  extended[0]! |= hasXmp
  const body = concatenate([
    printChunk('VP8X', extended),
    ...chunks.filter(({ type }) => type !== 'VP8X').map(({ type, data }) => printChunk(type, data)),
    printChunk('XMP ', new TextEncoder().encode(printXmp(texts))),
  ])
  const header = webp.slice(0, headerLength)
  new DataView(header.buffer).setUint32(4, body.length + 4, true)
  return concatenate([header, body])
}

/** The data of the chunk VP8X, which a still picture does without: flags, and the canvas's size. */
const extendedHeader = ([first]: readonly Chunk[]): Uint8Array => {
  if (first?.type === 'VP8X') return first.data.slice()
  const { width, height, isTransparent } = readBitstream(first)
  const header = new DataView(new ArrayBuffer(10))
  header.setUint8(0, isTransparent ? hasAlpha : 0)
  for (const [place, size] of [width - 1, height - 1].entries()) {
    header.setUint16(4 + 3 * place, size & 0xffff, true)
    header.setUint8(6 + 3 * place, size >> 16)
  }
  return new Uint8Array(header.buffer)
}

/** What a lossless or a lossy bitstream says of its picture at its start. */
const readBitstream = (chunk: Chunk | undefined) => {
  const data = chunk?.data ?? new Uint8Array()
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  if (chunk?.type === 'VP8L' && data.length >= 5 && data[0] === 0x2f) {
    const bits = view.getUint32(1, true)
    return {
      width: (bits & 0x3fff) + 1,
      height: ((bits >>> 14) & 0x3fff) + 1,
      isTransparent: ((bits >>> 28) & 1) === 1,
    }
  }
  if (chunk?.type === 'VP8 ' && data.length >= 10) {
    const [width, height] = [view.getUint16(6, true) & 0x3fff, view.getUint16(8, true) & 0x3fff]
    return { width, height, isTransparent: false }
  }
  throw new DataError('WebP text: the file holds no picture; save it again')
}

/** The texts of a WebP file by key. Throws DataError, calling it `name`, for one cut short. */
export const readWebpText = (webp: Uint8Array, name = 'clip'): Record<string, string> => {
  const found = Array.from(chunksOf(webp, name)).find(({ type }) => type === 'XMP ')
  if (found === undefined) return {}
  const xmp = new TextDecoder().decode(found.data)
  const elements = xmp.matchAll(/<tesserae:([\w-]+)>([^<]*)<\/tesserae:\1>/g)
  return Object.fromEntries(Array.from(elements, ([, key, text]) => [key!, unescapeXml(text!)]))
}

/** Throws DataError, calling the file `name`, where it is shorter than it says. */
export const checkWebp = (webp: Uint8Array, name: string): void => {
  for (const _ of chunksOf(webp, name));
}

interface Chunk {
  readonly type: string
  readonly data: Uint8Array
}

function* chunksOf(webp: Uint8Array, name: string): Generator<Chunk> {
  if (latin1(webp.subarray(0, 4)) !== 'RIFF' || latin1(webp.subarray(8, 12)) !== 'WEBP') {
    throw new DataError(`${name}: not a WebP file; convert or replace it`)
  }
  const view = new DataView(webp.buffer, webp.byteOffset, webp.byteLength)
  const end = view.getUint32(4, true) + 8
  let start = headerLength
  while (start < end) {
    const dataEnd =
      start + 8 <= webp.length ? start + 8 + view.getUint32(start + 4, true) : Infinity
    if (dataEnd > webp.length) {
      throw new DataError(`${name}: the WebP file is cut short; copy or save it again`)
    }
    yield { type: latin1(webp.subarray(start, start + 4)), data: webp.subarray(start + 8, dataEnd) }
    // Chunks start at even places.
    start = dataEnd + (dataEnd % 2)
  }
}

const printChunk = (type: string, data: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(8)
  frame.set(new TextEncoder().encode(type))
  new DataView(frame.buffer).setUint32(4, data.length, true)
  return concatenate([frame, data, new Uint8Array(data.length % 2)])
}

const printXmp = (texts: Readonly<Record<string, string>>): string => {
  const elements = Object.entries(texts).map(([key, text]) => {
    if (!/^[A-Za-z][\w-]*$/.test(key)) {
      throw new DataError(
        `WebP text: the key ${JSON.stringify(key)} should be a word of letters, digits and hyphens`,
      )
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML does not allow them at all.
    if (/[\u0000-\u001F\uFFFE\uFFFF]/.test(text)) {
      throw new DataError(`WebP text: the text of ${key} has control characters; leave them out`)
    }
    return `<tesserae:${key}>${escapeXml(text)}</tesserae:${key}>`
  })
  return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:tesserae="urn:tesserae:">${elements.join('')}</rdf:Description></rdf:RDF></x:xmpmeta>`
}

const escapeXml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

const unescapeXml = (text: string): string =>
  text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&')
