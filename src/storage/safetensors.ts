/**
 * Reads and writes safetensors files, tensor by tensor. Typed arrays have the byte order of the
 * machine, which is little-endian, as in the file, wherever Node and browsers run.
 */

import { type DType, viewArray } from '../engine/tensor/dtype.js'
import { createTensor, type Tensor } from '../engine/tensor/tensor.js'
import { StorageError } from '../errors.js'
import type { Files } from './files.js'
import { narrowFloat16, widenBfloat16, widenFloat16 } from './half-precision.js'
import {
  lengthBytes,
  type PlacedTensor,
  type Precision,
  parseHeader,
  printHeader,
  readHeaderLength,
  type SafetensorsHeader,
  type StoredTensor,
  type StoredType,
} from './safetensors-header.js'

export type { Precision } from './safetensors-header.js'

/** Tensors by name, in the order of the file. */
export type NamedTensors = ReadonlyMap<string, Tensor>

export interface SafetensorsContent {
  readonly metadata: Readonly<Record<string, string>>
  readonly tensors: NamedTensors
}

/** A file whose header has been read and checked; the tensors stay on the disk until asked for. */
export interface SafetensorsFile extends SafetensorsHeader {
  readonly path: string
  /** One tensor; F16 and BF16 become float32, I16 becomes int32. Throws StorageError. */
  read(name: string): Promise<Tensor>
  /** The bytes of one tensor as they are stored. Throws StorageError. */
  readRaw(name: string): Promise<Uint8Array<ArrayBuffer>>
}

/** Reads and checks the header of a file. Throws StorageError. */
export const openSafetensors = async (files: Files, path: string): Promise<SafetensorsFile> => {
  const header = await readHeader(files, path)
  const find = (name: string): StoredTensor => {
    const stored = header.tensors.get(name)
    if (stored) return stored
    const names = [...header.tensors.keys()]
    const few = names.slice(0, 5).join(', ') + (names.length > 5 ? ', ...' : '')
    throw new StorageError(
      `${path}: it has no tensor "${name}"; it has ${names.length}: ${few}. ` +
        'Check that the file belongs to this model.',
    )
  }
  const readRaw = async (name: string) => {
    const { start, end } = find(name)
    return files.readRange(path, start, end)
  }
  return {
    path,
    ...header,
    readRaw,
    read: async (name) => {
      const { type, shape } = find(name)
      return convert[type](await readRaw(name), shape)
    },
  }
}

/** Reads all tensors of a file, F16 and BF16 as float32, I16 as int32. Throws StorageError. */
export const readSafetensors = async (files: Files, path: string): Promise<SafetensorsContent> => {
  const file = await openSafetensors(files, path)
  const tensors = new Map<string, Tensor>()
  for (const name of file.tensors.keys()) tensors.set(name, await file.read(name))
  return { metadata: file.metadata, tensors }
}

export interface WriteSafetensorsOptions {
  readonly metadata?: Readonly<Record<string, string>>
  /** What float32 tensors become; all others stay as they are. */
  readonly precision?: Precision
}

/**
 * Writes tensors to a file, straight from their arrays: those must not change until the promise
 * settles. Throws StorageError, also for numbers that are too large for float16: as infinities, or
 * cut off at the largest one, they would make another model.
 */
export const writeSafetensors = (
  files: Files,
  path: string,
  tensors: Iterable<readonly [string, Tensor]>,
  { metadata = {}, precision = 'float32' }: WriteSafetensorsOptions = {},
): Promise<void> => {
  const { header, tensors: placed } = printHeader(tensors, { metadata, precision }, path)
  return files.writeChunks(path, chunksOf(header, placed, path))
}

/** The most that is handed to the file system at once. */
const chunkBytes = 2 ** 26

function* chunksOf(
  header: Uint8Array,
  placed: readonly PlacedTensor[],
  path: string,
): Generator<Uint8Array> {
  yield header
  for (const { name, type, tensor } of placed) {
    const { data } = tensor
    for (let start = 0; start < data.byteLength; start += chunkBytes) {
      const length = Math.min(chunkBytes, data.byteLength - start)
      const bytes = new Uint8Array(data.buffer, data.byteOffset + start, length)
      yield type === 'F16' ? halved(bytes, name, path) : bytes
    }
  }
}

/** The bytes of float32 numbers as those of F16 ones. */
const halved = (bytes: Uint8Array, name: string, path: string): Uint8Array => {
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
  const narrow = narrowFloat16(values)
  const lost = values.find(
    (value, index) => Number.isFinite(value) && (narrow[index]! & 0x7fff) === infiniteFloat16,
  )
  if (lost === undefined) return new Uint8Array(narrow.buffer)
  throw new StorageError(
    `${path}: tensor "${name}" has the number ${lost}, float16 reaches 65504. Keep this model in float32.`,
  )
}

const infiniteFloat16 = 0x7c00

const readHeader = async (files: Files, path: string): Promise<SafetensorsHeader> => {
  const entry = await files.stat(path)
  if (entry?.kind !== 'file' || entry.size < lengthBytes) {
    const found =
      entry === undefined
        ? 'it does not exist'
        : entry.kind === 'folder'
          ? 'it is a folder'
          : `it has ${entry.size} bytes`
    throw new StorageError(`${path}: ${found}, expected a safetensors file. Check the path.`)
  }
  const length = readHeaderLength(await files.readRange(path, 0, lengthBytes), entry.size, path)
  const bytes = await files.readRange(path, lengthBytes, lengthBytes + length)
  return parseHeader(bytes, entry.size, path)
}

type Convert = (bytes: Uint8Array<ArrayBuffer>, shape: readonly number[]) => Tensor

const as =
  (dtype: DType): Convert =>
  ({ buffer }, shape) =>
    createTensor(dtype, shape, viewArray(dtype, buffer))

const convert: { readonly [T in StoredType]: Convert } = {
  F64: as('float64'),
  F32: as('float32'),
  F16: ({ buffer }, shape) => createTensor('float32', shape, widenFloat16(new Uint16Array(buffer))),
  BF16: ({ buffer }, shape) =>
    createTensor('float32', shape, widenBfloat16(new Uint16Array(buffer))),
  I64: as('int64'),
  I32: as('int32'),
  U32: as('uint32'),
  I16: ({ buffer }, shape) => createTensor('int32', shape, new Int32Array(new Int16Array(buffer))),
  I8: as('int8'),
  U8: as('uint8'),
  BOOL: as('bool'),
}
