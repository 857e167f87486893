/**
 * The header of a safetensors file: what is stored where. Nothing in it is believed before it fits
 * the size of the file. Specification: github.com/huggingface/safetensors, "Format".
 */

import { z } from 'zod'
import type { DType } from '../engine/tensor/dtype.js'
import { printShape, type Shape, sizeOf } from '../engine/tensor/shape.js'
import type { Tensor } from '../engine/tensor/tensor.js'
import { StorageError } from '../errors.js'
import { parseJson, printJson } from './json.js'

/** The element types of safetensors that are read, with their sizes in bytes. */
const storedTypes = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  U32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const

export type StoredType = keyof typeof storedTypes

const typeOf: { readonly [D in DType]: StoredType } = {
  float64: 'F64',
  float32: 'F32',
  int64: 'I64',
  int32: 'I32',
  uint32: 'U32',
  int8: 'I8',
  uint8: 'U8',
  bool: 'BOOL',
}

/** How the float32 tensors of a file are stored. */
export type Precision = 'float32' | 'float16'

/** A tensor as a file stores it; `start` and `end` are offsets in bytes from the file's start. */
export interface StoredTensor {
  readonly type: StoredType
  readonly shape: Shape
  readonly start: number
  readonly end: number
}

export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>
  /** In the order of the file. */
  readonly tensors: ReadonlyMap<string, StoredTensor>
}

/** The length of a header stands before it, in 64 bits. */
export const lengthBytes = 8

/** Printed headers are padded so that the data starts at a multiple of this many bytes. */
const alignment = 8

/** Longer headers are refused, as every implementation does. */
const longestHeader = 100_000_000

/** The length of the header that follows the first eight bytes. Throws StorageError. */
export const readHeaderLength = (bytes: Uint8Array, fileSize: number, path: string): number => {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
  if (length > longestHeader || length > fileSize - lengthBytes) {
    throw damaged(
      path,
      `its header claims ${length} bytes; the file has ${fileSize - lengthBytes} after its ` +
        `first ${lengthBytes}, and more than ${longestHeader} are never read`,
    )
  }
  return Number(length)
}

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
})

const metadataSchema = z.record(z.string(), z.string())

/** Parses and checks a header without the length before it. Throws StorageError. */
export const parseHeader = (
  bytes: Uint8Array,
  fileSize: number,
  path: string,
): SafetensorsHeader => {
  if (bytes[0] !== '{'.charCodeAt(0)) throw damaged(path, 'its header does not start with {')
  // What starts with { is an object.
  const header = parseJson(decode(bytes, path), `${path}: safetensors header`) as object
  const dataStart = lengthBytes + bytes.length
  let metadata: Record<string, string> = {}
  const tensors: (readonly [string, StoredTensor])[] = []
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') metadata = check(metadataSchema, value, name, path)
    else tensors.push([name, parseEntry(value, dataStart, name, path)])
  }
  tensors.sort(([, a], [, b]) => a.start - b.start || a.end - b.end)
  checkPlaces(tensors, dataStart, fileSize, path)
  return { metadata, tensors: new Map(tensors) }
}

const parseEntry = (
  value: unknown,
  dataStart: number,
  name: string,
  path: string,
): StoredTensor => {
  const { dtype, shape, data_offsets } = check(entrySchema, value, name, path)
  if (!Object.hasOwn(storedTypes, dtype)) {
    throw new StorageError(
      `${path}: tensor "${name}" has the type ${JSON.stringify(dtype)}, which is not read here. ` +
        `Convert it to one of ${Object.keys(storedTypes).join(', ')}.`,
    )
  }
  const [start, end] = data_offsets
  // It has just been looked up.
  return { type: dtype as StoredType, shape, start: dataStart + start, end: dataStart + end }
}

const check = <Value>(schema: z.ZodType<Value>, value: unknown, name: string, path: string) => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const { path: keys, message } = result.error.issues[0]!
  const place = [name, ...keys].map(String).join(' > ')
  throw damaged(path, `its header is wrong at ${place}: ${message}`)
}

