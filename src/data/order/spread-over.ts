/** Members of a list, spread evenly over it. */
export const spreadOver = <Item>(list: readonly Item[], count: number): Item[] => {
  const taken = Math.min(count, list.length)
  return Array.from(
    { length: taken },
    (_, place) => list[Math.floor((place * list.length) / taken)]!,
  )
}
