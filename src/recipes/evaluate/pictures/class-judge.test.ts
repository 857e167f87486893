import { afterAll, beforeAll, expect, test } from 'vitest'
import { barCache, barCaptions } from '../../../../test/support/class-pictures.js'
import { createInlineRuntime } from '../../../platform/node/runtime.js'
import { type ClassJudge, trainClassJudge } from './class-judge.js'

const runtime = createInlineRuntime({ threads: 1 })
const classes = barCaptions.length
const trained = 90
const cache = barCache(200)
const pixelsOf = async (index: number) => (await cache.picture(index)).data

const train = (read: number[] = []) =>
  trainClassJudge({
    runtime,
    size: cache.size,
    classes,
    seed: 1,
    examples: trained,
    steps: 60,
    example: async (index) => {
      read.push(index)
      return { pixels: await pixelsOf(index), label: index % classes }
    },
    onProgress: () => {},
  })

const unseen = Array.from({ length: 110 }, (_, index) => trained + index)
const unseenPictures = await Promise.all(unseen.map(pixelsOf))
const read: number[] = []
let judge: ClassJudge

beforeAll(async () => {
  judge = await train(read)
})
afterAll(() => judge.close())

test('it tells the classes of pictures that it has not seen', async () => {
  expect(Math.max(...read)).toBeLessThan(trained)
  const found = await judge.classify(unseenPictures)
  const right = unseen.filter((index, place) => found[place] === index % classes)
  expect(right.length / unseen.length).toBeGreaterThan(0.9)
})

test('a picture has the same class whatever is judged beside it', async () => {
  const found = await judge.classify(unseenPictures)
  expect(await judge.classify(unseenPictures.slice(70, 71))).toEqual(found.slice(70, 71))
  expect(await judge.classify([])).toEqual([])
})

test('the same seed gives the same judge', async () => {
  const other = await train()
  expect(await other.classify(unseenPictures)).toEqual(await judge.classify(unseenPictures))
  await other.close()
})
