import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { lettersOf, pictureOf } from '../../../test/support/pictures.js'
import type { Media } from '../../data/media/media.js'
import { crc32 } from '../../data/media/png-text.js'
import { DataError, RuntimeError } from '../../errors.js'
import { createNodeMedia } from './media.js'
import { workerFile } from './worker-thread.js'

const media = createNodeMedia()

/** Red on the left, blue on the right, twice as wide as high. */
const twoColors = () => {
  const data = Uint8Array.from({ length: 64 * 32 * 3 }, (_, index) => {
    const isLeft = Math.floor(index / 3) % 64 < 32
    return index % 3 === (isLeft ? 0 : 2) ? 255 : 0
  })
  return sharp(data, { raw: { width: 64, height: 32, channels: 3 } })
}

const svg = (content: string, size = 'width="64" height="32"') =>
  new TextEncoder().encode(`<svg xmlns="http://www.w3.org/2000/svg" ${size}>${content}</svg>`)

const decode = (bytes: Uint8Array, size = 64, from: Media = media) =>
  from.decode(bytes, { name: 'a.png', size })

const failureOf = async (promise: Promise<unknown>): Promise<Error> => {
  const failure: unknown = await promise.catch((error) => error)
  expect(failure).toBeInstanceOf(Error)
  return failure as Error
}

