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
  [...createQuoting(letters.encode(passage), letters, [end])(letters.encode(written))]
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
  const quoting = createQuoting(text.encode(passage), text, [0])
  for (const stretch of ['the cat', ' cats', 'ee th', '色的猫', 's of 红']) {
    const ids = text.encode(stretch)
    for (const [place, id] of ids.entries()) {
      expect(quoting(ids.slice(0, place))).toContain(id)
    }
    expect(quoting(ids)).toContain(0)
  }
  expect(quoting(text.encode('dog'))).toEqual(new Set([0]))
})

test('a stretch begins and ends with whole characters, and never goes across an unknown one', async () => {
  const text = await trainBytePairEncoding({ texts: ['aa'], vocabularySize: 258, specialTokens })
  const passage = text.encode('猫a')
  const quoting = createQuoting(passage, text, [0])
  expect([...quoting([])].sort()).toEqual([passage[0], passage[3]].sort())
  expect([...quoting(passage.slice(0, 1))]).toEqual([passage[1]])
  expect([...quoting(passage.slice(0, 3))].sort()).toEqual([0, passage[3]].sort())

  const known = createCharacterTokenizer({
    ...{ kind: 'character', vocabulary: ['<end>', '<?>', 'a', 'b'] },
    ...{ specialTokens: ['<end>', '<?>'], unknownToken: '<?>' },
  })
  const across = createQuoting(known.encode('a猫b'), known, [0])
  expect(across(known.encode('a'))).toEqual(new Set([0]))
  expect(createQuoting(known.encode('猫'), known, [0])([])).toEqual(new Set([0]))
})
