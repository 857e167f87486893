/** A binary heap of numbers whose order the caller defines. */

export interface Heap {
  readonly size: number
  push(value: number): void
  /** Removes and returns the first value; call it only while `size` is above 0. */
  pop(): number
}

/** An empty heap. `isBefore` must give the same answer for two values as long as both are in it. */
export const createHeap = (isBefore: (a: number, b: number) => boolean): Heap => {
  const values: number[] = []

  const rise = (value: number) => {
    let at = values.length
    values.push(value)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = values[parent]!
      if (!isBefore(value, above)) break
      values[at] = above
      at = parent
    }
    values[at] = value
  }

  const sink = (value: number) => {
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= values.length) break
      if (child + 1 < values.length && isBefore(values[child + 1]!, values[child]!)) child++
      const below = values[child]!
      if (!isBefore(below, value)) break
      values[at] = below
      at = child
    }
    values[at] = value
  }

  return {
    get size() {
      return values.length
    },
    push: rise,
    pop: () => {
      const first = values[0]!
      const last = values.pop()!
      if (values.length > 0) sink(last)
      return first
    },
  }
}
