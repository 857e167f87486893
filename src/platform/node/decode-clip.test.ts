import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { gifOfFrames, withCanvas } from '../../../test/support/gifs.js'
import { lettersOf, pictureOf } from '../../../test/support/pictures.js'
import type { EncodedClip } from '../../data/example.js'
import { framesOf, joinFrames, maximumFrames, type Picture } from '../../data/media/media.js'
import { DataError, RuntimeError } from '../../errors.js'
import { createNodeMedia } from './media.js'

const media = createNodeMedia()

/** Three frames of 4 x 4 pixels, each with a corner of its own. */
const frames = [
  pictureOf('rr..', 'rr..', '....', '....'),
  pictureOf('..gg', '..gg', '....', '....'),
  pictureOf('....', '....', 'bb..', 'bb..'),
]
const letters = frames.map(lettersOf)

const rawOf = ({ width, height, channels, data }: Picture) =>
  sharp(data, { raw: { width, height, channels } })

const animationOf = (shown: readonly Picture[]) => {
  const { width, height, data } = joinFrames(shown)
  const pageHeight = height / shown.length
  return sharp(data, { raw: { width, height, channels: 3, pageHeight } })
}

const pngOf = async (picture: Picture) => new Uint8Array(await rawOf(picture).png().toBuffer())

const clipOf = (bytes: Uint8Array, name = 'a.gif', others: Partial<EncodedClip> = {}) => ({
  name,
  files: [{ name, bytes }],
  ...others,
})

const decode = (clip: EncodedClip, size = 4) => media.decodeClip(clip, { size })

const failureOf = async (promise: Promise<unknown>): Promise<string> => {
  const failure: unknown = await promise.catch((error) => error)
  expect(failure).toBeInstanceOf(DataError)
  const { message } = failure as Error
  expect(message.split('\n')).toHaveLength(1)
  return message
}

describe('a picture', () => {
  it('is a clip of one frame where that will do', async () => {
    const takes = (clip: EncodedClip) => media.decodeClip(clip, { size: 4, takesPictures: true })
    const one = [
      clipOf(new Uint8Array(await animationOf(frames.slice(0, 1)).gif().toBuffer())),
      clipOf(await pngOf(frames[0]!), 'a.png'),
    ]
    for (const clip of one) {
      expect(framesOf(await takes(clip)).map(lettersOf)).toEqual(letters.slice(0, 1))
      expect(await failureOf(decode(clip))).toContain('the clip has one frame; give it two or more')
    }
    // No strip of squares: shown as a whole.
    const wide = await takes(clipOf(await pngOf(pictureOf('rrrr', 'rrrr', 'rrrr')), 'wide.png'))
    expect(wide.frames).toBe(1)
    const strip = await takes(clipOf(await pngOf(pictureOf('rrgg', 'rrgg')), 'strip.png'))
    expect(strip.frames).toBe(2)
  })
})

