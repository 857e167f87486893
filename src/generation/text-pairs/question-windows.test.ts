import { describe, expect, test } from 'vitest'
import { tinyPairModel } from '../../../test/support/tiny-pair-model.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { questionWindows } from './question-windows.js'

const runtime = createInlineRuntime({ threads: 1 })
const { text } = await tinyPairModel(runtime)
const sizes = { sourceLength: 12, stride: 3 }
const windowsOf = (question: string, passage: string) =>
  questionWindows(question, passage, text, sizes).map(({ ids }) => text.decode(ids))

describe('windows of a passage', () => {
  test('have the question before them, and overlap', () => {
    expect(windowsOf('a?', 'bcdefghbcdefghbcd')).toEqual([
      'a?\nbcdefghbc',
      'a?\nhbcdefghb',
      'a?\nghbcd',
    ])
  })

  test('hold every stretch as long as the overlap', () => {
    const passage = 'abcdefghenz'.repeat(6)
    const all = windowsOf('o', passage)
    for (let start = 0; start + 3 <= passage.length; start++) {
      expect(all.some((one) => one.includes(passage.slice(start, start + 3)))).toBe(true)
    }
  })

  test('advance by half of their room where a question leaves less than the overlap', () => {
    // Seven characters of twelve are the question and its break: windows of five overlap by two.
    const found = questionWindows('abcdefgh?', 'bcdefghbcdefgh', text, { ...sizes, stride: 64 })
    expect(found.map(({ passage }) => text.decode(passage))).toEqual([
      'bcdef',
      'efghb',
      'hbcde',
      'defgh',
    ])
  })

  test('advance where there is room for one token', () => {
    const found = questionWindows('a?', 'bcd', text, { sourceLength: 3, stride: 2 })
    expect(found.map(({ passage }) => text.decode(passage))).toEqual(['b', 'c', 'd'])
  })

  test('are one where the passage fits, also with a question that is cut or has breaks', () => {
    expect(windowsOf('a?', 'bcd')).toEqual(['a?\nbcd'])
    expect(windowsOf('abcdefgh?', 'bcd')).toEqual(['abcdef\nbcd'])
    expect(windowsOf(' a\n b ', 'bcd')).toEqual(['a b\nbcd'])
  })
})
