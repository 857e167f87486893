import { expect, test } from 'vitest'
import { createCharacterTokenizer, trainBytePairEncoding } from '../../../tokenizers/text/index.js'
import { createQuoting } from './quoting.js'

const specialTokens = ['<end>']
const letters = createCharacterTokenizer({
  kind: 'character',
  vocabulary: [...specialTokens, ...' abcnx猫'],
  specialTokens,
})
const end = letters.idOf('<end>')

const after = (passage: string, written: string) =>
  [...createQuoting(passage, letters, [end])(letters.encode(written))]
    .map((id) => (id === end ? '|' : letters.decode([id])))
    .sort()
    .join('')

test('what comes next goes on with a stretch of the passage, or ends what says something', () => {
  expect(after('banana', '')).toBe('abn')
  expect(after('banana', 'an')).toBe('a|')
  expect(after('banana', 'ana')).toBe('n|')
  expect(after('banana', 'banana')).toBe('|')
  expect(after('a 猫', ' ')).toBe('猫')
  expect(after('a 猫', 'a 猫')).toBe('|')
})

test('tokens may divide the passage in any way, also within a character', async () => {
  const text = await trainBytePairEncoding({
    texts: ['the cat', 'the cats', '红色的猫', '红色的猫'],
    vocabularySize: 275,
    specialTokens,
  })
  const passage = 'see the cats of 红色的猫'
  const quoting = createQuoting(passage, text, [0])
  for (const stretch of ['the cat', ' cats', 'ee th', '色的猫', 's of 红']) {
    const ids = text.encode(stretch)
    for (const [place, id] of ids.entries()) {
      expect(quoting(ids.slice(0, place))).toContain(id)
    }
    expect(quoting(ids)).toContain(0)
  }
  expect(quoting(text.encode('dog'))).toEqual(new Set([0]))
})
