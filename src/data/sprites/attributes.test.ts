import { describe, expect, it } from 'vitest'
import { spritesSource } from '../sources/sprites.js'
import { checkChoices, chooseAttributes, combinationOf, type SpriteChoices } from './attributes.js'
import { type Headgear, headgear } from './wardrobe.js'

const choicesOf = (options: object = {}): SpriteChoices => spritesSource.options.parse(options)

const clipsOf = (choices: SpriteChoices, count = 2000, seed = 0) =>
  Array.from({ length: count }, (_, clip) => chooseAttributes(choices, seed, clip))

const all = clipsOf(choicesOf())

describe('the attributes of a clip', () => {
  it('depend on the seed and its number alone', () => {
    const choices = choicesOf()
    expect(chooseAttributes(choices, 0, 7)).toEqual(all[7])
    expect(clipsOf(choices, 20, 1)).not.toEqual(all.slice(0, 20))
  })

  it('take every value', () => {
    const options = choicesOf()
    const seen = (
      name: 'action' | 'direction' | 'skin' | 'hairStyle' | 'hairColour' | 'clothing',
    ) => new Set(all.map((one) => one[name]).filter((value) => value !== undefined))
    expect(seen('action')).toEqual(new Set(options.actions))
    expect(seen('direction')).toEqual(new Set(options.directions))
    expect(seen('skin')).toEqual(new Set(options.skins))
    expect(seen('hairStyle')).toEqual(new Set(options.hairStyles))
    expect(seen('hairColour')).toEqual(new Set(options.hairColours))
    expect(seen('clothing')).toEqual(new Set(options.clothes))
  })

  it('name only what is drawn', () => {
    for (const one of all) {
      const hidesHair = one.headgear !== undefined && headgear[one.headgear].hidesHair
      expect(one.hairColour === undefined).toBe(hidesHair || one.skin === 'orc')
      const { covers = [] }: Partial<Headgear> =
        one.headgear === undefined ? {} : headgear[one.headgear]
      expect(covers).not.toContain(one.hairStyle)
      if (one.action === 'hurt') expect(one.direction).toBe('towards')
      if (one.action === 'hurt') expect(one.headgear).not.toBe('golden helmet')
      if (one.clothing === 'robe') expect(one.sex).toBe('female')
      if (one.clothing === 'robe' || one.clothing === 'suit') {
        expect(['thrust', 'shoot']).not.toContain(one.action)
      }
      expect(one.clothing === 'dress' && one.trousers !== undefined).toBe(false)
    }
  })

  it('give fighters what they fight with', () => {
    const weaponsOf = (action: string) =>
      new Set(all.filter((one) => one.action === action).map(({ weapon }) => weapon))
    expect(weaponsOf('thrust')).toEqual(new Set(['spear']))
    expect(weaponsOf('slash')).toEqual(new Set(['dagger']))
    expect(weaponsOf('shoot')).toEqual(new Set(['bow', 'great bow', 'recurve bow']))
    expect(weaponsOf('walk')).toEqual(new Set([undefined, 'spear']))
    expect(weaponsOf('spellcast')).toEqual(new Set([undefined]))
  })
})

describe('a combination', () => {
  const woman = {
    action: 'walk',
    direction: 'left',
    sex: 'female',
    skin: 'light',
    hairStyle: 'long',
    hairColour: 'red',
    clothing: 'shirt',
    clothingColour: 'teal',
    trousers: 'white',
    shoes: 'brown shoes',
    background: 'white',
  } as const

  it('is the looks that words tell apart, whatever happens', () => {
    expect(combinationOf(woman)).toBe('female, red hair, teal, shirt')
    expect(combinationOf({ ...woman, action: 'shoot', direction: 'right', skin: 'dark' })).toBe(
      combinationOf(woman),
    )
    expect(combinationOf({ ...woman, clothingColour: 'red' })).not.toBe(combinationOf(woman))
  })

  it('has a helmet or an orc in the place of hair', () => {
    const { hairStyle: _, hairColour: __, ...bald } = woman
    expect(combinationOf({ ...bald, headgear: 'metal helmet' })).toBe(
      'female, metal helmet, teal, shirt',
    )
    expect(combinationOf({ ...bald, skin: 'orc' })).toBe('female, orc, teal, shirt')
  })
})

describe('choices', () => {
  it('are kept to', () => {
    const choices = choicesOf({
      actions: ['walk'],
      directions: ['left'],
      sexes: ['male'],
      skins: ['dark'],
      hairStyles: ['page'],
      hairColours: ['blue'],
      clothes: ['suit'],
      headgear: [],
    })
    checkChoices(choices)
    for (const one of clipsOf(choices, 50)) {
      expect(one).toMatchObject({
        action: 'walk',
        direction: 'left',
        sex: 'male',
        skin: 'dark',
        hairStyle: 'page',
        hairColour: 'blue',
        clothing: 'suit',
      })
      expect(one.headgear).toBeUndefined()
    }
  })

  it('leave out hats that would cover all hair there is', () => {
    const mohawks = clipsOf(choicesOf({ hairStyles: ['mohawk'] }), 300)
    const worn = new Set(mohawks.map((one) => one.headgear))
    expect(worn).toContain('metal helmet')
    expect(worn).not.toContain('leather cap')
    expect(worn).not.toContain('bandana')
  })

  it('are refused where they leave nothing', () => {
    expect(() => checkChoices(choicesOf({ directions: ['left'] }))).toThrow(
      'sprites: hurt is drawn from one side only; add towards to directions or leave hurt out',
    )
    expect(() => checkChoices(choicesOf({ clothes: ['dress'] }))).toThrow(
      'sprites: nothing among clothes is drawn for male characters at spellcast; add shirt or leave one of them out',
    )
    expect(() => checkChoices(choicesOf({ clothes: ['robe'], sexes: ['female'] }))).toThrow(
      'for female characters at thrust',
    )
    expect(() => checkChoices(choicesOf({ hairStyles: ['pixie'] }))).toThrow(
      'sprites: nothing among hairStyles is drawn for male characters; add plain or leave male out',
    )
  })
})
