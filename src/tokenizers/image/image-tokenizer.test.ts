import { describe, expect, test } from 'vitest'
import {
  tinyClipConfig,
  tinyImageTokenizer,
  tinyPixels,
  tinyTokenizerConfig,
} from '../../../test/support/tiny-image-tokenizer.js'
import { watchRuntime } from '../../../test/support/watched-runtime.js'
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

describe('clips', async () => {
  const clipTokenizer = await tinyImageTokenizer(runtime, tinyClipConfig())
  const frames = 3
  const clips = tinyPixels(20 * frames)
  const codes = await clipTokenizer.encode(clips, { frames })
  const perClip = 4 + 1 + 1
  const clipBytes = frames * bytes

  test('have a few codes for each frame after the first', () => {
    expect([1, 2, 3].map(clipTokenizer.codesOf)).toEqual([4, 5, 6])
    expect(codes).toHaveLength(20 * perClip)
    expect([tokenizer.frames, clipTokenizer.frames]).toEqual([1, 3])
  })

  test('begin with the codes of their first frames, which are pictures, and of shorter clips', async () => {
    for (let shorter = 1; shorter < frames; shorter++) {
      for (const clip of [0, 7]) {
        const start = clip * clipBytes
        const part = clips.subarray(start, start + shorter * bytes)
        const expected = codes.subarray(
          clip * perClip,
          clip * perClip + clipTokenizer.codesOf(shorter),
        )
        expect(await clipTokenizer.encode(part, { frames: shorter })).toEqual(expected)
      }
    }
  })

  test('look the same in each frame whatever comes after it', async () => {
    const whole = await clipTokenizer.decode(codes.subarray(0, perClip), { frames })
    const first = await clipTokenizer.decode(codes.subarray(0, 4))
    const largest = Math.max(...first.map((value, place) => Math.abs(value - whole[place]!)))
    expect(largest).toBeLessThanOrEqual(1)
    const changed = codes.slice(0, perClip)
    changed[perClip - 1] = (changed[perClip - 1]! + 31) % 60
    const other = await clipTokenizer.decode(changed, { frames })
    expect(other.subarray(0, 2 * bytes)).toEqual(whole.subarray(0, 2 * bytes))
    expect(other.subarray(2 * bytes)).not.toEqual(whole.subarray(2 * bytes))
  })

  test('know what came before', async () => {
    const changed = clips.slice(0, clipBytes)
    changed.fill(0, 0, bytes)
    const found = await clipTokenizer.encode(changed, { frames })
    expect(found.subarray(4)).not.toEqual(codes.subarray(4, perClip))
  })

  test('have the same codes together and alone', async () => {
    for (const clip of [0, 13, 19]) {
      const one = clips.subarray(clip * clipBytes, (clip + 1) * clipBytes)
      expect(await clipTokenizer.encode(one, { frames })).toEqual(
        codes.subarray(clip * perClip, (clip + 1) * perClip),
      )
    }
  })

  test('are refused where they are too long, or not whole', async () => {
    await expect(clipTokenizer.encode(clips, { frames: 4 })).rejects.toThrow(
      'image tokenizer: expected clips of 1 to 3 frames, got 4; choose a tokenizer of longer clips',
    )
    await expect(tokenizer.encode(clips, { frames: 2 })).rejects.toThrow('1 to 1 frames, got 2')
    await expect(clipTokenizer.decode(codes.subarray(0, 7), { frames })).rejects.toThrow(
      'expected 6 codes for each clip of 3 frames of 8 × 8, got 7',
    )
  })
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

test('a program that could not be made is tried again, and leaves nothing open', async () => {
  const failures: { program?: number } = { program: 1 }
  const watched = watchRuntime(runtime, failures)
  const own = await tinyImageTokenizer(watched)
  const one = pixels.subarray(0, bytes)
  await expect(own.encode(one)).rejects.toThrow('the program fails on purpose')
  delete failures.program
  expect(await own.encode(one)).toEqual(alone.subarray(0, places))
  failures.program = 1
  await expect(own.decode(alone.subarray(0, places))).rejects.toThrow('fails on purpose')
  await own.close()
  expect(watched.open()).toEqual({ buffers: 0, programs: 0 })
})
