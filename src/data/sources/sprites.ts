/**
 * Characters of the Liberated Pixel Cup who walk, cast spells, fight and fall: clips put together
 * from layered sheets, with captions in English and Chinese.
 */

import { z } from 'zod'
import { defineSource } from '../source.js'
import { keysOf } from '../sprites/attributes.js'
import { openSprites } from '../sprites/open.js'
import { actions, cellSize, directions } from '../sprites/sheet.js'
import { garments, hairColours, hairStyles, headgear, sexes, skins } from '../sprites/wardrobe.js'

const anyOf = <const Value extends string>(values: readonly Value[]) => z.array(z.enum(values))

const someOf = <const Value extends string>(values: readonly Value[]) =>
  anyOf(values)
    .min(1)
    .default([...values])

/** Frames of a clip where nobody says how many. */
const usualFrames = 8

export const spritesSource = defineSource({
  kind: 'sprites',
  summary: 'game characters put together from layered sheets, as clips with captions',
  hasClips: true,
  options: z.strictObject({
    path: z.string().min(1).default('lpc').describe('the folder that holds the sheets'),
    clips: z
      .int()
      .positive()
      .max(2 ** 24)
      .default(100_000)
      .describe('how many different clips'),
    seed: z.int().min(0).default(0).describe('which clips; each number and seed is another one'),
    actions: someOf(keysOf(actions)).describe('what the characters do'),
    directions: someOf(directions).describe('where they face, as the viewer sees them'),
    sexes: someOf(sexes).describe('whose bodies'),
    skins: someOf(keysOf(skins)).describe('their skins and kinds'),
    hairStyles: someOf(keysOf(hairStyles)).describe('how they wear their hair'),
    hairColours: someOf(keysOf(hairColours)).describe('the colours of their hair'),
    clothes: someOf(keysOf(garments)).describe('what they wear'),
    headgear: anyOf(keysOf(headgear))
      .default(keysOf(headgear))
      .describe('what a fifth of them wears on the head; may be none'),
  }),
  async *examples(options, context) {
    const shape = { size: cellSize, frames: usualFrames }
    const { examples, picture } = await openSprites(options, context, shape)
    for (const [index, { fingerprint: _, ...facts }] of examples.entries()) {
      yield { ...facts, picture: await picture(index) }
    }
  },
  open: openSprites,
})
