import { expect, test } from 'vitest'
import { expectClose } from '../../../test/support/expect-close.js'
import { createGramReader, learnGrams } from './grams.js'

const options = { unit: 'words', orders: 2 } as const
const texts = ['a b a b', 'a c', 'a d']

test('there is a feature for each n-gram of each order, in the order in which they come', () => {
  const vocabulary = learnGrams(texts, options)
  // a, a b, b, b a; c, a c; d, a d
  expect(vocabulary.keys).toHaveLength(8)
  const { features } = createGramReader(vocabulary, options)('a c')
  expect([...features].sort()).toEqual([0, 4, 5])
})

test('a row has unit length; n-grams weigh by how often they come and how rare they are', () => {
  const read = createGramReader(learnGrams(texts, { unit: 'words', orders: 1 }), {
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

test('what training has not seen does not count, and a text of nothing else is an empty row', () => {
  const read = createGramReader(learnGrams(texts, options), options)
  expect(read('a x').features).toHaveLength(1)
  expect(read('x y').features).toHaveLength(0)
})

test('of more n-grams than may be, those that most texts have are kept', () => {
  const limited = learnGrams(texts, options, 2)
  const [a, aThenB] = learnGrams(texts, options).keys
  expect([...limited.keys]).toEqual([a, aThenB])
})

test('the hash stays what trained models were made with', () => {
  expect([...learnGrams(['a b'], options).keys]).toMatchInlineSnapshot(`
    [
      1506248849,
      1174159440,
      1133663219,
    ]
  `)
})
