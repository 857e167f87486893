import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Field, readFields } from '../../../test/support/onnx/read-fields.js'
import { createMessage } from './protobuf.js'

const bytes = (...values: number[]) => Uint8Array.from(values)

describe('messages', () => {
  // The examples of protobuf.dev, "Encoding".
  it('write the bytes of the specification', () => {
    expect(createMessage().varint(1, 150).finish()).toEqual(bytes(0x08, 0x96, 0x01))
    expect(createMessage().string(2, 'testing').finish()).toEqual(
      bytes(0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67),
    )
    expect(createMessage().message(3, createMessage().varint(1, 150)).finish()).toEqual(
      bytes(0x1a, 0x03, 0x08, 0x96, 0x01),
    )
    expect(createMessage().packedVarints(6, [3, 270, 86942]).finish()).toEqual(
      bytes(0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05),
    )
    expect(createMessage().varint(1, -2).finish()).toEqual(
      bytes(0x08, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01),
    )
  })

  it('write IEEE 754 numbers, little end first', () => {
    expect(createMessage().float(1, -0.15625).finish()).toEqual(bytes(0x0d, 0x00, 0x00, 0x20, 0xbe))
    expect(createMessage().double(1, 1).finish()).toEqual(bytes(0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f))
    expect(createMessage().packedFloats(1, [2]).finish()).toEqual(bytes(0x0a, 4, 0, 0, 0, 0x40))
  })

  it('know their length before they are joined', () => {
    const message = createMessage()
      .string(1, '字')
      .message(2, createMessage().varint(1, 2 ** 40))
    expect(message.byteLength).toBe(message.finish().length)
  })
})

describe('reading', () => {
  const field = fc.integer({ min: 1, max: 2 ** 29 - 1 })
  const double = (bits: Uint8Array) => new DataView(bits.slice().buffer).getFloat64(0, true)

  it('gives back whatever was written, in order', () => {
    const anyField = fc.oneof(
      fc.record({
        field,
        kind: fc.constant('varint'),
        value: fc.bigInt(-(2n ** 63n), 2n ** 64n - 1n),
      }),
      fc.record({ field, kind: fc.constant('bytes'), value: fc.uint8Array({ maxLength: 300 }) }),
      fc.record({ field, kind: fc.constant('fixed64'), value: fc.double({ noNaN: true }) }),
    )
    fc.assert(
      fc.property(fc.array(anyField), (fields) => {
        const message = createMessage()
        for (const { field, value } of fields) {
          if (typeof value === 'bigint') message.varint(field, value)
          else if (typeof value === 'number') message.double(field, value)
          else message.bytes(field, value)
        }
        const read = Array.from(readFields(message.finish()), ({ field, kind, value }: Field) => ({
          field,
          kind,
          value: kind === 'fixed64' ? double(value as Uint8Array) : value,
        }))
        expect(read).toEqual(
          fields.map((one) =>
            typeof one.value === 'bigint' ? { ...one, value: BigInt.asUintN(64, one.value) } : one,
          ),
        )
      }),
    )
  })
})
