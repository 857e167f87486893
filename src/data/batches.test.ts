import { expect, it } from 'vitest'
import { createMemoryFiles } from '../../test/support/memory-files.js'
import { blankPicture, grayMedia } from '../../test/support/pictures.js'
import { augment } from './augment.js'
import { readPictureBatch } from './batches.js'
import { cachePictures, type PictureCache } from './cache.js'
import { captionOf } from './captions.js'
import { joinFrames, paste } from './media/media.js'

const pictures = Array.from({ length: 5 }, (_, index) => {
  const picture = blankPicture(16, 16)
  paste(picture, blankPicture(4, 4, [40 * index, 0, 0]), 5, 6)
  return picture
})

const cache: PictureCache = {
  size: 16,
  examples: pictures.map((_, index) => ({
    id: String(index),
    captions: [
      { language: 'en', text: `square ${index}`, role: 'name' },
      { language: 'zh', text: `方块 ${index}`, role: 'name' },
    ],
    group: String(index),
    fingerprint: String(index),
  })),
  picture: async (index) => pictures[index]!,
}

it('lays pictures one after another, as they are where nothing is to change', async () => {
  const planned = [
    { index: 3, epoch: 0 },
    { index: 1, epoch: 0 },
  ]
  const batch = await readPictureBatch(planned, { cache, seed: 1, augmentation: false })
  expect(batch.pixels).toEqual(Uint8Array.from([...pictures[3]!.data, ...pictures[1]!.data]))
  expect(batch.examples.map(({ id }) => id)).toEqual(['3', '1'])
})

it('lays clips one after another, with all their frames', async () => {
  const clips = [0, 1].map((first) => joinFrames([pictures[first]!, pictures[first + 2]!]))
  const clipCache = { ...cache, frames: 2, picture: async (index: number) => clips[index]! }
  const planned = [
    { index: 1, epoch: 0 },
    { index: 0, epoch: 0 },
  ]
  const batch = await readPictureBatch(planned, { cache: clipCache, seed: 1, augmentation: false })
  expect(batch.pixels).toEqual(Uint8Array.from([...clips[1]!.data, ...clips[0]!.data]))
})

it('varies pictures and captions with the epoch of each', async () => {
  const planned = [
    { index: 2, epoch: 0 },
    { index: 2, epoch: 7 },
  ]
  const batch = await readPictureBatch(planned, { cache, seed: 1 })
  for (const [place, epoch] of [0, 7].entries()) {
    const example = cache.examples[2]!
    const shown = batch.pixels.subarray(place * 768, (place + 1) * 768)
    expect(shown).toEqual(augment(pictures[2]!, example, { seed: 1, epoch }).data)
    expect(batch.phrases[place]).toEqual(captionOf(example, { seed: 1, epoch }))
  }
})

it('makes no captions where nobody asks for them', async () => {
  const example = {
    ...cache.examples[0]!,
    get captions(): never {
      throw new Error('nobody asked')
    },
  }
  const planned = [{ index: 0, epoch: 0 }]
  const batch = await readPictureBatch(planned, {
    cache: { ...cache, examples: [example] },
    seed: 1,
  })
  expect(batch.pixels).toHaveLength(768)
  expect(() => batch.phrases).toThrow('nobody asked')
})

it('counts in a part of the cache and keeps to wanted languages', async () => {
  const planned = [{ index: 1, epoch: 0 }]
  const options = { cache, part: [4, 2], seed: 1, languages: ['zh'] } as const
  const batch = await readPictureBatch(planned, options)
  expect(batch.examples[0]!.id).toBe('2')
  expect(batch.phrases[0]!.language).toBe('zh')
})

it('reads the same from memory as from the disk', async () => {
  const files = createMemoryFiles()
  const batchWithin = async (memoryLimit: number) => {
    const prepared = await cachePictures({
      files,
      media: grayMedia(),
      folder: 'cache',
      key: 'pictures',
      size: 16,
      memoryLimit,
      async *examples() {
        for (const [index, picture] of pictures.entries()) {
          yield { ...cache.examples[index]!, picture, flippable: true }
        }
      },
    })
    const planned = [4, 0, 2, 3].map((index) => ({ index, epoch: index }))
    return readPictureBatch(planned, { cache: prepared, seed: 1 })
  }
  expect(await batchWithin(0)).toEqual(await batchWithin(2 ** 20))
})
