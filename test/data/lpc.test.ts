/** The whole set of sprite sheets, where TESSERAE_DATA names a folder that has it. */

import { expect, it } from 'vitest'
import { spritesSource } from '../../src/data/sources/sprites.js'
import { hairStylesFor, keysOf, type SpriteAttributes } from '../../src/data/sprites/attributes.js'
import { openSprites } from '../../src/data/sprites/open.js'
import { actions, directions, onlyDirection } from '../../src/data/sprites/sheet.js'
import { leastDifference, openWardrobe, spritesContext } from '../support/sprites.js'
import { wholeData } from '../support/whole-data.js'

const sheets = wholeData('lpc')

it.skipIf(sheets === undefined)(
  'draws characters of every kind, no two equal',
  async () => {
    const options = spritesSource.options.parse({ path: sheets!, clips: 300 })
    const { picture } = await openSprites(options, spritesContext(), { size: 64, frames: 8 })
    const seen = new Set<string>()
    for (let clip = 0; clip < 300; clip++) {
      seen.add(Buffer.from((await picture(clip)).data).toString('base64'))
    }
    expect(seen.size).toBe(300)
    // Some two hundred sheets are decoded first.
  },
  300_000,
)

it.skipIf(sheets === undefined)(
  'draws clothes that are told apart in every frame, however hair hangs over them',
  async () => {
    const options = spritesSource.options.parse({ path: sheets!, skins: ['light'] })
    const draw = await openWardrobe({ ...options, hairColours: ['brown'] })
    // Those that are most alike.
    const pairs = [
      { sex: 'female', one: { clothing: 'shirt' }, other: { clothing: 'tunic' } },
      { sex: 'male', one: { clothing: 'chain mail' }, other: { clothing: 'tabard' } },
    ] as const
    for (const { sex, one, other } of pairs) {
      const isDyed = one.clothing === 'shirt'
      for (const action of keysOf(actions)) {
        const only = onlyDirection[action]
        for (const direction of only === undefined ? directions : [only]) {
          for (const hairStyle of hairStylesFor(options, sex)) {
            const shown: Omit<SpriteAttributes, 'clothing'> = {
              ...{ action, direction, sex, hairStyle, skin: 'light', hairColour: 'brown' },
              ...{ trousers: 'white', shoes: 'brown shoes', background: 'white' },
              ...(isDyed && { clothingColour: 'white' }),
            }
            const pixels = leastDifference(
              await draw({ ...shown, ...one }),
              await draw({ ...shown, ...other }),
            )
            expect(pixels, JSON.stringify(shown)).toBeGreaterThan(15)
          }
        }
      }
    }
  },
  300_000,
)
