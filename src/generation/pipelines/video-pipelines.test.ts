import { describe, expect, test } from 'vitest'
import { glowingQuestions } from '../../../test/support/glowing-clips.js'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import { tinyPixels } from '../../../test/support/tiny-image-tokenizer.js'
import { tinyClipModel, tinyModel } from '../../../test/support/tiny-model.js'
import { readClipText } from '../../data/media/clip-file.js'
import { joinFrames } from '../../data/media/media.js'
import { DataError } from '../../errors.js'
import { createNodeMedia } from '../../platform/node/media.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { originKey, readOrigin } from './drawing-origin.js'
import { createImageToText } from './image-to-text.js'
import { createRawClip, readWholeClip } from './raw-clip.js'
import { createTextToImage } from './text-to-image.js'
import { createTextToVideo, type DrawnClip } from './text-to-video.js'
import { createVideoClassification } from './video-classification.js'
import { createVideoToText } from './video-to-text.js'

const runtime = createInlineRuntime({ threads: 1 })
const { model } = await tinyClipModel(runtime, { drawing: 'masked-codes' })
const versions = { tesserae: '1.2.3' }
const platform = { files: createMemoryFiles(), media: createNodeMedia(), versions }

describe('text-to-video', () => {
  const draw = createTextToVideo(model, platform)

  test('gives clips of a phrase, or of each of several', async () => {
    const one = await draw('red cat')
    expect(one).toHaveLength(1)
    expect(one[0]).toMatchObject({ width: 8, height: 8, channels: 3, frames: 3 })
    const several = await draw(['red cat', 'green house'], { num_videos: 2, num_frames: 2 })
    expect(several.map((clips) => clips.length)).toEqual([2, 2])
    expect(several[0]![0]!.data).toEqual(one[0]!.data.subarray(0, 2 * 192))
  })

  test.each([
    [{ seed: 0.5 }, 'seed: expected a whole number of at least 0, got 0.5'],
    [{ seed: Number.NaN }, 'seed: expected a whole number of at least 0, got NaN'],
    [{ fps: 0 }, 'fps: expected a number from 0.1 to 50, got 0'],
  ])('refuses %j before it draws', async (options, message) => {
    await expect(draw('red cat', options)).rejects.toThrow(message)
  })

  test('names words that the model never read', async () => {
    const read = createTextToVideo({ ...model, words: new Set(['red']) }, platform)
    const [[red], [cat]] = (await read(['red', 'red cat'])) as [DrawnClip[], DrawnClip[]]
    expect([red!.unknown_words, cat!.unknown_words]).toEqual([[], ['cat']])
  })

  test('goes on from a picture', async () => {
    const picture = { data: tinyPixels(1), width: 8, height: 8 }
    const [clip] = await draw('red cat', { image: picture })
    const kept = await model.image.decode(await model.image.encode(picture.data))
    expect(clip!.data.subarray(0, 192)).toEqual(kept)
  })

  test.each(['gif', 'webp', 'png'] as const)(
    'says in a %s file how it was made, and makes it again byte by byte',
    async (format) => {
      const picture = { data: tinyPixels(1), width: 8, height: 8 }
      const options = { seed: 4, guidance_scale: 2, num_frames: 2, image: picture, fps: 5 }
      const [clip] = await draw('red cat', options)
      const file = await clip!.toFile(format)
      const { origin, request, options: drawn } = readOrigin(file)
      expect(origin).toMatchObject({
        ...{ phrase: 'red cat', seed: 4, index: 0, guidance: 2, passes: 12 },
        ...{ frames: 2, order: 'first-frame', framesPerSecond: 5 },
      })
      const [again] = await model.draw([request], drawn)
      const { framesPerSecond, ...own } = origin
      const made = createRawClip(
        again!.pixels,
        { size: 8, frames: 2 },
        { ...platform, framesPerSecond, origin: own },
      )
      expect(await made.toFile(format)).toEqual(file)
    },
  )

  test('saves in the format of the name', async () => {
    const [clip] = await draw('red cat')
    await clip!.save('out/walk.gif')
    const file = await platform.files.read('out/walk.gif')
    expect(JSON.parse(readClipText(file, 'walk.gif')[originKey]!)).toMatchObject({ frames: 3 })
    await expect(clip!.save('out/walk.mp4')).rejects.toThrow('.gif, .webp, .png')
  })

  test('is refused for a model of pictures', async () => {
    const { model: pictures } = await tinyModel(runtime)
    for (const make of [createTextToVideo, createVideoToText]) {
      expect(() => make(pictures, platform)).toThrow(DataError)
      expect(() => make(pictures, platform)).toThrow(
        'it knows pictures only; choose a model of clips',
      )
    }
  })
})

