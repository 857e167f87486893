import { describe, expect, it } from 'vitest'
import { spritesSource } from '../sources/sprites.js'
import { chooseAttributes, combinationOf, type SpriteAttributes } from './attributes.js'
import { captionsOfSprite } from './phrases.js'

const choices = spritesSource.options.parse({})

const clips = Array.from({ length: 2000 }, (_, clip) => {
  const attributes = chooseAttributes(choices, 0, clip)
  return {
    attributes,
    group: combinationOf(attributes),
    captions: captionsOfSprite(attributes, 0, clip),
  }
})

const redhead: SpriteAttributes = {
  action: 'walk',
  direction: 'right',
  sex: 'female',
  skin: 'light',
  hairStyle: 'long',
  hairColour: 'red',
  clothing: 'shirt',
  clothingColour: 'teal',
  trousers: 'white',
  shoes: 'brown shoes',
  background: 'white',
}

/** What is said about one character, in many ways. */
const textsAbout = (attributes: SpriteAttributes, isPartial = false) =>
  new Set(
    Array.from({ length: 500 }, (_, clip) => captionsOfSprite(attributes, 1, clip))
      .flat()
      .filter((caption) => (caption.isPartial ?? false) === isPartial)
      .map(({ text }) => text),
  )

describe('captions', () => {
  it('depend on the seed and the clip alone, complete ones first', () => {
    const { attributes, captions } = clips[5]!
    expect(captionsOfSprite(attributes, 0, 5)).toEqual(captions)
    expect(captions.map(({ language, isPartial = false }) => [language, isPartial])).toEqual(
      (['en', 'zh'] as const).flatMap((language) =>
        [false, false, true, true].map((isPartial) => [language, isPartial]),
      ),
    )
  })

  it('vary their words and order', () => {
    const texts = textsAbout(redhead)
    for (const text of [
      'a woman with red hair and a teal shirt walks to the right',
      'a woman with red hair in a teal shirt is walking right',
      'in a teal shirt, a woman with red hair walks to the right',
      'walking to the right: a woman wearing a teal shirt with red hair',
      '一个红头发、穿青色衬衫的女人向右走',
      '穿青色衬衫、红头发的女人向右走',
    ]) {
      expect(texts).toContain(text)
    }
    expect(texts.size).toBeGreaterThan(300)
  })

  it('leave things out where they are partial', () => {
    const dressed: SpriteAttributes = {
      ...redhead,
      action: 'spellcast',
      clothing: 'dress',
      clothingColour: 'red',
    }
    const texts = textsAbout(dressed, true)
    expect(texts).toContain('someone in a red dress casts a spell')
    for (const text of texts) {
      const isMissing =
        !/woman|lady|female|女/.test(text) ||
        !/hair|pigtail|发|红色长/.test(text) ||
        !/red dress|红色连衣裙/.test(text)
      expect(isMissing, text).toBe(true)
    }
  })

  it('say all that a combination and a movement are where they are complete', () => {
    for (const text of textsAbout(redhead)) {
      expect(text).toMatch(/woman|lady|female character|女/)
      expect(text).toMatch(/red hair|红/)
      expect(text).toMatch(/teal shirt|青色衬衫/)
      expect(text).toMatch(/walk|走/)
      expect(text).toMatch(/right|右/)
    }
  })

  it('name a helmet or an orc in the place of hair', () => {
    const { hairStyle: _, hairColour: __, ...bald } = redhead
    for (const text of textsAbout({ ...bald, headgear: 'metal helmet' })) {
      expect(text).toMatch(/metal helmet|铁头盔/)
    }
    for (const text of textsAbout({ ...bald, skin: 'orc' })) expect(text).toMatch(/orc|兽人/)
  })

  it('are clean sentences', () => {
    const stray = /^\s|\s$| {2}|undefined|，，|、的|^[,，:]|[,，:]$|\ba [aeiou]/
    const offending = clips
      .flatMap(({ captions }) => captions)
      .filter(
        ({ language, text }) =>
          stray.test(text) || /\p{Script=Han}/u.test(text) !== (language === 'zh'),
      )
    expect(offending).toEqual([])
  })

  it('which are complete never fit two combinations', () => {
    const said = clips.flatMap(({ group, captions }) =>
      captions.map((caption) => ({ ...caption, group })),
    )
    const complete = said.filter(({ isPartial }) => !isPartial)
    const groups = new Map(complete.map(({ text, group }) => [text, group]))
    expect(groups.size).toBeGreaterThan(6000)
    // Partial ones may be true of many combinations, but never sound like a complete one of another.
    expect(said.filter(({ text, group }) => (groups.get(text) ?? group) !== group)).toEqual([])
  })
})