describe('the frames of a clip', () => {
  it('are read from GIF and animated WebP', async () => {
    for (const file of [
      await animationOf(frames).gif().toBuffer(),
      await animationOf(frames).webp({ lossless: true }).toBuffer(),
    ]) {
      const clip = await decode(clipOf(file))
      expect([clip.width, clip.height, clip.frames]).toEqual([4, 12, 3])
      expect(framesOf(clip).map(lettersOf)).toEqual(letters)
    }
  })

  it('are fitted into squares one by one', async () => {
    const wide = [pictureOf('rrgg', 'rrgg'), pictureOf('bbkk', 'bbkk')]
    const file = await animationOf(wide).webp({ lossless: true }).toBuffer()
    const shown = async (size: number, fit: 'contain' | 'cover') =>
      framesOf(await media.decodeClip(clipOf(file), { size, fit, background: [0, 255, 0] })).map(
        lettersOf,
      )
    expect(await shown(4, 'contain')).toEqual([
      ['gggg', 'rrgg', 'rrgg', 'gggg'],
      ['gggg', 'bbkk', 'bbkk', 'gggg'],
    ])
    expect(await shown(2, 'cover')).toEqual([
      ['rg', 'rg'],
      ['bk', 'bk'],
    ])
  })

  it('show the background through what is transparent', async () => {
    const data = new Uint8Array(2 * 4 * 4)
    const clear = sharp(data, { raw: { width: 2, height: 4, channels: 4, pageHeight: 2 } })
    const gif = await clear.gif({ keepDuplicateFrames: true }).toBuffer()
    const clip = await decode(clipOf(gif), 2)
    expect(lettersOf(clip)).toEqual(['..', '..', '..', '..'])
  })

  it('are cut from strips, side by side or below each other', async () => {
    const rows = [0, 1, 2, 3].map((row) => letters.map((frame) => frame[row]!).join(''))
    const [across, down] = [pictureOf(...rows), joinFrames(frames)]
    for (const strip of [across, down]) {
      const clip = await decode(clipOf(await pngOf(strip), 'a.png'))
      expect(framesOf(clip).map(lettersOf)).toEqual(letters)
    }
    const two = await decode(clipOf(await pngOf(across), 'a.png', { stripFrames: 2 }), 6)
    expect(two.frames).toBe(2)
  })

  it('come as often as they are shown', async () => {
    const gif = await animationOf(frames)
      .gif({ delay: [40, 120, 40] })
      .toBuffer()
    const [first, second, third] = letters
    expect(framesOf(await decode(clipOf(gif))).map(lettersOf)).toEqual([
      first,
      second,
      second,
      second,
      third,
    ])
  })

  it('has no more frames than a clip may have, however long one of them is shown', async () => {
    // 20 ms are less than a unit of 131,080 / 4,096 ms, and count as one.
    const gif = await animationOf(frames)
      .gif({ delay: [20, 65_530, 65_530] })
      .toBuffer()
    const { frames: count, framesPerSecond } = await decode(clipOf(new Uint8Array(gif)), 1)
    expect(count).toBeLessThanOrEqual(maximumFrames)
    expect(count).toBeGreaterThan(maximumFrames / 2)
    expect(framesPerSecond).toBeCloseTo(count / 131.08, 3)
  })

  it.each([0, 10])('are shown for a tenth of a second where they say %i ms', async (hardlyAny) => {
    const delay = [100, hardlyAny, 100]
    const clip = await decode(clipOf(await animationOf(frames).gif({ delay }).toBuffer()))
    expect(framesOf(clip).map(lettersOf)).toEqual(letters)
    expect(clip.framesPerSecond).toBe(10)
  })

  it('are as fast as their file says', async () => {
    const delay = [40, 120, 40]
    const gif = await decode(clipOf(await animationOf(frames).gif({ delay }).toBuffer()))
    expect(gif.framesPerSecond).toBe(25)
    const even = animationOf(frames).webp({ lossless: true, delay: [125, 125, 125] })
    expect((await decode(clipOf(await even.toBuffer()))).framesPerSecond).toBe(8)
    const strip = await decode(clipOf(await pngOf(joinFrames(frames)), 'a.png'))
    expect(strip.framesPerSecond).toBeUndefined()
  })

  it('are read from a file for each', async () => {
    const files = await Promise.all(
      frames.map(async (frame, index) => ({ name: `${index}.png`, bytes: await pngOf(frame) })),
    )
    expect(framesOf(await decode({ name: 'walk', files })).map(lettersOf)).toEqual(letters)
  })
})

