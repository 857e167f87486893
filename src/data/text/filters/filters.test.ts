import { describe, expect, test } from 'vitest'
import { createBlockList, parseBlockList } from './block-list.js'
import { createEmailMask } from './email-addresses.js'
import { createExactDuplicates } from './exact-duplicates.js'
import type { TextFilter, Verdict } from './filter.js'
import { createLanguageFilter, type TextLanguage } from './language.js'
import { createLengthFilter } from './length.js'
import { createNormalization } from './normalization.js'
import { createOverlapFilter } from './overlap.js'
import { createTelephoneMask } from './telephone-numbers.js'
import { createHashTable, createTextHash } from './text-hash.js'

/** The verdict of a filter on a document in pieces. */
const verdictOf = ({ judge }: TextFilter, ...pieces: string[]): Verdict => {
  const { read, verdict } = judge!()
  for (const piece of pieces) read(piece)
  return verdict()
}

describe('normalization', () => {
  test('composes accents, and on demand makes full-width letters plain', () => {
    expect(createNormalization('NFC').change?.('cafe\u0301 ＡＢＣ')).toEqual({
      text: 'café ＡＢＣ',
      changes: 1,
    })
    expect(createNormalization('NFKC').change?.('ＡＢＣ，ﬁ')).toEqual({
      text: 'ABC,fi',
      changes: 1,
    })
    expect(createNormalization('NFC').change?.('plain')).toEqual({ text: 'plain', changes: 0 })
  })
})

describe('the length', () => {
  test('is counted in characters over all pieces', () => {
    const filter = createLengthFilter({ minimum: 3, maximum: 4 })
    expect(verdictOf(filter, 'ab')).toBe('drop')
    expect(verdictOf(filter, 'ab', '😀')).toBe('keep')
    expect(verdictOf(filter, 'ab', '文字', 'c')).toBe('drop')
  })
})

describe('the language', () => {
  const isOf = (language: TextLanguage, text: string) =>
    verdictOf(createLanguageFilter([language]), text) === 'keep'

  test('is told by the scripts of the letters', () => {
    expect(isOf('en', 'To be, or not to be: that is the question. 1603')).toBe(true)
    expect(isOf('zh', '基于 Transformer 的中文文本分类方法研究')).toBe(true)
    expect(isOf('zh', '𠀀𠀁')).toBe(true)
    expect(isOf('other', '日本語のテキストはかなが多い。')).toBe(true)
    expect(isOf('other', 'Быть или не быть')).toBe(true)
    expect(isOf('other', '한국어 문장입니다')).toBe(true)
    expect(isOf('other', '12 + 30 = 42')).toBe(true)
  })
})

describe('exact duplicates', () => {
  test('are dropped but for the first, wherever they are cut', () => {
    const filter = createExactDuplicates()
    expect(verdictOf(filter, 'one text')).toBe('keep')
    expect(verdictOf(filter, 'one', ' text')).toBe('drop')
    expect(verdictOf(filter, 'One text')).toBe('keep')
  })

  test('are hashed so that a hundred thousand texts have as many hashes', () => {
    const known = new Set<string>()
    for (let index = 0; index < 100_000; index++) {
      const hash = createTextHash()
      hash.add(`text ${index}`)
      const { high, low } = hash.value()
      known.add(`${high} ${low}`)
    }
    expect(known.size).toBe(100_000)
  })

  test('are remembered in a table that grows up to its bound', () => {
    const table = createHashTable({ mostEntries: 3000 })
    const hashOf = (index: number) => ({ high: index * 7919, low: index })
    const added = Array.from({ length: 3500 }, (_, index) => table.add(hashOf(index), index))
    expect(added.filter(Boolean)).toHaveLength(3000)
    expect(table.get(hashOf(2999))).toBe(2999)
    expect(table.get(hashOf(3000))).toBeUndefined()
  })
})

