/** Pictures of few classes: bars that lie, stand or cross, each of a shade and place of its own. */

import type { PictureCache } from '../../src/data/cache.js'
import type { Caption } from '../../src/data/example.js'
import { createRandom } from '../../src/engine/tensor/random.js'

const size = 16

const isInked: readonly ((row: number, column: number) => boolean)[] = [
  (row) => Math.abs(row) < 2,
  (_row, column) => Math.abs(column) < 2,
  (row, column) => Math.abs(row) < 2 || Math.abs(column) < 2,
]

/** What the classes are called, in order: lying bars, standing bars, crosses. */
export const barCaptions: readonly (readonly Caption[])[] = [
  ['a lying bar', 'a bar that lies', '横条'],
  ['a standing bar', 'a bar that stands', '竖条'],
  ['a cross', 'a cross of two bars', '十字'],
].map(([en, other, zh]) => [
  { language: 'en', text: en!, weight: 4 },
  { language: 'en', text: other! },
  { language: 'zh', text: zh! },
])

/** Picture n is of class n modulo 3, and the same in every cache. */
export const barCache = (
  count: number,
  captions: readonly (readonly Caption[])[] = barCaptions,
): PictureCache => {
  const draw = (index: number): Uint8Array => {
    const random = createRandom(1, 'bar', index)
    const [top, left] = [5 + random.integer(6), 5 + random.integer(6)]
    const ink = random.integer(120)
    const isInkedHere = isInked[index % isInked.length]!
    return Uint8Array.from({ length: size * size * 3 }, (_, at) => {
      const place = Math.floor(at / 3)
      const [row, column] = [Math.floor(place / size), place % size]
      return isInkedHere(row - top, column - left) ? ink : 225 + random.integer(31)
    })
  }
  return {
    size,
    examples: Array.from({ length: count }, (_, index) => ({
      id: `bar-${index}`,
      group: `bar-${index}`,
      captions: captions[index % captions.length]!,
      fingerprint: `bar-${index}`,
    })),
    picture: async (index) => ({ width: size, height: size, channels: 3, data: draw(index) }),
  }
}
