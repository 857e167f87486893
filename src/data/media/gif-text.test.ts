import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { DataError } from '../../errors.js'
import { addGifText, canvasOfGif, readGifText } from './gif-text.js'

const gif = new Uint8Array(
  await sharp(
    Uint8Array.from({ length: 3 * 2 * 2 * 3 }, (_, index) => index * 7),
    { raw: { width: 3, height: 4, channels: 3, pageHeight: 2 } },
  )
    .gif()
    .toBuffer(),
)

describe('a GIF file', () => {
  it('says how large its canvas is', () => {
    expect(canvasOfGif(gif, 'a.gif')).toEqual({ width: 3, height: 2 })
  })

  it('is cut short wherever it ends before its end', () => {
    for (let length = 6; length < gif.length; length++) {
      expect(() => canvasOfGif(gif.subarray(0, length), 'a.gif'), `${length}`).toThrow(
        'a.gif: the GIF file is cut short; copy or save it again',
      )
    }
  })

  it('is damaged where no block begins', () => {
    const damaged = gif.slice()
    damaged[damaged.length - 1] = 0x77
    expect(() => canvasOfGif(damaged, 'a.gif')).toThrow(
      `a.gif: the GIF file is damaged at byte ${gif.length - 1}; save it again`,
    )
    expect(() => canvasOfGif(new TextEncoder().encode('hello there'), 'a.gif')).toThrow(DataError)
  })

  it('shows the same with texts in it', async () => {
    const pixels = (bytes: Uint8Array) => sharp(bytes, { animated: true }).raw().toBuffer()
    const told = addGifText(gif, { a: 'x'.repeat(1000), b: 'line\nline: 一' })
    expect(await pixels(told)).toEqual(await pixels(gif))
    expect(readGifText(told)).toEqual({ a: 'x'.repeat(1000), b: 'line\nline: 一' })
  })

  it('passes over comments of other programs', () => {
    const comment = [0x21, 0xfe, 5, ...[...'hello'].map((letter) => letter.charCodeAt(0)), 0]
    const told = Uint8Array.from([...gif.subarray(0, -1), ...comment, 0x3b])
    expect(readGifText(addGifText(told, { a: 'b' }))).toEqual({ a: 'b' })
  })
})
