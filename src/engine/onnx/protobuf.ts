/**
 * The part of the Protocol Buffers wire format that is needed to write and read messages: varints,
 * 32-bit and 64-bit values and length-delimited fields. Specification: protobuf.dev, "Encoding".
 */

import { StorageError } from '../../errors.js'

const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

const text = new TextEncoder()

/** Collects the fields of one message. */
export interface MessageWriter {
  /** A whole number, a truth value or an enum; negative numbers take ten bytes. */
  varint(field: number, value: number | bigint): MessageWriter
  float(field: number, value: number): MessageWriter
  double(field: number, value: number): MessageWriter
  bytes(field: number, value: Uint8Array): MessageWriter
  string(field: number, value: string): MessageWriter
  message(field: number, value: MessageWriter): MessageWriter
  packedVarints(field: number, values: readonly number[]): MessageWriter
  packedFloats(field: number, values: readonly number[]): MessageWriter
  readonly byteLength: number
  /** The parts of the message; large byte fields are not copied. */
  readonly parts: readonly Uint8Array[]
  finish(): Uint8Array<ArrayBuffer>
}

const encodeVarint = (value: number | bigint): Uint8Array => {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}

const littleEndian = (size: 4 | 8, value: number): Uint8Array => {
  const view = new DataView(new ArrayBuffer(size))
  if (size === 4) view.setFloat32(0, value, true)
  else view.setFloat64(0, value, true)
  return new Uint8Array(view.buffer)
}

export const createMessage = (): MessageWriter => {
  const parts: Uint8Array[] = []
  let byteLength = 0
  const push = (part: Uint8Array) => {
    parts.push(part)
    byteLength += part.byteLength
  }
  const tag = (field: number, type: number) => push(encodeVarint(field * 8 + type))
  const writer: MessageWriter = {
    varint(field, value) {
      tag(field, wire.varint)
      push(encodeVarint(value))
      return writer
    },
    float(field, value) {
      tag(field, wire.fixed32)
      push(littleEndian(4, value))
      return writer
    },
    double(field, value) {
      tag(field, wire.fixed64)
      push(littleEndian(8, value))
      return writer
    },
    bytes(field, value) {
      tag(field, wire.bytes)
      push(encodeVarint(value.byteLength))
      push(value)
      return writer
    },
    string: (field, value) => writer.bytes(field, text.encode(value)),
    message(field, value) {
      tag(field, wire.bytes)
      push(encodeVarint(value.byteLength))
      for (const part of value.parts) push(part)
      return writer
    },
    packedVarints: (field, values) =>
      writer.bytes(field, concatBytes(values.map((value) => encodeVarint(value)))),
    packedFloats: (field, values) =>
      writer.bytes(field, concatBytes(values.map((value) => littleEndian(4, value)))),
    get byteLength() {
      return byteLength
    },
    parts,
    finish: () => concatBytes(parts),
  }
  return writer
}

const concatBytes = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const total = parts.reduce((sum, { byteLength }) => sum + byteLength, 0)
  const bytes = new Uint8Array(total)
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.byteLength
  }
  return bytes
}

/** One field as it stands in a message; `value` is a number for varints and the bytes otherwise. */
export type Field =
  | { readonly field: number; readonly kind: 'varint'; readonly value: bigint }
  | {
      readonly field: number
      readonly kind: 'fixed32' | 'fixed64' | 'bytes'
      readonly value: Uint8Array
    }

/** The fields of a message in their order. Throws StorageError on bytes that are no message. */
export function* readFields(message: Uint8Array): Generator<Field> {
  let offset = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[offset++]
      if (byte === undefined) break
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw new StorageError(`protobuf: a number is cut off at byte ${offset}; the file is damaged`)
  }
  const take = (length: number): Uint8Array => {
    if (length > message.length - offset) {
      throw new StorageError(
        `protobuf: a field claims ${length} bytes at byte ${offset} of ${message.length}; the file is damaged`,
      )
    }
    offset += length
    return message.subarray(offset - length, offset)
  }
  while (offset < message.length) {
    const tag = Number(varint())
    const field = Math.floor(tag / 8)
    switch (tag % 8) {
      case wire.varint:
        yield { field, kind: 'varint', value: varint() }
        break
      case wire.fixed64:
        yield { field, kind: 'fixed64', value: take(8) }
        break
      case wire.bytes:
        yield { field, kind: 'bytes', value: take(Number(varint())) }
        break
      case wire.fixed32:
        yield { field, kind: 'fixed32', value: take(4) }
        break
      default:
        throw new StorageError(`protobuf: unknown wire type ${tag % 8} before byte ${offset}`)
    }
  }
}
