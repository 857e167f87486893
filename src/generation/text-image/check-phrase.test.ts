import { expect, test } from 'vitest'
import { tinyTextTokenizer } from '../../../test/support/tiny-text-tokenizer.js'
import { DataError } from '../../errors.js'
import { createPhraseCheck } from './check-phrase.js'

const check = createPhraseCheck(await tinyTextTokenizer())

test.each(['red cat', 'A ZEBRA!', '', 'cat 🍎'])('%j may be drawn', (phrase) => {
  expect(() => check(phrase)).not.toThrow()
})

test.each([
  [
    'кот',
    'expected words in Latin, which the model has learned, found к о т (Cyrillic); say it in',
  ],
  ['красная машина', 'found к р а с н я м ш and 1 more (Cyrillic)'],
  ['ねこ 고', 'found ね こ 고 (Hiragana, Hangul)'],
  ['🍎', 'found 🍎; say it in those'],
  ['a \ud83c cat', 'expected whole characters, found the half character U+D83C, at character 3'],
  ['🍎 \udf4e', 'found the half character U+DF4E, at character 3'],
  ['a\ufffd', 'found U+FFFD, which marks broken text, at character 2; type it again'],
])('%j is refused', (phrase, message) => {
  expect(() => check(phrase)).toThrow(DataError)
  expect(() => check(phrase)).toThrow(message)
})