describe('an overlap with texts to measure on', () => {
  const measured = async function* () {
    yield { text: 'The quick brown fox jumps over the lazy dog.' }
    yield { text: '双官能团活性', continues: true }
    yield { text: '艳蓝的应用性能' }
    yield { text: 'Short one' }
  }
  const create = (action: 'drop' | 'report') =>
    createOverlapFilter(measured(), { length: 5, action })

  test('is a run of words, in other letter case and punctuation too', async () => {
    const filter = await create('drop')
    expect(verdictOf(filter, 'He wrote: "the QUICK, brown fox', ' jumps" and went')).toBe('drop')
    expect(verdictOf(filter, 'the quick brown fox runs away')).toBe('keep')
  })

  test('is a run of Chinese characters', async () => {
    const filter = await create('drop')
    expect(verdictOf(filter, '论团活性艳蓝')).toBe('drop')
    expect(verdictOf(filter, '论活性染料的应用性质')).toBe('keep')
  })

  test('with a short text is found where the document is that text', async () => {
    const filter = await create('drop')
    expect(verdictOf(filter, 'short one!')).toBe('drop')
    expect(verdictOf(filter, 'a short one')).toBe('keep')
  })

  test('is counted and kept where that is wanted', async () => {
    expect(verdictOf(await create('report'), 'quick brown fox jumps over')).toBe('mark')
  })
})

describe('a block list', () => {
  const words = parseBlockList('words.txt', '# words\n\nass\nbad word\n赌博\nC++\n')

  test('has a word a line', () => {
    expect(words).toEqual(['ass', 'bad word', '赌博', 'C++'])
    expect(() => parseBlockList('words.txt', '# none\n')).toThrow(/^words\.txt: expected words/)
  })

  test('finds whole words in any letter case, and Chinese ones anywhere', () => {
    const filter = createBlockList(words)
    for (const text of ['An ASS.', 'a bad\nword', '网络赌博网站', 'in C++, too']) {
      expect(verdictOf(filter, text)).toBe('drop')
    }
    for (const text of ['the class', 'a bad sword', '赌 博', 'C+']) {
      expect(verdictOf(filter, text)).toBe('keep')
    }
  })
})

describe('e-mail addresses', () => {
  const mask = (text: string) => createEmailMask().change!(text).text

  test('are masked, beside Chinese characters and at the end of a sentence too', () => {
    expect(mask('Write to jane.doe+x@mail.example.co.uk.')).toBe('Write to <email>.')
    expect(mask('邮箱zhang_san@163.com，电话')).toBe('邮箱<email>，电话')
    expect(createEmailMask().change!('a@b.cn b@c.org').changes).toBe(2)
  })

  test('are told from mentions, rates and decorators', () => {
    for (const text of ['@example.com', 'follow @user', '3 apples @ 0.50', 'a@b', '@media print']) {
      expect(mask(text)).toBe(text)
    }
  })

  test('are looked for in time that grows with the text alone', () => {
    const text = `${'a'.repeat(200_000)}@${'a.'.repeat(100_000)}`
    expect(mask(text)).toBe(text)
  })
})

describe('telephone numbers', () => {
  const mask = (text: string) => createTelephoneMask().change!(text).text

  test.each([
    '13812345678',
    '138 1234 5678',
    '138-1234-5678',
    '+86 13812345678',
    '0086-13812345678',
    '010-12345678',
    '(021) 8765 4321',
    '（021）87654321',
    '0755-1234567-801',
    '400-820-8820',
    '+44 20 7946 0958',
    '+1 (202) 555-0143',
    '202-555-0143',
    '(202) 555-0143',
    '1-202-555-0143',
    '202.555.0143',
  ])('such as %s are masked', (number) => {
    expect(mask(`电话${number}，call ${number}.`)).toBe('电话<phone>，call <phone>.')
  })

  test.each([
    '2023-01-02',
    '2023-01-02 10:20:30',
    '20230102',
    '1990-1995',
    '978-7-111-12345-6',
    '9787111123456',
    '0-306-40615-2',
    'ISSN 1234-5678',
    '1.13812345678',
    '3.1415926535897',
    '1700000000',
    '1700000000000',
    '192.168.100.1000',
    'v10.15.7',
    '100-200-3000',
    '$1,381,234,567',
    '13812345678901',
    'x13812345678',
    '1 + 2345678901',
    '510106199001011234',
    '12:30-13:45',
  ])('are not seen in %s', (text) => {
    expect(mask(`on ${text} then`)).toBe(`on ${text} then`)
  })
})
