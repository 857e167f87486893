import { describe, expect, test } from 'vitest'
import { scoreAnswer } from './answers.js'
import { bleu, bleuSettings } from './bleu.js'
import { bleuTokens } from './bleu-tokens.js'
import { chrf, chrfSettings } from './chrf.js'
import { rougeL } from './rouge-l.js'

/** Hypotheses and references; the figures below are those of sacreBLEU 2.6.0. */
const english = {
  written: [
    'The cat sat on the mat.',
    "He's 3.5 years old, isn't he?",
    "I don't know.",
    'Tom said "hello" & left (quickly).',
    'well-known 2-1 result',
    '',
    'Go!',
  ],
  references: [
    'The cat is sitting on the mat.',
    "He is 3.5 years old, isn't he?",
    'I do not know.',
    'Tom said "hello" and left quickly.',
    'a well-known 2-1 result',
    'Nothing here.',
    'Go!',
  ],
}
const chinese = {
  written: [
    '我试试。',
    '他的“名字”是Tom，3.5岁。',
    '今天天气很好',
    '你好吗？',
    '我们…去吧！',
    '𠀀字',
  ],
  references: [
    '我来试试。',
    '他的名字叫Tom，3.5岁。',
    '今天的天气真好。',
    '你好吗？',
    '我们……走吧！',
    '𠀀的字',
  ],
}

describe('BLEU', () => {
  test('is that of sacreBLEU', () => {
    expect(bleuSettings('13a')).toBe('BLEU|nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp')
    expect(bleu(english.written, english.references, '13a')).toBeCloseTo(52.09818442035515, 9)
    expect(bleu(chinese.written, chinese.references, 'zh')).toBeCloseTo(37.23806278453226, 9)
  })

  test('smooths orders that share nothing, and is 0 where there is nothing to count', () => {
    expect(bleu(['a b c d e x'], ['a b q d e c'], '13a')).toBeCloseTo(24.274588585366175, 9)
    expect(bleu(['a b c', 'd'], ['a c b', 'e'], '13a')).toBe(0)
    expect(bleu(['a b'], ['c d'], '13a')).toBe(0)
    expect(bleu([''], ['c d'], '13a')).toBe(0)
  })

  test.each([
    ['13a', "He's 3.5 years old, isn't he?", "He's 3.5 years old , isn't he ?"],
    ['13a', 'Tom said "hello" & left (quickly).', 'Tom said " hello " & left ( quickly ) .'],
    ['13a', 'well-known 2-1 result', 'well-known 2 - 1 result'],
    ['13a', '', ''],
    ['zh', '他的“名字”是Tom，3.5岁。', '他 的 “ 名 字 ” 是 Tom ， 3.5 岁 。'],
    ['zh', '我们……走吧！', '我 们 … … 走 吧 ！'],
    ['zh', '𠀀的字', '𠀀 的 字'],
  ] as const)('%s cuts %s', (tokenizer, text, words) => {
    expect(bleuTokens(text, tokenizer).join(' ')).toBe(words)
  })
})

test('chrF is that of sacreBLEU', () => {
  expect(chrfSettings).toContain('nc:6|nw:0|space:no')
  expect(chrf(english.written, english.references)).toBeCloseTo(66.96758017446598, 9)
  expect(chrf(chinese.written, chinese.references)).toBeCloseTo(44.48869507263783, 9)
  expect(chrf(['ab'], ['ab'])).toBe(100)
  expect(chrf([''], ['ab'])).toBe(0)
})

describe('ROUGE-L', () => {
  test.each([
    // Lin 2004, section 3.1.
    ['police kill the gunman', 'police killed the gunman', 3 / 4],
    ['the gunman kill police', 'police killed the gunman', 2 / 4],
    // The tests of google-research/rouge.
    ['testing one', 'testing one two', 4 / 5],
    ['testing two', 'testing one two', 4 / 5],
    ['', 'testing one two', 0],
    ['w1, W3!', 'w1 w2 w3', 4 / 5],
  ])('of words: %s', (written, reference, expected) => {
    expect(rougeL([written], [reference], 'words')).toBeCloseTo(expected, 12)
  })

  test('of characters, without white space, as the mean of texts', () => {
    // 飞行控制 of 飞行器控制: P = 4/4, R = 4/5.
    expect(rougeL(['飞行 控制'], ['飞行器控制'], 'characters')).toBeCloseTo(8 / 9, 12)
    expect(rougeL(['飞行', '乙'], ['飞行', '甲'], 'characters')).toBeCloseTo(1 / 2, 12)
  })
})

describe('answers', () => {
  // By the functions of CMRC 2018's script in Python 3, with the words of NLTK 3.10.3.
  test.each([
    ['光荣和ω-force', ['光荣和ω-force', '光荣'], 1, 1],
    ['《战国无双3》', ['战国无双3'], 1, 1],
    ['1990年到1995年', ['1990年', '1990年至1995年'], 0, 0.571429],
    ['Tom Hanks先生', ['tom hanks', '汤姆'], 0, 0.666667],
    ['约3.5%，即1,200人', ['3.5%'], 0, 0.5],
    ['不知道', ['北京'], 0, 0],
    ['……北京', ['北京'], 0, 0.8],
    ['北京', ['北京市', '南京'], 0, 0.8],
  ])('in Chinese: %s', (written, answers, exact, f1) => {
    const score = scoreAnswer(written, answers, 'cmrc2018')
    expect(score.exact).toBe(exact)
    expect(score.f1).toBeCloseTo(f1, 6)
  })

  // By the functions of SQuAD 1.1's script.
  test.each([
    ['The Denver Broncos!', ['Denver Broncos', 'Broncos'], 1, 1],
    ['an 18-yard run', ['18 yard run', '18-yard'], 0, 0.666667],
    ['in the the end', ['end the end'], 0, 0.5],
    ['$5.2 million', ['5.2 million dollars'], 0, 0.8],
    ['a', ['the'], 1, 0],
    ['nothing', ['something'], 0, 0],
  ])('in English: %s', (written, answers, exact, f1) => {
    const score = scoreAnswer(written, answers, 'squad')
    expect(score.exact).toBe(exact)
    expect(score.f1).toBeCloseTo(f1, 6)
  })
})
