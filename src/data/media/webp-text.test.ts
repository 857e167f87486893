import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { addWebpText, checkWebp, readWebpText } from './webp-text.js'

const pixels = Uint8Array.from({ length: 3 * 2 * 2 * 3 }, (_, index) => index * 7)

const webp = new Uint8Array(
  await sharp(pixels, { raw: { width: 3, height: 4, channels: 3, pageHeight: 2 } })
    .webp({ lossless: true })
    .toBuffer(),
)

describe.each([
  ['lossless', 3, { lossless: true }],
  ['lossy', 3, {}],
  ['transparent', 4, { lossless: true }],
] as const)('a still WebP file, %s,', (_, channels, options) => {
  it('shows the same with texts in it', async () => {
    const data = Uint8Array.from({ length: 5 * 3 * channels }, (_, index) => index * 3)
    const still = new Uint8Array(
      await sharp(data, { raw: { width: 5, height: 3, channels } })
        .webp(options)
        .toBuffer(),
    )
    const told = addWebpText(still, { phrase: 'a' })
    const shown = (bytes: Uint8Array) => sharp(bytes).raw().toBuffer({ resolveWithObject: true })
    expect(await shown(told)).toEqual(await shown(still))
    expect(readWebpText(told)).toEqual({ phrase: 'a' })
    expect(readWebpText(addWebpText(told, { b: '2' }))).toEqual({ b: '2' })
  })
})

describe('an animated WebP file', () => {
  it('shows the same with texts in it, which other programs see as XMP', async () => {
    const told = addWebpText(webp, { phrase: 'a <b> & 一' })
    const shown = (bytes: Uint8Array) => sharp(bytes, { animated: true }).raw().toBuffer()
    expect(await shown(told)).toEqual(await shown(webp))
    const { xmpAsString } = await sharp(told).metadata()
    expect(xmpAsString).toContain('<tesserae:phrase>a &lt;b&gt; &amp; 一</tesserae:phrase>')
    expect(readWebpText(told)).toEqual({ phrase: 'a <b> & 一' })
  })

  it('has its texts replaced by others', () => {
    const twice = addWebpText(addWebpText(webp, { a: '1' }), { b: '2' })
    expect(readWebpText(twice)).toEqual({ b: '2' })
  })

  it('is cut short wherever it ends before its end', () => {
    checkWebp(webp, 'a.webp')
    for (let length = 12; length < webp.length - 1; length++) {
      expect(() => checkWebp(webp.subarray(0, length), 'a.webp'), `${length}`).toThrow(
        'a.webp: the WebP file is cut short; copy or save it again',
      )
    }
  })

  it('is told from other files', () => {
    expect(() => readWebpText(new TextEncoder().encode('hello there'), 'a.webp')).toThrow(
      'a.webp: not a WebP file; convert or replace it',
    )
  })

  it('holds no control characters', () => {
    expect(() => addWebpText(webp, { a: 'b\u0001' })).toThrow(
      'WebP text: the text of a has control characters; leave them out',
    )
  })
})
