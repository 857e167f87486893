import { describe, expect, test } from 'vitest'
import { createCharacterTokenizer } from './character.js'
import { trainBytePairEncoding } from './train-byte-pair.js'
import { createUnreadFinder, unknownCharactersOf } from './unread-characters.js'

const train = (texts: readonly string[]) =>
  trainBytePairEncoding({ texts, vocabularySize: 320, specialTokens: ['<eos>'] })

const english = ['a red cat', 'a green house', 'the cat’s house', '“red”'].flatMap((text) => [
  text,
  text,
])
const chinese = ['红色的猫', '绿色的房子', '红色的房子'].flatMap((text) => [text, text])

describe('a tokenizer of English and Chinese', async () => {
  const find = createUnreadFinder(await train([...english, ...chinese]))

  test.each([
    'a red cat',
    'ZEBRA',
    'naïve', // a letter of a script that is known
    '红色的猫',
    '鹗', // so is a character that nobody has shown it
    '3 cats!',
    'a cat, 2 dogs & “a mouse”？',
    'red 🍎',
    '1 + 1 = 2',
    '',
    ' \n',
  ])('reads %j', (text) => {
    expect(find(text)).toBeUndefined()
  })

  test.each([
    ['красный cat', ['к', 'р', 'а', 'с', 'н', 'ы', 'й'], ['Cyrillic']],
    ['猫の家', ['の'], ['Hiragana']],
    ['고양이 ねこ', ['고', '양', '이', 'ね', 'こ'], ['Hangul', 'Hiragana']],
    ['तीन', ['त', 'ी', 'न'], ['Devanagari']],
    ['𓃠', ['𓃠'], ['another script']],
    ['🍎🍎 🍏', ['🍎', '🍏'], []],
  ])('does not read %j', (text, characters, scripts) => {
    expect(find(text)).toEqual({ characters, scripts, learned: ['Han', 'Latin'] })
  })
})

test('a tokenizer of Chinese alone does not read English', async () => {
  const find = createUnreadFinder(await train(chinese))
  expect(find('red')).toEqual({ characters: ['r', 'e', 'd'], scripts: ['Latin'], learned: ['Han'] })
  expect(find('2只猫')).toBeUndefined()
})

test('symbols can be learned, and a single character of a rare script', async () => {
  const find = createUnreadFinder(await train(['🍎🍎', '🍎🍎', 'ⴰⴰ', 'ⴰⴰ']))
  expect(find('🍎')).toBeUndefined()
  expect(find('ⴰ')).toBeUndefined()
  expect(find('ⴱ')?.scripts).toEqual(['another script'])
})

test('a tokenizer of characters reads the scripts of its characters', () => {
  const find = createUnreadFinder(
    createCharacterTokenizer({
      kind: 'character',
      vocabulary: ['<unknown>', 'a', '1'],
      specialTokens: ['<unknown>'],
      unknownToken: '<unknown>',
    }),
  )
  expect(find('zebra')).toBeUndefined()
  expect(find('猫')?.scripts).toEqual(['Han'])
})

test('a tokenizer of bytes alone reads anything, as far as it can be told', async () => {
  const find = createUnreadFinder(await trainBytePairEncoding({ texts: [], vocabularySize: 256 }))
  expect(find('кот')).toBeUndefined()
})

test('characters that become the unknown token are found, each once', () => {
  const specialTokens = ['<unk>']
  const definition = { vocabulary: [...specialTokens, ...'abé'], specialTokens }
  const tokenizer = createCharacterTokenizer({
    ...definition,
    kind: 'character',
    unknownToken: '<unk>',
  })
  expect(unknownCharactersOf('a été 苹苹b', tokenizer)).toEqual(['t', '苹'])
  expect(unknownCharactersOf('abé', tokenizer)).toEqual([])
  expect(
    unknownCharactersOf('xyz', createCharacterTokenizer({ ...definition, kind: 'character' })),
  ).toEqual([])
})
