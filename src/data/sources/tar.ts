/**
 * Reads the table of a tar archive without unpacking it: ustar, with the long names and sizes of
 * pax and GNU tar. Only plain files come out; links, devices and paths that lead outside are
 * faults. Spec: POSIX.1-2017 pax, "ustar Interchange Format".
 */

import { entryPathFault } from '../../storage/entry-path.js'
import type { Files } from '../../storage/files.js'
import { reportFault, type SourceContext } from '../source.js'

export interface TarEntry {
  readonly path: string
  /** Bytes `start` up to but not including `end` of the archive are the file's content. */
  readonly start: number
  readonly end: number
}

const blockSize = 512
/** Long names and pax records beyond this are refused. */
const longestRecord = 2 ** 20
/** Read at once, so that small entries do not cost a file access each. */
const windowSize = 2 ** 20

/** The files of an archive in its order; a damaged one is reported and ends there. */
export async function* readTar(path: string, context: SourceContext): AsyncGenerator<TarEntry> {
  const size = (await context.files.stat(path))?.size ?? 0
  const readBytes = createWindow(context.files, path, size)
  const fail = (message: string) => reportFault(context, { file: path, message })
  let overrides: Overrides = {}
  let position = 0
  for (;;) {
    if (position + blockSize > size) {
      return fail('the archive ends without its end mark; it was cut short, copy it again')
    }
    const header = parseHeader(await readBytes(position, position + blockSize))
    if (header === 'end') return
    if (header === undefined) return fail(`no tar header at byte ${position}; pack it again`)
    const start = position + blockSize
    const end = start + (overrides.size ?? header.size)
    if (!(end >= start && end <= size)) {
      const room = size - start
      return fail(
        `${header.path} claims ${end - start} bytes, but ${room} are left; copy the archive again`,
      )
    }
    position = start + Math.ceil((end - start) / blockSize) * blockSize
    if (isExtension(header.type)) {
      if (end - start > longestRecord) {
        return fail(`an extended header of ${end - start} bytes is too long; pack it again`)
      }
      overrides = { ...overrides, ...readExtension(header.type, await readBytes(start, end)) }
      continue
    }
    const entryPath = overrides.path ?? header.path
    overrides = {}
    const fault = entryFault(header.type, entryPath)
    if (fault !== undefined) fail(fault)
    else if (header.type === 'file') yield { path: entryPath.replace(/^(\.\/)+/, ''), start, end }
  }
}

interface Overrides {
  readonly path?: string
  readonly size?: number
}

type EntryType = 'file' | 'folder' | 'link' | 'long-name' | 'pax' | 'ignored' | 'special'

const types: Readonly<Record<string, EntryType>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'link',
  '2': 'link',
  '5': 'folder',
  L: 'long-name',
  K: 'ignored',
  x: 'pax',
  g: 'ignored',
}

const isExtension = (type: EntryType) => ['long-name', 'pax', 'ignored'].includes(type)

const entryFault = (type: EntryType, path: string): string | undefined => {
  if (type === 'link') return `${path} is a link; pack the file itself`
  if (type === 'special') return `${path} is neither a file nor a folder; leave it out`
  return type === 'file' ? entryPathFault(path, 'data set') : undefined
}

interface Header {
  readonly path: string
  readonly size: number
  readonly type: EntryType
}

/** A header block; `end` for a block of zeros, undefined for one that is no header. */
const parseHeader = (block: Uint8Array): Header | 'end' | undefined => {
  if (block.every((byte) => byte === 0)) return 'end'
  const size = readNumber(block.subarray(124, 136))
  if (readNumber(block.subarray(148, 156)) !== checksumOf(block) || size === undefined) {
    return undefined
  }
  const isUstar = readString(block.subarray(257, 262)) === 'ustar' && block[262] === 0
  const prefix = isUstar ? readString(block.subarray(345, 500)) : ''
  const name = readString(block.subarray(0, 100))
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    size,
    type: types[String.fromCharCode(block[156]!)] ?? 'special',
  }
}

/** The sum of all bytes, those of the checksum itself counted as spaces. */
const checksumOf = (block: Uint8Array): number =>
  block.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 32 : byte), 0)

/** Octal digits, or big-endian binary where the first bit is set (GNU). */
const readNumber = (field: Uint8Array): number | undefined => {
  if (field[0]! >= 0x80) {
    const value = field.reduce(
      (sum, byte, index) => sum * 256 + (index === 0 ? byte & 0x7f : byte),
      0,
    )
    return Number.isSafeInteger(value) ? value : undefined
  }
  const digits = readString(field).trim()
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined
}

const readString = (field: Uint8Array): string => {
  const end = field.indexOf(0)
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end))
}

const readExtension = (type: EntryType, content: Uint8Array): Overrides => {
  if (type === 'long-name') return { path: readString(content) }
  return type === 'pax' ? readPax(content) : {}
}

/** Records `length key=value\n`, where length counts the whole record in bytes. */
const readPax = (content: Uint8Array): Overrides => {
  let path: string | undefined
  let size: number | undefined
  for (let start = 0; start < content.length; ) {
    const space = content.indexOf(32, start)
    const length = Number(readString(content.subarray(start, Math.max(start, space))))
    if (!Number.isInteger(length) || length < 5) break
    const record = new TextDecoder().decode(content.subarray(space + 1, start + length - 1))
    if (record.startsWith('path=')) path = record.slice(5)
    if (record.startsWith('size=')) size = /^size=\d+$/.test(record) ? Number(record.slice(5)) : NaN
    start += length
  }
  return { ...(path === undefined ? {} : { path }), ...(size === undefined ? {} : { size }) }
}

/** Reads ranges of a file that mostly follow each other, a large piece at a time. */
const createWindow = (files: Files, path: string, size: number) => {
  let window = { start: 0, bytes: new Uint8Array() }
  return async (start: number, end: number): Promise<Uint8Array> => {
    if (start < window.start || end > window.start + window.bytes.length) {
      const last = Math.min(size, Math.max(end, start + windowSize))
      window = { start, bytes: await files.readRange(path, start, last) }
    }
    return window.bytes.subarray(start - window.start, end - window.start)
  }
}
