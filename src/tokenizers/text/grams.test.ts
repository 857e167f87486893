import { expect, test } from 'vitest'
import { expectClose } from '../../../test/support/expect-close.js'
import { createGramReader, learnGrams } from './grams.js'

const options = { unit: 'words', orders: 2 } as const
const texts = ['a b a b', 'a c', 'a d']

test('there is a feature for each n-gram of each order, in the order in which they come', async () => {
  const vocabulary = await learnGrams(texts, options)
  // a, a b, b, b a; c, a c; d, a d
  expect(vocabulary.keys).toHaveLength(8)
  const { features } = createGramReader(vocabulary, options)('a c')
  expect([...features].sort()).toEqual([0, 4, 5])
})

test('a row has unit length; n-grams weigh by how often they come and how rare they are', async () => {
  const read = createGramReader(await learnGrams(texts, { unit: 'words', orders: 1 }), {
    unit: 'words',
    orders: 1,
  })
  const { features, values } = read('b a b')
  // By hand: b is in one text of three and comes twice, a is in all of them.
  const [b, a] = [(1 + Math.log(2)) * (Math.log(4 / 2) + 1), 1]
  const norm = Math.hypot(a, b)
  expectClose([...features].map((feature, index) => [feature, values[index]!]).sort()[0]!, [
    0,
    a / norm,
  ])
  expectClose([Math.max(...values)], [b / norm])
})

test('what training has not seen does not count, and a text of nothing else is an empty row', async () => {
  const read = createGramReader(await learnGrams(texts, options), options)
  expect(read('a x').features).toHaveLength(1)
  expect(read('x y').features).toHaveLength(0)
})

test('of more n-grams than may be, those that most texts have are kept', async () => {
  const limited = await learnGrams(texts, options, { limit: 2 })
  const [a, aThenB] = (await learnGrams(texts, options)).keys
  expect([...limited.keys]).toEqual([a, aThenB])
})

test('the hash stays what trained models were made with', async () => {
  expect([...(await learnGrams(['a b'], options)).keys]).toMatchInlineSnapshot(`
    [
      1506248849,
      1174159440,
      1133663219,
    ]
  `)
})

test('a text may have any number of n-grams', async () => {
  const long = Array.from({ length: 150_000 }, (_, word) => `w${word}`).join(' ')
  const words = { unit: 'words', orders: 1 } as const
  const { values } = createGramReader(await learnGrams([long], words), words)(long)
  // A few share a hash.
  expect(values.length).toBeGreaterThan(149_900)
  expectClose([values.reduce((sum, value) => sum + value * value, 0)], [1], { absolute: 1e-3 })
})

test('a signal ends the search', async () => {
  const searching = learnGrams(texts, options, { signal: AbortSignal.abort() })
  await expect(searching).rejects.toThrow('aborted')
})
