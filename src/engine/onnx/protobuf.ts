/**
 * The part of the Protocol Buffers wire format that is needed to write messages: varints, 32-bit and
 * 64-bit values and length-delimited fields. Specification: protobuf.dev, "Encoding".
 */

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
