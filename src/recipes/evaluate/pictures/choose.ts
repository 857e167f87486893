/** Some of many, by lot. */

import { createRandom, type Place } from '../../../engine/tensor/random.js'

/** At most `count` different items, in an order that the seed and the place give. */
export const choose = <Item>(
  items: readonly Item[],
  count: number,
  seed: number,
  ...place: readonly Place[]
): Item[] => {
  const random = createRandom(seed, ...place)
  const left = [...items]
  return Array.from(
    { length: Math.min(count, left.length) },
    () => left.splice(random.integer(left.length), 1)[0]!,
  )
}
