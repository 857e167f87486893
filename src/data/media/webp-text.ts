/**
 * Text inside animated WebP files: an XMP chunk, which tells what a clip was made from. Pixels pass
 * through untouched. Specs: WebP container (RFC 9649), XMP part 1 (ISO 16684-1).
 */

import { DataError } from '../../errors.js'
import { concatenate, latin1 } from './bytes.js'

/** Bytes before the chunks: "RIFF", a length, "WEBP". */
const headerLength = 12
/** The bit of the first chunk's flags that announces XMP. */
const hasXmp = 0x04

/**
 * The animated WebP file with its texts in place of other XMP. Keys are words of letters, digits and
 * hyphens. Throws DataError for another key, for text with control characters, or for no such file.
 */
export const addWebpText = (
  webp: Uint8Array,
  texts: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> => {
  const chunks = Array.from(chunksOf(webp, 'clip')).filter(({ type }) => type !== 'XMP ')
  const [first, ...others] = chunks
  if (first?.type !== 'VP8X') {
    throw new DataError('WebP text: only animated WebP files carry texts; choose another format')
  }
  const extended = first.data.slice()
  extended[0]! |= hasXmp
  const body = concatenate([
    printChunk('VP8X', extended),
    ...others.map(({ type, data }) => printChunk(type, data)),
    printChunk('XMP ', new TextEncoder().encode(printXmp(texts))),
  ])
  const header = webp.slice(0, headerLength)
  new DataView(header.buffer).setUint32(4, body.length + 4, true)
  return concatenate([header, body])
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
