import { describe, expect, it } from 'vitest'
import { createMemoryFiles } from '../../test/support/memory-files.js'
import { blankPicture, grayMedia } from '../../test/support/pictures.js'
import { type CacheOptions, cachePictures } from './cache.js'
import type { Example } from './example.js'
import type { Fault } from './source.js'

const exampleOf = (gray: number): Example => ({
  id: `gray/${gray}`,
  picture: { name: `gray-${gray}.png`, bytes: Uint8Array.of(gray) },
  captions: [{ language: 'en', text: `gray ${gray}`, role: 'name', articles: ['a'], weight: 2 }],
  group: String(gray),
  style: 'Plain',
  license: 'MIT',
  flippable: true,
})

const setUp = (grays: readonly number[]) => {
  const files = createMemoryFiles()
  const media = grayMedia()
  const options: CacheOptions = {
    files,
    media,
    folder: 'cache/gray',
    key: 'gray 1',
    size: 4,
    async *examples() {
      yield* grays.map(exampleOf)
    },
  }
  return { files, media, options }
}

describe('cachePictures', () => {
  it('keeps pictures and all that is known of them, in order', async () => {
    const { options } = setUp([10, 20, 30])
    await cachePictures(options)
    const cache = await cachePictures(options)
    expect(cache.size).toBe(4)
    for (const [index, gray] of [10, 20, 30].entries()) {
      expect(await cache.picture(index)).toEqual(blankPicture(4, 4, [gray, gray, gray]))
      const { picture: _, ...facts } = exampleOf(gray)
      expect(cache.examples[index]).toMatchObject(facts)
    }
  })

  it('gives the same pictures from memory as from the disk', async () => {
    const { files, options } = setUp([10, 20, 30])
    const readAll = async (memoryLimit: number) => {
      const cache = await cachePictures({ ...options, memoryLimit })
      return Promise.all([0, 1, 2].map((index) => cache.picture(index)))
    }
    const fromMemory = await readAll(3 * 4 * 4 * 3)
    expect(await readAll(0)).toEqual(fromMemory)
    const cache = await cachePictures({ ...options, memoryLimit: 0 })
    await files.write('cache/gray/pictures.u8', new Uint8Array(3 * 4 * 4 * 3).fill(7))
    expect((await cache.picture(2)).data[0]).toBe(7)
  })

  it('decodes nothing the second time', async () => {
    const { media, options } = setUp([10, 20])
    await cachePictures(options)
    const cache = await cachePictures(options)
    expect(media.decoded).toHaveLength(2)
    expect(cache.examples).toHaveLength(2)
  })

  it('decodes again when the key, the size or a file is not what it was', async () => {
    const { files, media, options } = setUp([10])
    await cachePictures(options)
    await cachePictures({ ...options, key: 'gray 2' })
    expect(media.decoded).toHaveLength(2)
    await cachePictures({ ...options, key: 'gray 2', size: 8 })
    expect(media.decoded).toHaveLength(3)
    await files.write('cache/gray/pictures.u8', new Uint8Array(7))
    await cachePictures({ ...options, key: 'gray 2', size: 8 })
    expect(media.decoded).toHaveLength(4)
    await files.write('cache/gray/index.json', '{"half')
    const cache = await cachePictures({ ...options, key: 'gray 2', size: 8 })
    expect(media.decoded).toHaveLength(5)
    expect(cache.size).toBe(8)
  })

  it('marks pictures with equal pixels, and only those', async () => {
    const { options } = setUp([10, 20, 10])
    const { examples } = await cachePictures(options)
    const [first, second, third] = examples.map(({ fingerprint }) => fingerprint)
    expect(third).toBe(first)
    expect(second).not.toBe(first)
  })

  it('leaves out unwanted and faulty pictures, and names the faulty', async () => {
    const { options } = setUp([10, 0, 255])
    const faults: Fault[] = []
    const cache = await cachePictures({
      ...options,
      shouldKeep: ({ data }) => data[0] !== 255,
      onFault: (fault) => faults.push(fault),
    })
    expect(cache.examples.map(({ id }) => id)).toEqual(['gray/10'])
    expect(faults).toEqual([{ file: 'gray-0.png', message: 'the picture is damaged; replace it' }])
  })

  it('fails at a faulty picture where nobody listens, and leaves no index behind', async () => {
    const { files, options } = setUp([10, 0])
    await expect(cachePictures(options)).rejects.toThrow(
      'gray-0.png: the picture is damaged; replace it',
    )
    expect(await files.stat('cache/gray/index.json')).toBeUndefined()
  })

  it('is stopped by a signal, and leaves nothing behind', async () => {
    const { files, options } = setUp([10, 20, 30])
    const stop = new AbortController()
    const onProgress = () => stop.abort()
    const making = cachePictures({ ...options, onProgress, signal: stop.signal })
    await expect(making).rejects.toThrow('aborted')
    expect(await files.stat('cache/gray')).toBeUndefined()
    expect((await cachePictures(options)).examples).toHaveLength(3)
  })

  it('keeps clips, and cuts long ones into several', async () => {
    const { options } = setUp([])
    const clipOf = (stride?: number): Example => ({
      ...exampleOf(1),
      id: `stride ${stride}`,
      attributes: { action: 'walk' },
      background: [1, 2, 3],
      captions: [{ language: 'en', text: 'walks', isPartial: true }],
      picture: {
        name: 'walk.gif',
        files: [{ name: 'walk.gif', bytes: Uint8Array.of(10, 20, 30, 40, 50, 60) }],
        ...(stride !== undefined && { stride }),
      },
    })
    const clips = {
      ...options,
      frames: 2,
      examples: async function* () {
        yield* [clipOf(), clipOf(2)]
      },
    }
    await cachePictures(clips)
    const cache = await cachePictures(clips)
    expect(cache.frames).toBe(2)
    expect(cache.examples.map(({ id }) => id)).toEqual([
      'stride undefined',
      'stride 2#0',
      'stride 2#2',
      'stride 2#3',
    ])
    const { picture: _, ...facts } = clipOf()
    expect(cache.examples[0]).toMatchObject(facts)
    const wholes = cache.examples.map(({ whole }) => whole)
    expect(wholes).toEqual([undefined, 'stride 2', 'stride 2', 'stride 2'])
    const pictures = await Promise.all([0, 1, 2, 3].map((index) => cache.picture(index)))
    for (const { width, height, frames } of pictures)
      expect([width, height, frames]).toEqual([4, 8, 2])
    const graysOf = ({ data }: { data: Uint8Array }) => [data[0], data[4 * 4 * 3]]
    expect(pictures.map(graysOf)).toEqual([
      [10, 60],
      [10, 30],
      [30, 50],
      [40, 60],
    ])
    const pictured = await cachePictures({ ...clips, frames: 1 })
    expect((await pictured.picture(0)).data[0]).toBe(10)
    expect(pictured.examples).toHaveLength(2)
  })

  it('refuses a picture where clips are wanted', async () => {
    const { options } = setUp([10])
    await expect(cachePictures({ ...options, frames: 3 })).rejects.toThrow(
      'gray-10.png: expected frames: 3, each 4 × 4 × 3 bytes, got 48 bytes',
    )
  })

  it('tells how far it is', async () => {
    const { options } = setUp([10, 20])
    const progress: unknown[] = []
    await cachePictures({ ...options, onProgress: (step) => progress.push(step) })
    expect(progress).toEqual([
      { done: 1, id: 'gray/10' },
      { done: 2, id: 'gray/20' },
    ])
  })
})