describe('decode', () => {
  it('reads PNG, JPEG, WebP, GIF and SVG', async () => {
    const files = [
      await twoColors().png().toBuffer(),
      await twoColors().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer(),
      await twoColors().webp({ lossless: true }).toBuffer(),
      await twoColors().gif().toBuffer(),
      svg(
        '<rect width="32" height="32" fill="red"/><rect x="32" width="32" height="32" fill="blue"/>',
      ),
    ]
    for (const file of files) {
      const { width, height, channels, data } = await decode(file)
      expect([width, height, channels, data.length]).toEqual([64, 64, 3, 64 * 64 * 3])
      const colorAt = (x: number, y: number) => [
        ...data.subarray((y * 64 + x) * 3, (y * 64 + x) * 3 + 3),
      ]
      for (const [place, color] of [
        [colorAt(16, 32), [255, 0, 0]],
        [colorAt(48, 32), [0, 0, 255]],
        [colorAt(32, 8), [255, 255, 255]],
        [colorAt(32, 56), [255, 255, 255]],
      ] as const) {
        for (const channel of [0, 1, 2])
          expect(Math.abs(place[channel]! - color[channel]!)).toBeLessThan(4)
      }
    }
  })

  it('contains on a background or covers', async () => {
    const png = await twoColors().png().toBuffer()
    const options = { name: 'a.png', size: 4, background: [0, 255, 0] } as const
    const contained = await media.decode(png, { ...options, fit: 'contain' })
    expect(lettersOf(contained)[0]).toBe('gggg')
    expect(lettersOf(contained)[3]).toBe('gggg')
    expect(lettersOf(contained)[1]).toMatch(/^r..b$/)
    const covered = lettersOf(await media.decode(png, { ...options, fit: 'cover' }))
    expect(covered.join('')).not.toContain('g')
    expect(covered[0]).toMatch(/^r.*b$/)
  })

  it('shows transparent pictures on the background', async () => {
    const transparent = await sharp({
      create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer()
    expect(lettersOf(await decode(transparent, 1))).toEqual(['.'])
    const red = await media.decode(transparent, { name: 'a.png', size: 1, background: [255, 0, 0] })
    expect(lettersOf(red)).toEqual(['r'])
  })

  it('gives three channels of grey, 16-bit, CMYK and palette pictures', async () => {
    const gray = sharp({ create: { width: 8, height: 8, channels: 3, background: '#000' } })
    const files = [
      await gray.clone().toColourspace('b-w').png().toBuffer(),
      await gray.clone().toColourspace('rgb16').png().toBuffer(),
      await gray.clone().toColourspace('cmyk').jpeg().toBuffer(),
      await gray.clone().png({ palette: true }).toBuffer(),
    ]
    for (const file of files) {
      const { channels, data } = await decode(file, 2)
      expect([channels, data.length]).toEqual([3, 12])
      expect(Math.max(...data)).toBeLessThan(60)
    }
  })

  it('turns photographs upright', async () => {
    const turned = await twoColors().jpeg().withMetadata({ orientation: 6 }).toBuffer()
    const { data } = await decode(turned, 4)
    // A quarter turn clockwise: what was left is above.
    const top = data.subarray(3, 6)
    const bottom = data.subarray((3 * 4 + 1) * 3, (3 * 4 + 1) * 3 + 3)
    expect([top[0]! > 200, top[2]! < 60]).toEqual([true, true])
    expect([bottom[0]! < 60, bottom[2]! > 200]).toEqual([true, true])
  })

  it('draws SVG sharply at any size, filters smoothly', async () => {
    const half = '<rect width="8" height="16" fill="#000"/>'
    const { data } = await decode(svg(half, 'width="16" height="16"'), 512)
    const row = Array.from({ length: 512 }, (_, x) => data[x * 3]!)
    expect(row.filter((value) => value > 10 && value < 245).length).toBeLessThanOrEqual(2)
    const filtered = `<defs><filter id="f"><feOffset dx="0"/></filter></defs><circle cx="32" cy="32" r="30" filter="url(#f)"/>`
    const circle = await decode(svg(filtered, 'viewBox="0 0 64 64"'), 64)
    const shades = new Set(circle.data)
    expect(shades.size).toBeGreaterThan(8)
  })

  it('does not let SVG read files', async () => {
    const red = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    const folder = mkdtempSync(join(tmpdir(), 'tesserae-svg-'))
    const here = process.cwd()
    try {
      writeFileSync(join(folder, 'red.png'), red)
      process.chdir(folder)
      const drawn = async (href: string) => {
        const { data } = await decode(svg(`<image href="${href}" width="64" height="32"/>`))
        return data.some((value, place) => place % 3 === 1 && value < 128)
      }
      expect(await drawn(`data:image/png;base64,${red.toString('base64')}`)).toBe(true)
      for (const href of [pathToFileURL(join(folder, 'red.png')).href, 'red.png', './red.png']) {
        expect(await drawn(href)).toBe(false)
      }
    } finally {
      process.chdir(here)
      rmSync(folder, { recursive: true })
    }
  })

  it('says what is wrong with a file that is no picture, and how to mend it', async () => {
    for (const bytes of [new TextEncoder().encode('hello'), new Uint8Array(100)]) {
      const failure = await failureOf(decode(bytes))
      expect(failure).toBeInstanceOf(DataError)
      expect(failure.message).toMatch(
        /^a\.png: not a picture in one of the formats png, .*convert or remove/,
      )
      expect(failure.message).not.toContain('\n')
    }
    expect((await failureOf(decode(new Uint8Array()))).message).toMatch(/^a\.png: .*empty/)
    const tiff = await twoColors().tiff().toBuffer()
    expect((await failureOf(decode(tiff))).message).toContain('its format is tiff')
  })

  it('refuses damaged and truncated pictures', async () => {
    const noise = Buffer.from(
      Uint8Array.from({ length: 64 * 64 * 3 }, (_, index) => (index * 7919) % 251),
    )
    const raw = { width: 64, height: 64, channels: 3 } as const
    const files = [
      await sharp(noise, { raw }).png().toBuffer(),
      await sharp(noise, { raw }).jpeg().toBuffer(),
      await sharp(noise, { raw }).webp().toBuffer(),
      svg('<rect width="10" height="10"/>'),
    ]
    for (const file of files) {
      const failure = await failureOf(decode(file.subarray(0, file.length / 2)))
      expect(failure).toBeInstanceOf(DataError)
      expect(failure.message).toMatch(
        /^a\.png: (the picture is damaged or cut short|not a picture)/,
      )
    }
  })

  it('refuses 40,000 x 40,000 pixels before it decodes any', async () => {
    const files = [
      await hugePng(),
      svg('<rect width="9" height="9"/>', 'width="40000" height="40000"'),
    ]
    for (const file of files) {
      const failure = await failureOf(decode(file))
      expect(failure).toBeInstanceOf(DataError)
      expect(failure.message).toMatch(/^a\.png: .*40000 x 40000 pixels, more than the limit of \d+/)
    }
  })

  it('refuses files beyond its limit', async () => {
    const strict = createNodeMedia({ limits: { maximumBytes: 50, maximumPixels: 100 } })
    const file = await twoColors().png().toBuffer()
    expect((await failureOf(decode(file, 8, strict))).message).toMatch(/file has .* MiB, more than/)
    const small = svg('', 'width="11" height="10"').slice(0, 200)
    const roomy = createNodeMedia({ limits: { maximumBytes: 500, maximumPixels: 100 } })
    expect((await failureOf(decode(small, 8, roomy))).message).toMatch(/11 x 10 pixels/)
  })
})

/** The header of a PNG file of 40,000 x 40,000 pixels, with next to nothing behind it. */
const hugePng = async (): Promise<Uint8Array> => {
  const png = new Uint8Array(await twoColors().png().toBuffer())
  const view = new DataView(png.buffer)
  view.setUint32(16, 40_000)
  view.setUint32(20, 40_000)
  view.setUint32(29, crc32(png.subarray(12, 29)))
  return png
}

describe('encodePng and rasterize', () => {
  it('keep pixels exactly', async () => {
    const picture = pictureOf('rgb', 'k.r')
    const png = await media.encodePng(picture)
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height, info.channels]).toEqual([3, 2, 3])
    expect(new Uint8Array(data)).toEqual(picture.data)
  })

  it('draw SVG documents at exactly the wanted size', async () => {
    const drawn = await media.rasterize(
      new TextDecoder().decode(svg('<rect width="32" height="32" fill="red"/>')),
      {
        width: 4,
        height: 2,
      },
    )
    expect(lettersOf(drawn)).toEqual(['rr..', 'rr..'])
  })

  it('say when a document cannot be drawn', async () => {
    await expect(media.rasterize('<svg', { width: 4, height: 2 })).rejects.toThrow(DataError)
  })
})