describe('clips that cannot be used', () => {
  it('have one frame', async () => {
    const png = await pngOf(frames[0]!)
    const message =
      'the clip has one frame; give it two or more, or take pictures from the source folder'
    const gif = await rawOf(frames[0]!).gif().toBuffer()
    expect(await failureOf(decode(clipOf(gif)))).toBe(`a.gif: ${message}`)
    expect(await failureOf(decode(clipOf(png, 'a.png')))).toBe(`a.png: ${message}`)
    const alone = { name: 'walk', files: [{ name: 'walk/1.png', bytes: png }] }
    expect(await failureOf(decode(alone))).toBe(`walk: ${message}`)
  })

  it('have too many frames', async () => {
    const gif = gifOfFrames(10_000)
    expect(await failureOf(decode(clipOf(gif)))).toBe(
      `a.gif: the clip has 10000 frames, more than the limit of ${maximumFrames}; cut it into shorter ones`,
    )
    const data = new Uint8Array(10_000 * 3)
    const strip = await pngOf({ width: 1, height: 10_000, channels: 3, data })
    expect(await failureOf(decode(clipOf(strip, 'a.png')))).toBe(
      `a.png: the clip has 10000 frames, more than the limit of ${maximumFrames}; cut it into shorter ones`,
    )
  })

  it('have frames that differ in size', async () => {
    const files = [
      { name: 'walk/1.png', bytes: await pngOf(frames[0]!) },
      { name: 'walk/2.png', bytes: await pngOf(pictureOf('rr', 'rr')) },
    ]
    expect(await failureOf(decode({ name: 'walk', files }))).toBe(
      'walk/2.png: the frames differ in size: this one has 2 x 2 pixels, the first 4 x 4; make them equal',
    )
    const strip = await pngOf(pictureOf('rrrrrrr', 'rrrrrrr'))
    expect(await failureOf(decode(clipOf(strip, 'a.png', { stripFrames: 3 })))).toBe(
      'a.png: the frames differ in size: 7 pixels of the strip are no multiple of 3 frames; correct the column frames',
    )
    expect(await failureOf(decode(clipOf(strip, 'a.png')))).toBe(
      'a.png: a strip of 7 x 2 pixels holds no whole number of square frames; say how many it holds in the column frames',
    )
  })

  it('are cut off', async () => {
    const noise = (seed: number): Picture => ({
      width: 64,
      height: 64,
      channels: 3,
      data: Uint8Array.from({ length: 64 * 64 * 3 }, (_, index) => (index * index * seed) % 251),
    })
    const shown = [noise(3), noise(5), noise(7)]
    for (const [name, file] of [
      ['a.gif', await animationOf(shown).gif().toBuffer()],
      ['a.webp', await animationOf(shown).webp().toBuffer()],
    ] as const) {
      for (const share of [0.001, 0.2, 0.55, 0.9]) {
        const half = new Uint8Array(file.subarray(0, Math.ceil(file.length * share)))
        expect(await failureOf(decode(clipOf(half, name))), `${share}`).toMatch(
          /^a\.(gif|webp): (the picture is damaged|not a picture in one of|the (GIF|WebP) file is cut short)/,
        )
      }
    }
  })

  it('claim a huge canvas', async () => {
    const gif = withCanvas(await animationOf(frames).gif().toBuffer(), 65_000)
    expect(await failureOf(decode(clipOf(gif)))).toBe(
      'a.gif: the picture has 65000 x 65000 pixels, more than the limit of 67108864 in all; save it smaller',
    )
  })

  it('are large in all their frames together', async () => {
    const small = createNodeMedia({ limits: { maximumBytes: 2 ** 20, maximumPixels: 40 } })
    const gif = await animationOf(frames).gif().toBuffer()
    expect(await failureOf(small.decodeClip(clipOf(gif), { size: 4 }))).toBe(
      'a.gif: the picture has 4 x 12 pixels, more than the limit of 40 in all; save it smaller',
    )
  })

  it('are no clips at all', async () => {
    const text = new TextEncoder().encode('hello')
    expect(await failureOf(decode(clipOf(text)))).toContain('a.gif: not a picture in one of')
    expect(await failureOf(decode(clipOf(new Uint8Array())))).toContain('is empty')
  })
})

