/** What a signal that stops a run does to the work before training. */

/** The result of the work; undefined where it threw because the signal was aborted. */
export const unlessAborted = async <Result>(
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result | undefined> => {
  try {
    return await work()
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return undefined
    throw error
  }
}

/** The items of a stream, up to where the signal is aborted: there it throws the reason. */
export async function* untilAborted<Item>(
  signal: AbortSignal | undefined,
  items: AsyncIterable<Item>,
): AsyncGenerator<Item> {
  for await (const item of items) {
    signal?.throwIfAborted()
    yield item
  }
}
