/**
 * Choices between weighted branches. A function that makes all of its choices through a `Choose` can
 * be followed along one way, at random, or along every way that there is.
 */

import type { Random } from '../engine/tensor/random.js'

export type Branch<Item> = readonly [weight: number, item: Item]

/** Takes one of several ways to go on; there is at least one. */
export type Choose = <Item>(branches: readonly Branch<Item>[]) => Item

/** Branches of one weight. */
export const equally = <Item>(items: readonly Item[]): Branch<Item>[] =>
  items.map((item) => [1, item])

/** Yes with a chance from 0 to 1, else no. */
export const withChance = (share: number): Branch<boolean>[] => [
  [share, true],
  [1 - share, false],
]

/** Chooses at random, in proportion to the weights. */
export const chooseBy =
  (random: Random): Choose =>
  (branches) => {
    let rest = random.uniform() * branches.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, item] of branches) {
      rest -= weight
      if (rest < 0) return item
    }
    return branches.at(-1)![1]
  }

/** The results of all ways through the choices of a function. */
export const allWays = <Result>(run: (choose: Choose) => Result): Result[] => {
  const results: Result[] = []
  /** The number of the branch that is taken at each choice, and of its last branch. */
  const way: { taken: number; last: number }[] = []
  do {
    let place = 0
    results.push(
      run((branches) => {
        way[place] ??= { taken: 0, last: branches.length - 1 }
        return branches[way[place++]!.taken]![1]
      }),
    )
    while (way.length > 0 && way.at(-1)!.taken === way.at(-1)!.last) way.pop()
    const turn = way.at(-1)
    if (turn !== undefined) turn.taken++
  } while (way.length > 0)
  return results
}