describe('films', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'film-test-'))
  afterAll(() => rm(folder, { recursive: true }))

  /** A program in the place of ffmpeg, whose body is JavaScript. */
  const programOf = async (body: string): Promise<string> => {
    const path = join(folder, `program-${body.length}`)
    await writeFile(path, `#!${process.execPath}\n${body}\n`)
    await chmod(path, 0o755)
    return path
  }

  const film = clipOf(new TextEncoder().encode('a film'), 'a.mp4')

  const decodeBy = async (body: string, secondsAtMost = 60) => {
    const limits = { ffmpeg: await programOf(body), secondsAtMost }
    return createNodeMedia({ film: limits }).decodeClip(film, { size: 4 })
  }

  it('are handed to ffmpeg as a file, whose raw output are the frames', async () => {
    const pixels = JSON.stringify([...joinFrames(frames).data])
    const clip = await decodeBy(`
      const { readFileSync } = require('node:fs')
      const words = process.argv
      const content = readFileSync(words[words.indexOf('-i') + 1], 'utf8')
      if (content !== 'a film') throw new Error(content)
      if (!words.includes('scale=4:4:force_original_aspect_ratio=decrease,pad=4:4:-1:-1:color=0xffffff')) throw new Error('scale')
      process.stdout.write(Uint8Array.from(${pixels}))`)
    expect(framesOf(clip).map(lettersOf)).toEqual(letters)
    expect(clip.framesPerSecond).toBeUndefined()
  })

  it('are as fast as ffmpeg reports', async () => {
    const pixels = JSON.stringify([...joinFrames(frames).data])
    const clip = await decodeBy(`
      const words = process.argv
      const pipe = words[words.indexOf('-progress') + 1].replace('pipe:', '')
      const report = (done) => 'frame=3\\nout_time_us=' + done + '\\nprogress=continue\\n'
      require('node:fs').writeSync(Number(pipe), report('N/A') + report(60000) + report(125125))
      process.stdout.write(Uint8Array.from(${pixels}))`)
    expect(clip.framesPerSecond).toBeCloseTo(24_000 / 1001, 10)
  })

  it('need ffmpeg', async () => {
    const without = createNodeMedia({
      film: { ffmpeg: join(folder, 'no-such-program'), secondsAtMost: 1 },
    })
    expect(await failureOf(without.decodeClip(film, { size: 4 }))).toBe(
      'a.mp4: reading this kind of file needs the program ffmpeg, which is not on the path; install it, or convert the clip to GIF, WebP or numbered PNG files',
    )
  })

  it('say why ffmpeg failed', async () => {
    expect(
      await failureOf(
        decodeBy(`console.error('x'); console.error('moov atom not found'); process.exitCode = 1`),
      ),
    ).toBe('a.mp4: ffmpeg cannot read it (moov atom not found); replace or convert it')
    expect(await failureOf(decodeBy('process.exitCode = 3'))).toBe(
      'a.mp4: ffmpeg cannot read it (it ended with 3); replace or convert it',
    )
    expect(await failureOf(decodeBy(''))).toBe(
      'a.mp4: ffmpeg found no frames in it; replace or convert it',
    )
  })

  it('are refused where ffmpeg goes on after a fault', async () => {
    const body = `process.stdout.write(Buffer.alloc(96)); console.error('[matroska,webm @ 0x55fda7084100] file ended')`
    expect(await failureOf(decodeBy(body))).toBe(
      'a.mp4: ffmpeg finds it damaged (file ended); replace or convert it',
    )
  })

  it('wait for each other', async () => {
    const lock = join(folder, 'lock')
    const body = `
      const { mkdirSync, rmdirSync } = require('node:fs')
      mkdirSync(${JSON.stringify(lock)})
      process.stdout.write(Buffer.alloc(96))
      setTimeout(() => rmdirSync(${JSON.stringify(lock)}), 100)`
    const media = createNodeMedia({ film: { ffmpeg: await programOf(body), secondsAtMost: 60 } })
    const clips = await Promise.all([1, 2, 3].map(() => media.decodeClip(film, { size: 4 })))
    expect(clips.map((clip) => clip.frames)).toEqual([2, 2, 2])
  })

  it('end with the media, those that wait as well, and leave nothing behind', async () => {
    const seen = join(folder, 'seen')
    const body = `
      require('node:fs').writeFileSync(${JSON.stringify(seen)}, process.argv.at(process.argv.indexOf('-i') + 1))
      setInterval(() => {}, 1000)`
    const media = createNodeMedia({ film: { ffmpeg: await programOf(body), secondsAtMost: 60 } })
    const failures = Promise.allSettled([1, 2].map(() => media.decodeClip(film, { size: 4 })))
    await vi.waitFor(() => expect(readFileSync(seen, 'utf8')).toContain('tesserae-film-'), {
      timeout: 10_000,
    })
    await media.close()
    const closed = { reason: new RuntimeError('media: already closed; create it again') }
    expect(await failures).toMatchObject([closed, closed])
    expect(existsSync(dirname(readFileSync(seen, 'utf8')))).toBe(false)
  })

  it('end an ffmpeg that hangs', async () => {
    expect(await failureOf(decodeBy('setInterval(() => {}, 1000)', 0.5))).toBe(
      'a.mp4: ffmpeg did not finish within 0.5 seconds; convert or shorten it',
    )
  })

  it('end an ffmpeg that does not stop writing', async () => {
    const body = `const write = () => process.stdout.write(Buffer.alloc(65536), write); write()`
    expect(await failureOf(decodeBy(body))).toBe(
      `a.mp4: the clip has more frames than the limit of ${maximumFrames}; cut it into shorter ones`,
    )
  })
})
