import { expect, test } from 'vitest'
import { tinyCache } from '../../../test/support/tiny-pictures.js'
import type { PictureCache } from '../../data/cache.js'
import { createNearestPicture } from './nearest-picture.js'

/** Twelve pictures, of which those with even numbers are of one style and the others of another. */
const cache = tinyCache()
const pixelsOf = async (index: number) => (await cache.picture(index)).data

test('a picture is the nearest to itself among all of its style', async () => {
  const nearest = createNearestPicture(cache)
  for (const index of cache.examples.keys()) {
    expect(await nearest.rank(await pixelsOf(index), index)).toBe(0)
  }
})

test('another picture of the style comes before the named one', async () => {
  const nearest = createNearestPicture(cache)
  expect(await nearest.rank(await pixelsOf(4), 6)).toBeGreaterThan(0)
})

test('pictures of other styles, and others than the members, are no rivals', async () => {
  const nearest = createNearestPicture(cache, [2, 5, 6])
  expect(await nearest.rank(await pixelsOf(4), 5)).toBe(0)
  expect([0, 1]).toContain(await nearest.rank(await pixelsOf(4), 6))
})

test('an identical picture under another name counts as the named one', async () => {
  const pixels = (index: number) => pixelsOf(index === 8 ? 4 : index)
  const twins: PictureCache = {
    ...cache,
    examples: cache.examples.map((example, index) =>
      index === 8 ? { ...example, fingerprint: cache.examples[4]!.fingerprint } : example,
    ),
    picture: async (index) => ({ ...(await cache.picture(index)), data: await pixels(index) }),
  }
  expect(await createNearestPicture(twins).rank(await pixels(4), 8)).toBe(0)
  expect(await createNearestPicture(twins).rank(await pixels(8), 4)).toBe(0)
})

test('each picture is looked at once, and only those of styles that were asked about', async () => {
  const read: number[] = []
  const picture = (index: number) => {
    read.push(index)
    return cache.picture(index)
  }
  const nearest = createNearestPicture({ ...cache, picture })
  const pixels = await pixelsOf(0)
  await Promise.all([nearest.rank(pixels, 0), nearest.rank(pixels, 2)])
  await nearest.rank(pixels, 4)
  expect(read).toEqual([0, 2, 4, 6, 8, 10])
})