/** The tensors must fill the data without holes and overlaps, each as long as its shape says. */
const checkPlaces = (
  stored: readonly (readonly [string, StoredTensor])[],
  dataStart: number,
  fileSize: number,
  path: string,
): void => {
  let expected = dataStart
  for (const [name, { type, shape, start, end }] of stored) {
    // sizeOf of absurd sizes overflows to infinity or, with a zero among them, to NaN.
    const size = shape.includes(0) ? 0 : sizeOf(shape) * storedTypes[type]
    if (start !== expected) {
      const found = `bytes ${start} to ${end}`
      throw damaged(path, `tensor "${name}" is at ${found}, expected from ${expected} on`)
    }
    if (end - start !== size) {
      const found = `${end - start} bytes`
      const expectation = `${type} ${printShape(shape)} takes ${size}`
      throw damaged(path, `tensor "${name}" has ${found}, expected as many as ${expectation}`)
    }
    expected = end
  }
  if (expected !== fileSize) {
    throw damaged(path, `it has ${fileSize} bytes, its header describes ${expected}`)
  }
}

const decode = (bytes: Uint8Array, path: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw damaged(path, 'its header is not UTF-8 text', cause)
  }
}

const damaged = (path: string, finding: string, cause?: unknown): StorageError =>
  new StorageError(
    `${path}: ${finding}. It is truncated, damaged or not a safetensors file; ` +
      'copy or create it again.',
    { cause },
  )

/** What a file with a header stores, ready to be written: the header's bytes, then the tensors. */
export interface SafetensorsLayout {
  readonly header: Uint8Array
  readonly tensors: readonly PlacedTensor[]
}

export interface PlacedTensor {
  readonly name: string
  /** What its elements become in the file. */
  readonly type: StoredType
  readonly tensor: Tensor
}

/**
 * Lays a file out. Tensors stand in their order, those of longer elements first, so that each one
 * is aligned for its type. Throws StorageError on a name that is taken or metadata that is no text.
 */
export const printHeader = (
  tensors: Iterable<readonly [string, Tensor]>,
  { metadata, precision }: { metadata: Readonly<Record<string, string>>; precision: Precision },
  path: string,
): SafetensorsLayout => {
  const placed = Array.from(tensors, ([name, tensor]): PlacedTensor => {
    const type = typeOf[tensor.dtype]
    return { name, tensor, type: type === 'F32' && precision === 'float16' ? 'F16' : type }
  }).sort((a, b) => storedTypes[b.type] - storedTypes[a.type])
  const entries = new Map<string, unknown>()
  if (Object.keys(metadata).length > 0) entries.set('__metadata__', metadata)
  let end = 0
  for (const { name, type, tensor } of placed) {
    const { shape, data } = tensor
    if (entries.has(name) || name === '__metadata__') {
      throw new StorageError(`${path}: two entries are named "${name}". Rename one of them.`)
    }
    if (data.length !== sizeOf(shape)) {
      const expected = `${printShape(shape)} expects ${sizeOf(shape)}`
      throw new StorageError(`${path}: tensor "${name}" has ${data.length} elements, ${expected}.`)
    }
    const start = end
    end += data.length * storedTypes[type]
    entries.set(name, { dtype: type, shape, data_offsets: [start, end] })
  }
  const json = new TextEncoder().encode(printJson(Object.fromEntries(entries), path))
  const length = Math.ceil(json.length / alignment) * alignment
  if (length > longestHeader) {
    throw new StorageError(
      `${path}: the header takes ${length} bytes, at most ${longestHeader} are allowed. ` +
        'Use fewer tensors, shorter names or less metadata.',
    )
  }
  const header = new Uint8Array(lengthBytes + length).fill(' '.charCodeAt(0))
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true)
  header.set(json, lengthBytes)
  return { header, tensors: placed }
}
