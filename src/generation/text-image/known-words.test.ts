import { expect, test } from 'vitest'
import { collectWords, findUnknownWords } from './known-words.js'

const known = new Set(
  collectWords(["A woman's red hair.", 'a Woman walks', '一个红头发的女人', '他走']),
)

test('words are told apart in English, characters in Chinese, whatever their case', () => {
  expect(Array.from(known).sort()).toEqual(
    [...['a', 'hair', 'red', 'walks', 'woman', "woman's"], ...'一个人他发女头的红走'].sort(),
  )
})

test('unknown words are named as they were typed, each once', () => {
  expect(findUnknownWords('A Woman’s HAIR, walks', known)).toEqual([])
  expect(findUnknownWords('a Robot walks a robot; the Robot', known)).toEqual([
    'Robot',
    'robot',
    'the',
  ])
})

test('unknown characters that stand together are one word', () => {
  expect(findUnknownWords('一个女人开车走，蓝头发', known)).toEqual(['开车', '蓝'])
  expect(findUnknownWords('红robot车', known)).toEqual(['robot', '车'])
})

test('numbers and marks are no words', () => {
  expect(findUnknownWords('a 3 — 红! 😀', known)).toEqual([])
})