describe('a model of clips and pictures', () => {
  test('draws the first frame of its clips as a picture', async () => {
    const [picture] = await createTextToImage(model, platform)('red cat')
    const [clip] = await createTextToVideo(model, platform)('red cat')
    expect(picture!.data).toEqual(clip!.data.subarray(0, 192))
    const { options } = readOrigin(await picture!.toPng())
    expect(options.frames).toBe(1)
  })

  test('says what a picture shows', async () => {
    const data = tinyPixels(1)
    const [words] = await createImageToText(model, platform)({ data, width: 8, height: 8 })
    expect(words!.generated_text).toBe(await model.caption(data))
  })
})

describe('video-to-text', () => {
  const say = createVideoToText(model, platform)
  const clip = { data: tinyPixels(3), width: 8, height: 8, frames: 3 }

  test('says the same of pixels, of bytes, of a file and of a folder of frames', async () => {
    const file = await createRawClip(clip.data, { size: 8, frames: 3 }, platform).toFile('webp')
    await platform.files.write('clip.webp', file)
    for (const frame of [0, 1, 2]) {
      const data = clip.data.subarray(frame * 192, (frame + 1) * 192)
      const picture = { width: 8, height: 8, channels: 3 as const, data }
      const png = await platform.media.encodePng(picture)
      await platform.files.write(`frames/${frame + 8}.png`, png)
    }
    const [words] = await say(clip)
    expect(words!.generated_text).toBe(await model.caption(clip.data))
    expect(await say(file)).toEqual([words])
    expect(await say([clip, 'clip.webp', 'frames'])).toEqual([[words], [words], [words]])
  })
})

describe('clips that come in', () => {
  const framesOfFive = { data: tinyPixels(5), width: 8, height: 8, frames: 5 }

  test('are brought to the size of the model', async () => {
    const data = new Uint8Array(2 * 16 * 16 * 3).fill(90)
    const clip = await readWholeClip({ data, width: 16, height: 16, frames: 2 }, 8, platform)
    const frame = { width: 8, height: 8, channels: 3 as const, data: new Uint8Array(192).fill(90) }
    expect(clip).toEqual(joinFrames([frame, frame]))
  })

  test.each([
    ['nowhere.gif', 'nowhere.gif: there is no such file or folder'],
    ['empty', 'empty: the folder holds no frames'],
    [
      { ...framesOfFive, frames: 4 },
      'expected 768 RGB bytes for 4 frames of 8 × 8 pixels, got 960',
    ],
    [Uint8Array.of(1, 2, 3), 'the clip: not a picture in one of the formats'],
  ])('are refused where they are none: %j', async (input, message) => {
    await platform.files.createFolder('empty')
    const reading = readWholeClip(input, 8, platform)
    await expect(reading).rejects.toThrow(DataError)
    await expect(reading).rejects.toThrow(message)
  })
})

describe('video-classification', async () => {
  const { model: asked } = await tinyClipModel(runtime, {}, glowingQuestions)
  const classify = createVideoClassification(asked, platform)
  const clip = { data: tinyPixels(3), width: 8, height: 8, frames: 3 }

  test('gives labels of what happens, best first, or of another attribute', async () => {
    const found = await classify(clip)
    expect(found.map(({ label }) => label).sort()).toEqual(['dims', 'glows'])
    expect(found[0]!.score).toBeGreaterThanOrEqual(found[1]!.score)
    expect(found[0]!.score + found[1]!.score).toBeCloseTo(1)
    const colours = await classify([clip, clip], { attribute: 'colour', top_k: 2 })
    expect(colours.map((labels) => labels.length)).toEqual([2, 2])
    expect(await classify(clip, { attribute: 'colour', top_k: null })).toHaveLength(3)
    await expect(classify(clip, { top_k: 0 })).rejects.toThrow('top_k: expected a whole number')
  })

  test('refuses a still picture, an unknown attribute, and models that ask nothing', async () => {
    const still = { ...clip, data: tinyPixels(1), frames: 1 }
    await expect(classify(still)).rejects.toThrow('the clip: it has one frame')
    await expect(classify(clip, { attribute: 'hat' })).rejects.toThrow(
      'attribute: expected one of action, colour, got "hat"',
    )
    expect(() => createVideoClassification(model, platform)).toThrow(DataError)
    await expect(model.answer(tinyPixels(3))).rejects.toThrow('names nothing that it tells apart')
  })
})
