/**
 * Reads what `protobuf.ts` writes, by the same specification (protobuf.dev, "Encoding") and without
 * its code.
 */

const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

/** One field as it stands in a message; `value` is a whole number for varints, the bytes otherwise. */
export type Field =
  | { readonly field: number; readonly kind: 'varint'; readonly value: bigint }
  | {
      readonly field: number
      readonly kind: 'fixed32' | 'fixed64' | 'bytes'
      readonly value: Uint8Array
    }

/** The fields of a message in their order. Throws on bytes that are no message. */
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
    throw new Error(`protobuf: a number is cut off at byte ${offset}`)
  }
  const take = (length: number): Uint8Array => {
    if (length > message.length - offset) {
      throw new Error(
        `protobuf: a field claims ${length} bytes at byte ${offset} of ${message.length}`,
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
        throw new Error(`protobuf: unknown wire type ${tag % 8} before byte ${offset}`)
    }
  }
}
