import { describe, expect, it } from 'vitest'
import { filesOf } from '../../../test/support/sources.js'
import { DataError } from '../../errors.js'
import { readIconSet } from './icon-set.js'
import type { EmojiNames } from './names.js'

const emoji = (hexcode: string, en: string, unicodeName?: string): EmojiNames => ({
  hexcode,
  group: 'objects',
  subgroup: 'tool',
  labels: { en, zh: '' },
  keywords: { en: [], zh: [] },
  ...(unicodeName === undefined ? {} : { unicodeName }),
})

const info = '{"license": {"title": "MIT", "spdx": "MIT"}}'

const iconSet = async (
  icons: object,
  emojis: readonly EmojiNames[],
  characters?: Record<string, string>,
) =>
  readIconSet(
    await filesOf({
      'set/icons.json': JSON.stringify(icons),
      'set/info.json': info,
      ...(characters ? { 'set/chars.json': JSON.stringify(characters) } : {}),
    }),
    'set',
    emojis,
  )

describe('an icon set', () => {
  const hammer = emoji('1f528', 'hammer')
  const axe = emoji('1fa93', 'axe')

  it('gives SVG documents by its table of characters', async () => {
    const icons = { icons: { 'a-hammer': { body: '<path/>' } }, width: 36, height: 36 }
    const set = await iconSet(icons, [hammer, axe], { '1f528': 'a-hammer', '1fa93': 'none' })
    expect(set.license).toBe('MIT')
    expect(set.svgOf(hammer)).toBe(
      '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="36" height="36" viewBox="0 0 36 36"><path/></svg>',
    )
    expect(set.svgOf(axe)).toBeUndefined()
    expect(set.svgOf(emoji('1f527', 'wrench'))).toBeUndefined()
  })

  it('lets an icon have its own box', async () => {
    const icons = {
      icons: { hammer: { body: '', left: -1, top: 2, height: 33 }, axe: { body: '' } },
      width: 32,
    }
    const set = await iconSet(icons, [], { '1f528': 'hammer', '1fa93': 'axe' })
    expect(set.svgOf(hammer)).toContain('viewBox="-1 2 32 33"')
    expect(set.svgOf(axe)).toContain('viewBox="0 0 32 16"')
  })

  it('follows aliases and mirrors where they say so, twice back again', async () => {
    const icons = {
      icons: { hammer: { body: '<path/>', left: 4 } },
      aliases: {
        mirrored: { parent: 'hammer', hFlip: true },
        'mirrored-twice': { parent: 'mirrored', hFlip: true },
        lost: { parent: 'nowhere' },
        circle: { parent: 'round' },
        round: { parent: 'circle' },
      },
      width: 32,
    }
    const names = ['mirrored', 'mirrored-twice', 'lost', 'circle', 'constructor']
    const characters = Object.fromEntries(names.map((name) => [name, name]))
    const set = await iconSet(icons, [], characters)
    const svgOf = (name: string) => set.svgOf(emoji(name, name))
    expect(svgOf('mirrored')).toContain('<g transform="translate(40 0) scale(-1 1)"><path/></g>')
    expect(svgOf('mirrored-twice')).toMatch(/"><path\/><\/svg>$/)
    for (const name of ['lost', 'circle', 'constructor']) expect(svgOf(name)).toBeUndefined()
  })

  it('without a table is matched by CLDR name, then by Unicode name', async () => {
    const up = emoji('1f199', 'UP! button')
    const upwards = emoji('1f53c', 'upwards button')
    const twelve = emoji('1f55b', 'twelve o’clock')
    const tuxedo = emoji('1f935', 'person in tuxedo', 'MAN IN TUXEDO')
    const manInTuxedo = emoji('1f935-200d-2642', 'man in tuxedo')
    const cat = emoji('1f63a', 'grinning cat', 'SMILING CAT FACE')
    const body = { body: '' }
    const icons = {
      icons: { 'upwards-button': body, 'twelve-oclock': body, 'man-in-tuxedo': body, cat: body },
      aliases: { 'up-button': { parent: 'upwards-button' }, 'smiling-cat-face': { parent: 'cat' } },
    }
    const all = [up, upwards, twelve, tuxedo, manInTuxedo, cat]
    for (const set of [await iconSet(icons, all), await iconSet(icons, all, {})]) {
      const found = all.filter((one) => set.svgOf(one) !== undefined)
      expect(found).toEqual([upwards, twelve, manInTuxedo, cat])
    }
  })

  it('is refused in another format', async () => {
    await expect(iconSet({ glyphs: {} }, [])).rejects.toThrow(DataError)
  })
})
