import { beforeEach, describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../../test/support/memory-files.js'
import {
  tinyEnvironment,
  tinyRecipe,
  writePictures,
} from '../../../../test/support/tiny-recipes.js'
import { DataError } from '../../../errors.js'
import { createNodeMedia } from '../../../platform/node/media.js'
import type { Files } from '../../../storage/files.js'
import { countPrepared, prepareData } from './prepare-data.js'

const media = createNodeMedia()
let files: Files

beforeEach(async () => {
  files = createMemoryFiles()
  await writePictures(files, media, 'pictures')
})

/** Prepares the data of a recipe and counts the pictures that had to be decoded. */
const prepare = async (overrides: readonly string[] = [], size = 16) => {
  let decoded = 0
  const counting = {
    ...media,
    decode: (...call: Parameters<typeof media.decode>) => {
      decoded++
      return media.decode(...call)
    },
  }
  const { environment } = tinyEnvironment(files, counting)
  const { data } = tinyRecipe('image-tokenizer', overrides)
  return { ...(await prepareData(data, { size }, environment)), decoded: () => decoded }
}

describe('pictures', () => {
  test('are decoded once, then read from the cache', async () => {
    const first = await prepare()
    expect(first.decoded()).toBe(12)
    expect(first.cache.examples).toHaveLength(12)
    const second = await prepare()
    expect(second.decoded()).toBe(0)
    expect(second.key).toBe(first.key)
    expect((await second.cache.picture(3)).data).toEqual((await first.cache.picture(3)).data)
  })

  test('are decoded anew when a file changes, and the key says so', async () => {
    const first = await prepare()
    await files.write('pictures/red-disc.png', await files.read('pictures/blue-disc.png'))
    const second = await prepare()
    expect(second.decoded()).toBe(12)
    expect(second.key).not.toBe(first.key)
  })

  test('are augmented anew when they may no longer be mirrored, and the key says so', async () => {
    const [first, second] = [await prepare(), await prepare(['data.source.flippable=false'])]
    expect(first.cache.examples.every(({ flippable }) => flippable)).toBe(true)
    expect(second.cache.examples.some(({ flippable }) => flippable)).toBe(false)
    expect(second.key).not.toBe(first.key)
  })

  test('are decoded for each size and fit by itself', async () => {
    await prepare()
    expect((await prepare([], 8)).decoded()).toBe(12)
    expect((await prepare(['data.fit=cover'])).decoded()).toBe(12)
  })
})

describe('the split', () => {
  test('leaves every picture in one part, as its own seed says', async () => {
    const { split } = await prepare(['data.split.heldOutGroups=0.5'])
    const all = [...split.train, ...split.heldOut, ...split.heldOutPairs]
    expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index))
    expect((await prepare(['data.split.heldOutGroups=0.5'])).split).toEqual(split)
    expect((await prepare(['data.split.heldOutGroups=0.5', 'seed=9'])).split).toEqual(split)
    const other = await prepare(['data.split.heldOutGroups=0.5', 'data.split.seed=9'])
    expect(other.split).not.toEqual(split)
  })

  test('that leaves nothing to train on is refused', async () => {
    await files.remove('pictures')
    await files.write('pictures/metadata.jsonl', '')
    await expect(prepare()).rejects.toThrow('pictures/metadata.jsonl: the file is empty')
    await files.write('pictures/metadata.jsonl', '\n')
    const preparing = prepare()
    await expect(preparing).rejects.toThrow(DataError)
    await expect(preparing).rejects.toThrow('no pictures are left to train on, 0 were found')
  })
})

test('training examples are counted where the pictures are prepared, and nothing is decoded', async () => {
  const { environment } = tinyEnvironment(files, media)
  const count = (size: number, ...overrides: string[]) =>
    countPrepared(tinyRecipe('image-tokenizer', overrides).data, { size }, environment)
  expect(await count(16)).toBeUndefined()
  const { split } = await prepare()
  expect(await count(16)).toBe(split.train.length)
  expect(await count(8)).toBeUndefined()
  expect(await count(16, 'data.split.heldOutGroups=0')).toBe(12)
  expect(await count(16, 'data.source.path=nowhere')).toBeUndefined()
})
