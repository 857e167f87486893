import { describe, expect, it } from 'vitest'
import type { EmojiNames } from './names.js'
import { captionsOfEmoji, isFlippable, spokenName } from './phrases.js'

const emoji = (
  en: string,
  zh: string,
  { group = 'food-drink', subgroup = 'food-fruit' } = {},
): EmojiNames => ({
  hexcode: '0',
  group,
  subgroup,
  labels: { en, zh },
  keywords: { en: ['fruit', en, 'chef’s', '*'], zh: ['水果'] },
})

const articlesOf = (one: EmojiNames, language: 'en' | 'zh') =>
  captionsOfEmoji(one).find((caption) => caption.language === language && caption.role === 'name')
    ?.articles ?? []

describe('spoken names', () => {
  it('have neither colons nor parentheses nor typographic apostrophes', () => {
    const cases: [string, string][] = [
      ['red apple', 'red apple'],
      ['man: red hair', 'man with red hair'],
      ['person: beard', 'person with beard'],
      ['woman: bald', 'bald woman'],
      ['person walking: facing right', 'person walking facing right'],
      ['keycap: 3', 'keycap 3'],
      ['kiss: woman, man', 'kiss, woman, man'],
      ['A button (blood type)', 'A button blood type'],
      ['men’s room', "men's room"],
    ]
    for (const [label, spoken] of cases) expect(spokenName(label, 'en')).toBe(spoken)
  })

  it('put the detail first in Chinese', () => {
    expect(spokenName('男人: 红发', 'zh')).toBe('红发男人')
    expect(spokenName('行人: 面向右边', 'zh')).toBe('面向右边的行人')
    expect(spokenName('按键: 3', 'zh')).toBe('按键3')
    expect(spokenName('红苹果', 'zh')).toBe('红苹果')
  })
})

describe('articles', () => {
  it('are given to what can be counted', () => {
    for (const [name, article] of [
      ['red apple', 'a'],
      ['orange', 'an'],
      ['OK hand', 'an'],
      ['unicorn', 'a'],
      ['one-piece swimsuit', 'a'],
      ['hourglass done', 'an'],
      ['x-ray', 'an'],
      ['bus', 'a'],
      ['cactus', 'a'],
      ['compass', 'a'],
      ['cat with tears of joy', 'a'],
      ['person lifting weights', 'a'],
    ] as const) {
      expect(articlesOf(emoji(name, '红苹果'), 'en')).toEqual([article, 'the'])
    }
  })

  it('are not given to plurals, substances, sports and proper names', () => {
    const names = 'grapes,eyes,glasses,bread,cooked rice,tennis,Santa Claus,two hearts'.split(',')
    for (const name of [...names, "woman's clothes", 'people hugging', 'family, man, boy']) {
      expect(articlesOf(emoji(name, '红苹果'), 'en')).toEqual([])
    }
  })

  it('are measure words in Chinese', () => {
    const animal = { group: 'animals-nature', subgroup: 'animal-mammal' }
    const flower = { group: 'animals-nature', subgroup: 'plant-flower' }
    const vehicle = { group: 'travel-places', subgroup: 'transport-ground' }
    const mood = { group: 'smileys-emotion', subgroup: 'face-smiling' }
    expect(articlesOf(emoji('red apple', '红苹果'), 'zh')).toEqual(['一个'])
    expect(articlesOf(emoji('cat', '猫', animal), 'zh')).toEqual(['一只', '一个'])
    expect(articlesOf(emoji('cat face', '猫脸', animal), 'zh')).toEqual(['一个'])
    expect(articlesOf(emoji('rose', '玫瑰', flower), 'zh')).toEqual(['一朵', '一个'])
    expect(articlesOf(emoji('taxi', '出租车', vehicle), 'zh')).toEqual(['一辆', '一个'])
    expect(articlesOf(emoji('grinning face', '嘿嘿', mood), 'zh')).toEqual([])
  })
})

it('keywords are words other than the name', () => {
  const keywords = captionsOfEmoji(emoji('apple', '苹果')).filter(({ role }) => role === 'keyword')
  expect(keywords.map(({ text }) => text)).toEqual(['fruit', "chef's", '水果'])
})

describe('mirror images', () => {
  it('are allowed where left and right do not matter', () => {
    for (const name of [
      'red apple',
      'rocket',
      'cookbook',
      'volcano',
      'Tokyo tower',
      'bright eyes',
    ]) {
      expect(isFlippable(emoji(name, ''))).toBe(true)
    }
  })

  it('are refused for arrows, letters, clocks, flags and what names a side', () => {
    for (const name of ['backhand pointing left', 'left-facing fist', 'OK hand', 'crescent moon']) {
      expect(isFlippable(emoji(name, ''))).toBe(false)
    }
    for (const [group, subgroup] of [
      ['symbols', 'arrow'],
      ['symbols', 'alphanum'],
      ['travel-places', 'time'],
      ['flags', 'flag'],
      ['objects', 'money'],
    ] as const) {
      expect(isFlippable(emoji('thing', '', { group, subgroup }))).toBe(false)
    }
    expect(isFlippable(emoji('red circle', '', { group: 'symbols', subgroup: 'geometric' }))).toBe(
      true,
    )
  })
})
