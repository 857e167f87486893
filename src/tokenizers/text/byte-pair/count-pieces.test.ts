import { expect, test } from 'vitest'
import { countPieces } from './count-pieces.js'

const letters = /[a-z]+|[^a-z]+/g

const count = (texts: Iterable<string> | AsyncIterable<string>, capacity = 1000) =>
  countPieces({ texts, pattern: letters, capacity })

test('counts pieces over all texts, in the order of first occurrence', async () => {
  expect([...(await count(['to be or not', 'to be']))]).toEqual([
    ['to', 2],
    [' ', 4],
    ['be', 2],
    ['or', 1],
    ['not', 1],
  ])
})

test('texts may come one by one', async () => {
  async function* lines() {
    yield 'a b'
    yield 'b'
  }
  expect((await count(lines())).get('b')).toBe(2)
})

test('long pieces are counted in parts that keep surrogate pairs whole', async () => {
  const run = await count([`${'x'.repeat(70)} ${'😀'.repeat(20)}`])
  expect(run.get('x'.repeat(32))).toBe(2)
  expect(run.get('x'.repeat(6))).toBe(1)
  const emoji = await count([`.${'😀'.repeat(20)}`])
  expect([...emoji.keys()]).toEqual([`.${'😀'.repeat(15)}`, '😀'.repeat(5)])
})

test('where room is short, rare pieces are sampled and weigh what they stand for', async () => {
  // 4,000 words that occur once, of 4 units each, beside one that occurs 4,000 times
  const word = (index: number) => index.toString(36).padStart(4, 'x').replace(/\d/g, 'z')
  const texts = Array.from({ length: 4000 }, (_, index) => `${word(index)}.common.`)
  const all = await count(texts, 1e9)
  const some = await count(texts, 4000)
  const size = (counts: Map<string, number>) =>
    [...counts.keys()].reduce((sum, piece) => sum + piece.length, 0)
  const total = (counts: Map<string, number>) => [...counts.values()].reduce((a, b) => a + b, 0)
  expect(size(all)).toBeGreaterThan(4000)
  expect(size(some)).toBeLessThanOrEqual(4000)
  expect(some.get('common')).toBe(4000)
  expect(some.get('.')).toBe(8000)
  expect(total(some) / total(all)).toBeCloseTo(1, 1)
  expect(await count(texts, 4000)).toEqual(some)
})
