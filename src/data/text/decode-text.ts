/**
 * The text of a file, decoded piece by piece. A byte that is not UTF-8 becomes a lone surrogate,
 * U+DC00 plus the byte, which no UTF-8 text holds: so its reader can name the line or leave it out.
 */

import { DataError } from '../../errors.js'
import type { FileEntry, Files } from '../../storage/files.js'
import { readUnpacked } from '../gunzip.js'
import { describeNamedFolder } from './named-folder.js'
import { tableEnding } from './table-record.js'

/** A byte that is not UTF-8, in a text as this module decodes it. */
export const wrongByte = /[\udc80-\udcff]/u

/** `0xe9`: the byte that a surrogate stands for. */
export const printWrongByte = (surrogate: string): string =>
  `0x${(surrogate.charCodeAt(0) - 0xdc00).toString(16)}`

/** How files with such bytes are mended. */
export const encodingAdvice = 'save the file as UTF-8'

export interface OpenedText {
  readonly pieces: AsyncIterable<string>
  /** What is wrong with texts of the file, of the pieces read so far; it costs nothing while all is well. */
  encodingFault(texts: readonly string[]): string | undefined
}

/** A file's text, of which parts with bytes that are not UTF-8 can be told from others. */
export const openText = (files: Files, path: string): OpenedText => {
  let isWrong = false
  const onWrongByte = () => {
    isWrong = true
  }
  return {
    pieces: decodeText(files, path, { onWrongByte }),
    encodingFault: (texts) => {
      const found = isWrong ? wrongByte.exec(texts.join('\n')) : null
      return found === null
        ? undefined
        : `the byte ${printWrongByte(found[0])} is not UTF-8; ${encodingAdvice}`
    },
  }
}

export interface DecodeTextOptions {
  /** Is told the place in the unpacked file of each byte that is not UTF-8. */
  readonly onWrongByte?: (offset: number) => void
}

/** A file's entry. Throws DataError where there is none. */
export const statFile = async (files: Files, path: string): Promise<FileEntry> => {
  const entry = await files.stat(path)
  if (entry?.kind === 'file') return entry
  throw new DataError(
    entry === undefined
      ? `${path}: there is no such file; check the path`
      : await describeNamedFolder(files, path, { expected: 'a table', ending: tableEnding }),
  )
}

/** Pieces of a file's text, without the byte order mark. Throws DataError for UTF-16 and for no file. */
export async function* decodeText(
  files: Files,
  path: string,
  { onWrongByte = () => {} }: DecodeTextOptions = {},
): AsyncGenerator<string> {
  await statFile(files, path)
  let rest = new Uint8Array()
  let offset = 0
  for await (const piece of readUnpacked(files, path)) {
    if (offset === 0) checkEncoding(path, piece)
    const bytes = rest.length === 0 ? piece : joinBytes(rest, piece)
    const end = wholeCharacters(bytes)
    const text = decodeBytes(bytes.subarray(0, end), (index) => onWrongByte(offset + index))
    yield offset === 0 && text.startsWith('\uFEFF') ? text.slice(1) : text
    offset += end
    rest = bytes.slice(end)
  }
  if (rest.length > 0) yield decodeBytes(rest, (index) => onWrongByte(offset + index))
}

const checkEncoding = (path: string, [first, second]: Uint8Array): void => {
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  if (isUtf16) throw new DataError(`${path}: the text is UTF-16; ${encodingAdvice}`)
}

const joinBytes = (first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> => {
  const joined = new Uint8Array(first.length + second.length)
  joined.set(first)
  joined.set(second, first.length)
  return joined
}

/** Bytes of a character, by its first one; 0 for a byte that starts none. */
const lengthOf = (byte: number): number =>
  byte < 0x80 ? 1 : byte < 0xc2 ? 0 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf5 ? 4 : 0

/** Where a character starts that the bytes do not hold to its end, or the end of the bytes. */
const wholeCharacters = (bytes: Uint8Array): number => {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if ((byte & 0xc0) === 0x80) continue
    return lengthOf(byte) > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const decodeBytes = (bytes: Uint8Array, onWrong: (index: number) => void): string => {
  try {
    return decoder.decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
  let text = ''
  let start = 0
  while (start < bytes.length) {
    const end = endOfValid(bytes, start)
    text += decoder.decode(bytes.subarray(start, end))
    if (end < bytes.length) {
      onWrong(end)
      text += String.fromCharCode(0xdc00 + bytes[end]!)
    }
    start = end + 1
  }
  return text
}

/** Where the first byte is that belongs to no character (table 3-7 of the Unicode Standard). */
const endOfValid = (bytes: Uint8Array, start: number): number => {
  let index = start
  while (index < bytes.length) {
    const first = bytes[index]!
    const length = lengthOf(first)
    if (length === 0 || index + length > bytes.length) return index
    for (let following = 1; following < length; following++) {
      const byte = bytes[index + following]!
      const low = following > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
      const high = following > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
      if (byte < low || byte > high) return index
    }
    index += length
  }
  return index
}
