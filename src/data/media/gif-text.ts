/**
 * The blocks of GIF files: checks that all of them are there, and writes and reads comments, which
 * tell what a clip was made from. Pixels pass through untouched. Spec: GIF89a (CompuServe 1990).
 */

import { DataError } from '../../errors.js'
import { concatenate, latin1 } from './bytes.js'

/** Kinds of blocks by their first byte. */
const extension = 0x21
const frame = 0x2c
const trailer = 0x3b
/** The label of an extension that is a comment. */
const comment = 0xfe

const headerLength = 13

/** The canvas that a whole GIF file claims. Throws DataError, calling it `name`, for one cut short. */
export const canvasOfGif = (
  gif: Uint8Array,
  name: string,
): { readonly width: number; readonly height: number } => {
  // Only who walks through all blocks sees where the file ends.
  Array.from(blocksOf(gif, name))
  const view = viewOf(gif)
  return { width: view.getUint16(6, true), height: view.getUint16(8, true) }
}

/**
 * The GIF file with a comment "key: text" for each text before its end, in the order of the record's
 * keys. Keys are printable ASCII without colons. Throws DataError for another key or no GIF.
 */
export const addGifText = (
  gif: Uint8Array,
  texts: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> => {
  const end = Array.from(blocksOf(gif, 'clip')).at(-1)!.start
  const comments = Object.entries(texts).map(([key, text]) => commentBlock(key, text))
  return concatenate([gif.subarray(0, end), ...comments, gif.subarray(end)])
}

/** The texts of a GIF file by key. Throws DataError, calling it `name`, for one cut short. */
export const readGifText = (gif: Uint8Array, name = 'clip'): Record<string, string> => {
  const texts: [string, string][] = []
  for (const { kind, label, start, end } of blocksOf(gif, name)) {
    if (kind !== extension || label !== comment) continue
    const content = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
      joinSubBlocks(gif.subarray(start + 2, end)),
    )
    const parts = /^([!-9;-~]+): ([\s\S]*)$/.exec(content)
    if (parts !== null) texts.push([parts[1]!, parts[2]!])
  }
  return Object.fromEntries(texts)
}

interface Block {
  readonly kind: number
  /** Of an extension. */
  readonly label?: number
  readonly start: number
  readonly end: number
}

/** The blocks of a file, the trailer last. */
function* blocksOf(gif: Uint8Array, name: string): Generator<Block> {
  if (!/^GIF8[79]a$/.test(latin1(gif.subarray(0, 6)))) {
    throw new DataError(`${name}: not a GIF file; convert or replace it`)
  }
  const byteAt = (place: number): number => {
    const byte = gif[place]
    if (byte !== undefined) return byte
    throw new DataError(`${name}: the GIF file is cut short; copy or save it again`)
  }
  /** After sub-blocks, each of which says its length; an empty one ends them. */
  const afterSubBlocks = (start: number): number => {
    let place = start
    while (byteAt(place) !== 0) place += byteAt(place) + 1
    return place + 1
  }
  let start = headerLength + tableLength(byteAt(10))
  for (;;) {
    const kind = byteAt(start)
    if (kind === trailer) {
      yield { kind, start, end: start + 1 }
      return
    }
    if (kind === extension) {
      const end = afterSubBlocks(start + 2)
      yield { kind, label: byteAt(start + 1), start, end }
      start = end
    } else if (kind === frame) {
      // Ten bytes of description, colours, one byte about the code, and the pixels.
      const end = afterSubBlocks(start + 11 + tableLength(byteAt(start + 9)))
      yield { kind, start, end }
      start = end
    } else {
      throw new DataError(`${name}: the GIF file is damaged at byte ${start}; save it again`)
    }
  }
}

/** Bytes of the colour table that flags announce. */
const tableLength = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)

const commentBlock = (key: string, text: string): Uint8Array => {
  if (!/^[!-9;-~]+$/.test(key)) {
    throw new DataError(
      `GIF text: the key ${JSON.stringify(key)} should be printable ASCII without spaces and colons`,
    )
  }
  const content = new TextEncoder().encode(`${key}: ${text}`)
  const parts: Uint8Array[] = [Uint8Array.of(extension, comment)]
  for (let start = 0; start < content.length; start += 255) {
    const part = content.subarray(start, start + 255)
    parts.push(Uint8Array.of(part.length), part)
  }
  return concatenate([...parts, Uint8Array.of(0)])
}

const joinSubBlocks = (blocks: Uint8Array): Uint8Array => {
  const parts: Uint8Array[] = []
  for (let start = 0; blocks[start] !== 0; start += blocks[start]! + 1) {
    parts.push(blocks.subarray(start + 1, start + 1 + blocks[start]!))
  }
  return concatenate(parts)
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
