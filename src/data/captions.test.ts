import { describe, expect, it } from 'vitest'
import { captionOf, phrasingsOf } from './captions.js'
import type { Caption } from './example.js'

const captions: Caption[] = [
  { language: 'en', text: 'red apple', role: 'name', articles: ['a', 'the'] },
  { language: 'en', text: 'fruit', role: 'keyword' },
  { language: 'en', text: 'ripe', role: 'keyword' },
  { language: 'zh', text: '红苹果', role: 'name', articles: ['一个'] },
  { language: 'zh', text: '水果', role: 'keyword' },
  { language: 'zh', text: '熟', role: 'keyword' },
]
const apple = { id: 'noto/1f34e', captions, style: 'Noto' }

const phrasesOf = (example: Parameters<typeof captionOf>[0], count = 3000) =>
  Array.from({ length: count }, (_, epoch) => captionOf(example, { seed: 1, epoch }))

describe('captionOf', () => {
  const phrases = phrasesOf(apple)
  const texts = phrases.map(({ text }) => text)
  const shareOf = (wanted: (text: string) => boolean) => texts.filter(wanted).length / texts.length

  it('says what people type', () => {
    for (const wanted of [
      'red apple',
      'a red apple',
      'the red apple',
      'red apple in Noto style',
      'a red apple in Noto style',
      'a red apple, Noto style',
      'red apple, Noto style',
      'Noto red apple',
      'red apple in noto style',
      'a picture of a red apple',
      '红苹果',
      '一个红苹果',
      'Noto 风格的红苹果',
      'Noto风格的红苹果',
      '一个 Noto 风格的红苹果',
      '画一个红苹果',
    ]) {
      expect(texts).toContain(wanted)
    }
  })

  it('speaks both languages about equally often, and never mixes them', () => {
    const english = phrases.filter(({ language }) => language === 'en')
    expect(english.length / phrases.length).toBeCloseTo(0.5, 1)
    for (const { language, text } of phrases) {
      expect(/\p{Script=Han}/u.test(text)).toBe(language === 'zh')
    }
  })

  it('names the style in about three quarters of the phrases', () => {
    expect(shareOf((text) => /noto/i.test(text))).toBeCloseTo(0.75, 1)
    const plain = phrasesOf({ id: 'x', captions })
    expect(plain.some(({ text }) => /style|风格|noto/i.test(text))).toBe(false)
  })

  it('adds keywords now and then, and rarely lets them stand alone', () => {
    expect(texts).toContain('red apple, ripe, fruit')
    expect(texts).toContain('红苹果，水果')
    const alone = shareOf((text) => !/red apple|红苹果/i.test(text))
    expect(alone).toBeGreaterThan(0.02)
    expect(alone).toBeLessThan(0.08)
  })

  it('is a function of seed, epoch and example', () => {
    const first = phrasesOf(apple, 50)
    expect(phrasesOf(apple, 50)).toEqual(first)
    expect(phrasesOf({ ...apple, id: 'other' }, 50)).not.toEqual(first)
    const otherSeed = first.map((_, epoch) => captionOf(apple, { seed: 2, epoch }))
    expect(otherSeed).not.toEqual(first)
  })

  it('keeps to the wanted languages, but falls back to what there is', () => {
    const chinese = captions.filter(({ language }) => language === 'zh')
    for (let epoch = 0; epoch < 50; epoch++) {
      expect(captionOf(apple, { seed: 1, epoch, languages: ['zh'] }).language).toBe('zh')
      const example = { id: 'x', captions: chinese }
      expect(captionOf(example, { seed: 1, epoch, languages: ['en'] }).language).toBe('zh')
    }
  })

  it('uses sentences as they stand, by their weights', () => {
    const example = {
      id: 'digit',
      style: 'Ink',
      captions: [
        { language: 'en', text: 'A handwritten Seven', weight: 3 },
        { language: 'en', text: 'the digit 7' },
      ],
    } satisfies Parameters<typeof captionOf>[0]
    const said = phrasesOf(example, 2000).map(({ text }) => text)
    expect(new Set(said)).toEqual(new Set(['A handwritten Seven', 'the digit 7']))
    const often = said.filter((text) => text === 'A handwritten Seven').length
    expect(often / said.length).toBeCloseTo(0.75, 1)
  })

  it('writes no doubled, leading or trailing spaces', () => {
    const bare = phrasesOf({
      id: 'x',
      style: 'Noto',
      captions: [{ ...captions[3]!, articles: [] }],
    })
    for (const { text } of [...phrases, ...bare])
      expect(text).toBe(text.trim().replace(/ {2,}/g, ' '))
  })

  it('is empty for an example without captions', () => {
    expect(captionOf({ id: 'x', captions: [] }, { seed: 1, epoch: 0 }).text).toBe('')
  })
})

describe('phrasingsOf', () => {
  it('has all that is ever said without keywords, but for capitals, and no more', () => {
    const bare = { ...apple, captions: captions.filter(({ role }) => role !== 'keyword') }
    const lowered = (texts: Iterable<string>) =>
      new Set(Array.from(texts, (text) => text.toLowerCase()))
    const said = lowered(phrasesOf(bare, 40_000).map(({ text }) => text))
    expect(lowered(phrasingsOf(apple))).toEqual(said)
  })

  it('says nothing of an example beside its names', () => {
    const said = phrasingsOf(apple)
    for (const wrong of ['', 'apple', 'red apple, fruit', 'fruit', 'red apple, Twemoji style']) {
      expect(said).not.toContain(wrong)
    }
    expect(phrasingsOf({ captions: [] })).toEqual(new Set())
  })

  it('leaves sentences as they stand', () => {
    const sentences: Caption[] = [
      { language: 'en', text: 'a handwritten seven', weight: 4 },
      { language: 'zh', text: '手写数字七', role: 'sentence' },
    ]
    expect(phrasingsOf({ captions: sentences, style: 'Ink' })).toEqual(
      new Set(['a handwritten seven', '手写数字七']),
    )
  })
})
