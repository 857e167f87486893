/** Runs asynchronous work on a stream of items, several at a time, and keeps their order. */

/** Yields `work(item)` in the order of the items, with at most `limit` under way at once. */
export async function* mapInOrder<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  limit: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = []
  for await (const item of items) {
    const result = work(item)
    // Its failure is thrown where it is awaited below; until then it is not an unhandled one.
    result.catch(() => {})
    underWay.push(result)
    if (underWay.length >= limit) yield await underWay.shift()!
  }
  for (const result of underWay) yield await result
}