const workerUrl = workerFile(new URL('./decode-worker.js', import.meta.url))

describe.skipIf(!existsSync(workerUrl))('decoding in worker threads', () => {
  const pooled = createNodeMedia({ workers: 2 })
  afterAll(() => pooled.close())

  it('gives the same pixels and the same errors', async () => {
    const good = await twoColors().png().toBuffer()
    const bad = new TextEncoder().encode('hello')
    const results = await Promise.all(
      Array.from({ length: 8 }, async (_, index) =>
        index % 2 ? failureOf(decode(bad, 8, pooled)) : decode(good, 8, pooled),
      ),
    )
    const [expectedPicture, expectedFailure] = [
      await decode(good, 8),
      await failureOf(decode(bad, 8)),
    ]
    for (const [index, result] of results.entries()) {
      if (index % 2 === 0) expect(result).toEqual(expectedPicture)
      else expect((result as Error).message).toBe(expectedFailure.message)
      if (index % 2) expect(result).toBeInstanceOf(DataError)
    }
  })

  it('starts with the second picture of those that are wanted at once', async () => {
    const started = threadsStarted()
    const other = createNodeMedia({ workers: 2 })
    const good = await twoColors().png().toBuffer()
    await decode(good, 8, other)
    await decode(good, 8, other)
    expect(started()).toBe(0)
    await Promise.all([decode(good, 8, other), decode(good, 8, other)])
    expect(started()).toBe(1)
    await other.close()
  })

  it('does not keep the process alive', async () => {
    const script = `
        import { createNodeMedia } from '${new URL('media.js', workerUrl)}'
        const media = createNodeMedia({ workers: 2 })
        const svg = new TextEncoder().encode('${new TextDecoder().decode(svg(''))}')
        const decode = () => media.decode(svg, { name: 'a.svg', size: 8 })
        console.log((await Promise.all([1, 2, 3].map(decode))).length)`
    const run = promisify(execFile)
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script])
    expect(stdout).toBe('3\n')
  })

  it('can be ended, and says so afterwards', async () => {
    const other = createNodeMedia({ workers: 1 })
    const good = await twoColors().png().toBuffer()
    await Promise.all([decode(good, 8, other), decode(good, 8, other)])
    await other.close()
    await expect(decode(good, 8, other)).rejects.toThrow(RuntimeError)
    const started = threadsStarted()
    await expect(other.openSheets(new Map())).rejects.toThrow(RuntimeError)
    expect(started()).toBe(0)
  })

  it('reports pictures that were waiting when it ended', async () => {
    const other = createNodeMedia({ workers: 1 })
    const good = await twoColors().png().toBuffer()
    const here = decode(good, 8, other)
    const waiting = failureOf(decode(good, 8, other))
    await other.close()
    expect(await waiting).toBeInstanceOf(RuntimeError)
    expect((await here).width).toBe(8)
  })
})

/** How many threads this process has started since. */
const threadsStarted = () => {
  let count = 0
  const onWorker = () => count++
  process.on('worker', onWorker)
  return () => count
}
