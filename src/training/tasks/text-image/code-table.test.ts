import { describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../../test/support/memory-files.js'
import {
  tinyClipConfig,
  tinyImageTokenizer,
} from '../../../../test/support/tiny-image-tokenizer.js'
import { tinyCache, tinyClipCache } from '../../../../test/support/tiny-pictures.js'
import { augment } from '../../../data/augment.js'
import { framesOf, joinFrames } from '../../../data/media/media.js'
import { createInlineRuntime } from '../../../platform/node/runtime.js'
import type { ImageTokenizer } from '../../../tokenizers/image/image-tokenizer.js'
import { type CodeTableOptions, createCodeTable } from './code-table.js'

const tokenizer = await tinyImageTokenizer(createInlineRuntime({ threads: 1 }))
const cache = tinyCache(5)
const augmentation = { flip: 0.5, shift: 1, scale: 0, color: 0.3 }
const seed = 3

/** Makes a table and counts the pictures that were encoded for it. */
const makeTable = async (options: Partial<CodeTableOptions> = {}) => {
  let encoded = 0
  const counting: ImageTokenizer = {
    ...tokenizer,
    encode: (pixels, shape) => {
      encoded += pixels.length / 192
      return tokenizer.encode(pixels, shape)
    },
  }
  const table = await createCodeTable({
    files: createMemoryFiles(),
    folder: 'run',
    cache,
    tokenizer: counting,
    augmentation,
    variants: 3,
    seed,
    key: 'key',
    ...options,
  })
  return { table, encoded }
}

describe('the codes of a picture', () => {
  test('are those of the picture as it is, and of augmented ones', async () => {
    const { table } = await makeTable()
    for (const index of cache.examples.keys()) {
      const picture = await cache.picture(index)
      expect(await table.codes(index, 0)).toEqual(await tokenizer.encode(picture.data))
      for (const variant of [1, 2]) {
        const place = { seed, epoch: variant }
        const shown = augment(picture, cache.examples[index]!, place, augmentation)
        expect(await table.codes(index, variant)).toEqual(await tokenizer.encode(shown.data))
      }
    }
  })

  test('are made once, then read', async () => {
    const files = createMemoryFiles()
    const reports: number[] = []
    const onProgress = (done: number) => reports.push(done)
    const first = await makeTable({ files, onProgress })
    expect(first.encoded).toBe(15)
    expect(reports.at(-1)).toBe(15)
    const second = await makeTable({ files })
    expect(second.encoded).toBe(0)
    expect(await second.table.codes(4, 2)).toEqual(await first.table.codes(4, 2))
  })

  test('are the same from the disk as from memory', async () => {
    const [{ table }, { table: onDisk }] = [await makeTable(), await makeTable({ memoryLimit: 0 })]
    for (const index of cache.examples.keys()) {
      for (const variant of [0, 1, 2]) {
        expect(await onDisk.codes(index, variant)).toEqual(await table.codes(index, variant))
      }
    }
  })

  test('of one variant are those of pictures as they are', async () => {
    const { table, encoded } = await makeTable({ variants: 1 })
    expect(encoded).toBe(5)
    for (const index of cache.examples.keys()) {
      const picture = await cache.picture(index)
      expect(await table.codes(index, 0)).toEqual(await tokenizer.encode(picture.data))
    }
  })

  test('of a clip are those of all its frames', async () => {
    const clips = await tinyImageTokenizer(createInlineRuntime({ threads: 1 }), tinyClipConfig())
    const clipCache = tinyClipCache(3)
    const { table } = await makeTable({ cache: clipCache, tokenizer: clips, variants: 1 })
    for (const index of clipCache.examples.keys()) {
      const { data } = await clipCache.picture(index)
      expect(await table.codes(index, 0)).toEqual(await clips.encode(data, { frames: 3 }))
    }
  })

  test('are not there when a signal stops their making half way', async () => {
    const files = createMemoryFiles()
    const stop = new AbortController()
    const reports: number[] = []
    const making = makeTable({
      files,
      cache: tinyCache(300),
      variants: 1,
      signal: stop.signal,
      onProgress: (done) => {
        reports.push(done)
        stop.abort()
      },
    })
    await expect(making).rejects.toThrow('aborted')
    expect(reports).toEqual([256])
    expect(await files.stat('run')).toBeUndefined()
  })

  test('are made anew for another key, and where the file is cut short', async () => {
    const files = createMemoryFiles()
    await makeTable({ files })
    expect((await makeTable({ files, key: 'other' })).encoded).toBe(15)
    const [entry] = await files.list('run')
    await files.write(entry!.path, (await files.read(entry!.path)).slice(0, 20))
    const [{ encoded: one }, { encoded: other }] = [
      await makeTable({ files }),
      await makeTable({ files, key: 'other' }),
    ]
    expect([one, other].sort()).toEqual([0, 15])
  })
})

test('crossings come last, from clips that know what comes next', async () => {
  const image = await tinyImageTokenizer(createInlineRuntime({ threads: 1 }), tinyClipConfig())
  const clips = tinyClipCache(4)
  const next = async (index: number, place: number) => ({
    picture: await clips.picture((index + 1 + place) % 4),
  })
  const options = { tokenizer: image, variants: 1, crossings: 2 }
  const { table } = await makeTable({ ...options, cache: { ...clips, next } })
  expect([table.variants, table.crossings]).toEqual([1, 2])
  const whole = (await clips.picture(2)).data
  expect(await table.codes(2, 0)).toEqual(await image.encode(whole, { frames: 3 }))
  // Of three frames one is another clip's.
  const [own, other] = [framesOf(await clips.picture(2)), framesOf(await clips.picture(0))]
  const possible = await Promise.all(
    [
      [other[2]!, own[0]!, own[1]!],
      [own[1]!, own[2]!, other[0]!],
    ].map((frames) => image.encode(joinFrames(frames).data, { frames: 3 })),
  )
  expect(possible).toContainEqual(await table.codes(2, 2))
  expect((await makeTable({ ...options, cache: clips })).table.crossings).toBe(0)
})
