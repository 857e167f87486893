import { describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import { blankPicture } from '../../../test/support/pictures.js'
import { tinyModel } from '../../../test/support/tiny-model.js'
import { addPngText } from '../../data/media/png-text.js'
import { DataError } from '../../errors.js'
import { createNodeMedia } from '../../platform/node/media.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { readOrigin } from './drawing-origin.js'
import { createImageToText } from './image-to-text.js'
import { createRawImage, readImageInput } from './raw-image.js'
import { createTextToImage } from './text-to-image.js'

const { model } = await tinyModel(createInlineRuntime({ threads: 1 }))
const versions = { tesserae: '1.2.3' }
const platform = { files: createMemoryFiles(), media: createNodeMedia(), versions }

describe('text-to-image', () => {
  const draw = createTextToImage(model, platform)

  test('gives pictures of a phrase, or of each of several', async () => {
    const one = await draw('red cat')
    expect(one).toHaveLength(1)
    expect(one[0]).toMatchObject({ width: 8, height: 8, channels: 3 })
    const several = await draw(['red cat', 'green house'], { num_images: 3 })
    expect(several.map((images) => images.length)).toEqual([3, 3])
    expect(several[0]![0]!.data).toEqual(one[0]!.data)
  })

  test('draws what the model draws for the same request', async () => {
    const options = { seed: 4, guidance_scale: 2, temperature: 0.5, top_k: 5, top_p: 0.9 }
    const [, second] = await draw('red cat', { ...options, num_images: 2 })
    const [expected] = await model.draw([{ phrase: 'red cat', seed: 4, index: 1 }], {
      guidance: 2,
      temperature: 0.5,
      topK: 5,
      topP: 0.9,
    })
    expect(second!.data).toEqual(expected!.pixels)
  })

  test('says in the file how a picture was made, what was left out included', async () => {
    const [, image] = await draw('red cat', { seed: 4, guidance_scale: 2, num_images: 2 })
    const { origin, request, options } = readOrigin(await image!.toPng())
    expect(origin).toEqual({
      ...{ phrase: 'red cat', seed: 4, index: 1 },
      ...{ guidance: 2, temperature: 1, topK: 0, topP: 1, candidates: 1 },
      model: null,
      device: 'cpu',
      tesserae: '1.2.3',
    })
    const [again] = await model.draw([request], options)
    expect(again!.pixels).toEqual(image!.data)
  })

  test('names words that the model never read, where its folder says what it read', async () => {
    const [picture] = await draw('red dog')
    expect(picture!.unknown_words).toEqual([])
    const read = createTextToImage({ ...model, words: new Set(['red', 'cat']) }, platform)
    const [known, unknown] = await read(['a red cat', 'a green house'], { num_images: 2 })
    expect(known!.map((image) => image.unknown_words)).toEqual([['a'], ['a']])
    expect(unknown![1]!.unknown_words).toEqual(['a', 'green', 'house'])
  })

  test.each([
    [
      { num_inference_steps: 0 },
      'num_inference_steps: expected a whole number of at least 1, got 0',
    ],
    [{ num_inference_steps: 2.5 }, 'num_inference_steps: expected a whole number'],
    [{ num_candidates: 0 }, 'num_candidates: expected a whole number'],
    [{ guidance_scale: Number.NaN }, 'guidance_scale: expected a number of at least 0, got NaN'],
    [{ top_p: 2 }, 'top_p: expected a number from 0 to 1, got 2'],
  ])('refuses %j by the name it was given', async (options, message) => {
    await expect(draw('red cat', options)).rejects.toThrow(message)
  })

  test.each([0, -1, 1.5, Number.NaN])('refuses %d pictures', async (count) => {
    await expect(draw('red cat', { num_images: count })).rejects.toThrow(
      `num_images: expected a whole number of at least 1, got ${count}`,
    )
  })
})

test('a picture that does not say how it was made is named', async () => {
  const png = await platform.media.encodePng(blankPicture(2, 2))
  const message = 'cat.png: it does not say how it was made; choose a file as Tesserae'
  expect(() => readOrigin(png, 'cat.png')).toThrow(message)
  for (const text of ['a cat', '{"phrase":"a cat"}']) {
    expect(() => readOrigin(addPngText(png, { tesserae: text }), 'cat.png')).toThrow(message)
  }
  expect(() => readOrigin(Uint8Array.of(1, 2), 'cat.png')).toThrow('cat.png: not a PNG file')
})

describe('image-to-text', () => {
  const say = createImageToText(model, platform)
  const picture = blankPicture(8, 8, [200, 30, 30])

  test('says the same of pixels, of bytes and of a file', async () => {
    const png = await platform.media.encodePng(picture)
    await platform.files.write('red.png', png)
    const [words] = await say(picture)
    expect(words!.generated_text).toBe(await model.caption(picture.data))
    expect(await say(png)).toEqual([words])
    expect(await say('red.png')).toEqual([words])
    expect(await say([picture, png])).toEqual([[words], [words]])
  })
})

describe('pictures that come in', () => {
  test('are brought to the size of the model', async () => {
    const large = blankPicture(20, 20, [10, 120, 240])
    const pixels = await readImageInput(large, 8, platform)
    expect(pixels).toEqual(blankPicture(8, 8, [10, 120, 240]).data)
  })

  test('are refused where they are none', async () => {
    const broken = { data: new Uint8Array(10), width: 2, height: 2 }
    await expect(readImageInput(broken, 8, platform)).rejects.toThrow(
      'expected 12 RGB bytes for 2 × 2 pixels, got 10',
    )
    await expect(readImageInput(Uint8Array.of(1, 2, 3), 8, platform)).rejects.toThrow(DataError)
    await expect(readImageInput('nowhere.png', 8, platform)).rejects.toThrow('nowhere.png')
  })
})

test('a picture saves itself as a PNG file', async () => {
  const { data } = blankPicture(8, 8, [1, 2, 3])
  await createRawImage(data, 8, platform).save('folder/saved.png')
  const bytes = await platform.files.read('folder/saved.png')
  expect((await platform.media.decode(bytes, { name: 'saved', size: 8 })).data).toEqual(data)
})
