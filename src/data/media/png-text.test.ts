import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { DataError } from '../../errors.js'
import { addPngText, crc32, readPngText } from './png-text.js'

const png = new Uint8Array(
  await sharp({ create: { width: 3, height: 2, channels: 3, background: '#f80' } })
    .png()
    .toBuffer(),
)

it('computes the checksum of the PNG specification', () => {
  // The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
})

describe('texts in PNG files', () => {
  const texts = { Title: 'a red apple', Description: '一个红苹果 🍎', seed: '7', empty: '' }

  it('are read back as they were written', () => {
    expect(readPngText(addPngText(png, texts))).toEqual(texts)
  })

  it('are read back whatever they are', () => {
    const text = fc
      .string({ unit: fc.constantFrom(...'aZ 0~\n\0\x7F\xE9一🍎\uFEFF\uD800'), maxLength: 30 })
      .map((one) =>
        new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(one)),
      )
    fc.assert(
      fc.property(text, (value) => {
        expect(readPngText(addPngText(png, { key: value }))).toEqual({ key: value })
      }),
      { numRuns: 50 },
    )
  })

  it('leave a file that another decoder reads, texts and pixels', async () => {
    const changed = addPngText(png, texts)
    const { comments } = await sharp(changed).metadata()
    expect(comments).toContainEqual(expect.objectContaining({ text: 'a red apple' }))
    expect(comments).toContainEqual(expect.objectContaining({ text: '一个红苹果 🍎' }))
    expect(await sharp(changed).raw().toBuffer()).toEqual(await sharp(png).raw().toBuffer())
  })

  it('need keys that the specification allows', () => {
    for (const key of ['', ' a', 'a ', 'a  b', 'ä', 'k'.repeat(80)]) {
      expect(() => addPngText(png, { [key]: 'x' })).toThrow(DataError)
    }
    expect(readPngText(addPngText(png, { ['k'.repeat(79)]: 'x' }))).toHaveProperty('k'.repeat(79))
  })

  it('are not read from files that are no PNG or damaged', () => {
    expect(() => readPngText(new Uint8Array([1, 2, 3]), 'photo.jpg')).toThrow(
      'photo.jpg: not a PNG',
    )
    expect(() => addPngText(new Uint8Array(), {})).toThrow(DataError)
    expect(() => readPngText(png.subarray(0, -3))).toThrow('ends inside a chunk')
    const flipped = addPngText(png, texts)
    flipped[50]! ^= 1
    expect(() => readPngText(flipped)).toThrow('checksum')
  })

  it('never fail in another way than with a DataError', () => {
    const whole = addPngText(png, texts)
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (place, value) => {
        const damaged = whole.slice()
        damaged[place] = value
        try {
          readPngText(damaged)
        } catch (error) {
          expect(error).toBeInstanceOf(DataError)
        }
      }),
    )
  })
})
