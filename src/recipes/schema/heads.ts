/** Checks that attention heads fit the width they share. */

import type { z } from 'zod'
import { possibleHeads } from '../depth.js'

interface Widths {
  readonly width: number
  readonly heads: number
  readonly keyValueHeads?: number
}

/** A refinement of a model's options. */
export const checkHeads = (
  { width, heads, keyValueHeads = heads }: Widths,
  context: z.RefinementCtx,
): void => {
  const complain = (key: string, message: string) =>
    context.addIssue({ code: 'custom', path: [key], message })
  if (width % 2 !== 0) {
    complain(
      'width',
      `expected an even number, got ${width}.${suggest(width, [width - 1, width + 1])}`,
    )
    return
  }
  const possible = possibleHeads(width)
  if (width % heads !== 0) {
    complain(
      'heads',
      `expected a divisor of width (${width}), got ${heads}.${suggest(heads, possible)}`,
    )
  } else if (!possible.includes(heads)) {
    complain(
      'heads',
      `expected heads of an even width, got ${heads} heads of width ${width / heads}.${suggest(heads, possible)}`,
    )
  }
  if (heads % keyValueHeads !== 0) {
    const divisors = Array.from({ length: heads }, (_, index) => index + 1).filter(
      (divisor) => heads % divisor === 0,
    )
    complain(
      'keyValueHeads',
      `expected a divisor of heads (${heads}), got ${keyValueHeads}.${suggest(keyValueHeads, divisors)}`,
    )
  }
}

/** " Try 6 or 8.": the nearest possible numbers below and above. */
export const suggest = (found: number, possible: readonly number[]): string => {
  const below = possible.filter((number) => number < found).at(-1)
  const above = possible.find((number) => number > found)
  const nearest = [below, above].filter((number) => number !== undefined && number > 0)
  return nearest.length === 0 ? '' : ` Try ${nearest.join(' or ')}.`
}
