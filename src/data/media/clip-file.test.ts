import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { lettersOf, pictureOf } from '../../../test/support/pictures.js'
import { DataError } from '../../errors.js'
import { createNodeMedia } from '../../platform/node/media.js'
import { clipFormatOf, clipFormats, encodeClipFile, readClipText, stripOf } from './clip-file.js'
import { framesOf, joinFrames } from './media.js'

const media = createNodeMedia()
afterAll(() => media.close())

/** The last two frames are equal. */
const clip = joinFrames([
  pictureOf('rr..', 'rr..', '....', '....'),
  pictureOf('..gg', '..gg', '....', '....'),
  pictureOf('....', '....', 'bb..', 'bb..'),
  pictureOf('....', '....', 'bb..', 'bb..'),
])

const texts = { tesserae: '{"phrase":"a <red> apple & 一个红苹果 🍎"}', empty: '' }

describe.each(clipFormats)('a clip as %s', (format) => {
  it('is read back, frames and texts', async () => {
    const file = await encodeClipFile(clip, { media, format, texts })
    const name = `a.${format}`
    const read = await media.decodeClip({ name, files: [{ name, bytes: file }] }, { size: 4 })
    expect(framesOf(read).map(lettersOf)).toEqual(framesOf(clip).map(lettersOf))
    expect(readClipText(file, name)).toEqual(texts)
  })

  it('has the same bytes each time', async () => {
    const first = await encodeClipFile(clip, { media, format, texts })
    expect(await encodeClipFile(clip, { media, format, texts })).toEqual(first)
    expect(await encodeClipFile(clip, { media, format })).not.toEqual(first)
  })

  it('holds any text without control characters', async () => {
    const bare = await encodeClipFile(clip, { media, format })
    expect(readClipText(bare, 'a')).toEqual({})
    const text = fc.string({ unit: fc.constantFrom(...'aZ 0~\xE9一🍎<>&;:"\''), maxLength: 600 })
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const file = await encodeClipFile(clip, { media, format, texts: { key: value } })
        expect(readClipText(file, 'a')).toEqual({ key: value })
      }),
      { numRuns: 10 },
    )
  })

  it('needs keys that can be written', async () => {
    for (const key of ['', 'a b']) {
      const writing = encodeClipFile(clip, { media, format, texts: { [key]: 'x' } })
      if (format === 'png' && key !== '') await writing
      else await expect(writing).rejects.toThrow(DataError)
    }
  })
})

describe('an animation', () => {
  it.each(['gif', 'webp'] as const)('in %s goes on at its speed without end', async (format) => {
    const file = await encodeClipFile(clip, { media, format, framesPerSecond: 5, texts })
    const { delay, loop } = await sharp(file, { animated: true }).metadata()
    expect(loop).toBe(0)
    expect(delay!.reduce((sum, one) => sum + one, 0)).toBe(800)
  })

  it.each(['gif', 'webp'] as const)('in %s has the speed that was asked for', async (format) => {
    const frames = pictureOf('r...', '....', '....', '....')
    const others = Array.from({ length: 15 }, (_, place) =>
      pictureOf(
        ...['....', '.g..', '..b.', '...r'].map((row, at) => (place % 4 === at ? row : '....')),
      ),
    )
    for (const framesPerSecond of [8, 12, 24, 30, 40, 50]) {
      const moving = joinFrames([frames, ...others])
      const bytes = await encodeClipFile(moving, { media, format, framesPerSecond })
      const read = await media.decodeClip({ name: 'a', files: [{ name: 'a', bytes }] }, { size: 4 })
      expect(read.frames).toBe(16)
      expect(Math.abs(read.framesPerSecond! / framesPerSecond - 1)).toBeLessThan(0.02)
    }
  })

  it('in WebP may be one picture', async () => {
    const [first] = framesOf(clip)
    const bytes = await encodeClipFile(joinFrames([first!]), { media, format: 'webp', texts })
    expect(readClipText(bytes, 'a')).toEqual(texts)
    expect((await sharp(bytes).metadata()).width).toBe(4)
  })

  it('keeps up to 256 colours nearly as they are in GIF', async () => {
    const data = Uint8Array.from({ length: 2 * 16 * 8 * 3 }, (_, index) => {
      const pixel = Math.floor(index / 3)
      return [pixel, 255 - pixel, (pixel * 7) % 256][index % 3]!
    })
    const colourful = { width: 16, height: 16, channels: 3, data, frames: 2 } as const
    const bytes = await encodeClipFile(colourful, { media, format: 'gif' })
    const back = await sharp(bytes, { animated: true }).removeAlpha().raw().toBuffer()
    const largest = back.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - data[index]!)),
      0,
    )
    expect(largest).toBeLessThan(8)
  })
})

it('lays frames side by side in a strip', () => {
  expect(lettersOf(stripOf(clip))[0]).toBe('rr....gg........')
})

it('tells the format from the name', () => {
  expect(clipFormatOf('a/b.GIF')).toBe('gif')
  expect(() => clipFormatOf('a.mp4')).toThrow(
    'a.mp4: expected a name that ends in .gif, .webp, .png; clips are written in these formats',
  )
})
