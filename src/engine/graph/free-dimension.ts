/**
 * Sizes that a program takes as they come, such as the length of a text. A graph has static shapes,
 * so a stand-in takes the place of each such size while the graph is made, and every size that
 * depends on it is told by divisibility. Whatever TypeScript computes from a stand-in, such as a
 * mask as a constant or the place of the last element, would be the stand-in's: feed it instead.
 */

export interface FreeDimension {
  /** As the emitted model calls it. */
  readonly name: string
  /** The size in the graph. */
  readonly standIn: number
  /** The input of the graph whose axis has the size when the program runs. */
  readonly input: string
  readonly axis: number
}

/** A size as a fixed factor times free dimensions, each as often as it is in the product. */
export interface FactoredSize {
  readonly factor: number
  readonly free: readonly FreeDimension[]
}

export const factorSize = (size: number, dimensions: readonly FreeDimension[]): FactoredSize => {
  let factor = size
  const free: FreeDimension[] = []
  for (const dimension of dimensions) {
    while (factor !== 0 && factor % dimension.standIn === 0) {
      free.push(dimension)
      factor /= dimension.standIn
    }
  }
  return { factor, free }
}

/** Small enough that sizes of tensors stay exact, and larger than most heads and widths. */
const firstStandIn = 4099

const isPrime = (number: number): boolean => {
  for (let divisor = 2; divisor * divisor <= number; divisor++) {
    if (number % divisor === 0) return false
  }
  return true
}

/**
 * Stand-ins beside fixed sizes: primes of which neither one nor the sum of two divides a fixed size
 * or another sum. Two axes may be joined, such as those of a cache and of what is added to it. Among
 * fixed sizes belong bounds of slices and widths of pads that could be as large as a stand-in.
 */
export const standInsFor = (fixed: readonly number[], count: number): number[] => {
  const found: number[] = []
  const taken: number[] = []
  const isApart = (size: number): boolean =>
    [...fixed, ...taken].every((other) => other === 0 || other % size !== 0) &&
    taken.every((other) => size % other !== 0)
  for (let candidate = firstStandIn; found.length < count; candidate += 2) {
    const sizes = [candidate, ...found.map((other) => other + candidate)]
    if (!isPrime(candidate) || !sizes.every(isApart)) continue
    found.push(candidate)
    taken.push(...sizes)
  }
  return found
}
