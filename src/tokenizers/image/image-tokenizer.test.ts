import { expect, test } from 'vitest'
import {
  tinyImageTokenizer,
  tinyPixels,
  tinyTokenizerConfig,
} from '../../../test/support/tiny-image-tokenizer.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'

const runtime = createInlineRuntime({ threads: 1 })
const tokenizer = await tinyImageTokenizer(runtime)
const pixels = tinyPixels(33)
const bytes = 8 * 8 * 3
const places = 4

/** The codes of each picture by itself. */
const alone = new Int32Array(33 * places)
for (let picture = 0; picture < 33; picture++) {
  const one = pixels.subarray(picture * bytes, (picture + 1) * bytes)
  alone.set(await tokenizer.encode(one), picture * places)
}

test('says what it makes of pictures', () => {
  const { size, rows, columns, codes } = tokenizer
  expect({ size, rows, columns, codes }).toEqual({ size: 8, rows: 2, columns: 2, codes: 60 })
  expect(new Set(alone).size).toBeGreaterThan(10)
})

test.each([1, 3, 32, 33])('%i pictures together have the codes that each has alone', async (n) => {
  expect(await tokenizer.encode(pixels.subarray(0, n * bytes))).toEqual(
    alone.subarray(0, n * places),
  )
})

test.each([1, 3, 32, 33])('%i pictures together look as each does alone', async (n) => {
  const together = await tokenizer.decode(alone.subarray(0, n * places))
  expect(together).toHaveLength(n * bytes)
  for (const picture of new Set([0, n - 1])) {
    const one = await tokenizer.decode(alone.subarray(picture * places, (picture + 1) * places))
    const found = together.subarray(picture * bytes, (picture + 1) * bytes)
    const largest = Math.max(...found.map((value, place) => Math.abs(value - one[place]!)))
    // Sums in another order may round to the next byte.
    expect(largest).toBeLessThanOrEqual(1)
  }
})

test('no pictures have no codes', async () => {
  expect(await tokenizer.encode(new Uint8Array())).toHaveLength(0)
  expect(await tokenizer.decode(new Int32Array())).toHaveLength(0)
})

test('refuses pictures of another size, and codes that it does not have', async () => {
  await expect(tokenizer.encode(pixels.subarray(0, bytes + 3))).rejects.toThrow(
    'expected 192 bytes for each picture of 8 × 8, got 195',
  )
  await expect(tokenizer.decode(new Int32Array(5))).rejects.toThrow(
    'expected 4 codes for each picture of 8 × 8, got 5',
  )
  await expect(tokenizer.decode(Int32Array.of(0, 1, -1, 2))).rejects.toThrow(
    'expected codes from 0 to 59, got -1',
  )
  await expect(tokenizer.decode(Int32Array.of(0, 60, 1, 2))).rejects.toThrow('got 60')
})

test('a code book of vectors works alike', async () => {
  const quantizer = { kind: 'vector', codes: 9, channels: 4, decay: 0.9, commitment: 1 } as const
  const other = await tinyImageTokenizer(runtime, tinyTokenizerConfig({ quantizer }))
  const codes = await other.encode(pixels)
  expect(Math.max(...codes)).toBeLessThan(9)
  expect((await other.decode(codes)).length).toBe(pixels.length)
  await other.close()
})

test('is of no use once it is closed', async () => {
  const other = await tinyImageTokenizer(runtime)
  await other.encode(pixels.subarray(0, bytes))
  await other.close()
  await expect(other.encode(pixels.subarray(0, bytes))).rejects.toThrow('closed already')
})
