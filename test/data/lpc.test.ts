/** The whole set of sprite sheets, where TESSERAE_DATA names a folder that has it. */

import { expect, it } from 'vitest'
import { spritesSource } from '../../src/data/sources/sprites.js'
import { openSprites } from '../../src/data/sprites/open.js'
import { spritesContext } from '../support/sprites.js'
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
