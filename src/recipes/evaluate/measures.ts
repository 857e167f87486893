/** What measuring a model needs, and what it gives. */

import type { Language } from '../../data/example.js'
import type { TextImageModel } from '../../generation/text-image/text-image-model.js'
import type { Progress } from '../run/environment.js'
import type { PreparedData } from '../run/pictures/prepare-data.js'

export interface EvaluateOptions {
  readonly model: TextImageModel
  readonly data: Pick<PreparedData, 'cache' | 'split'>
  readonly seed: number
  /** Examples of each part, or drawings of all classes together. */
  readonly count: number
  readonly languages: readonly Language[]
  readonly onProgress: Progress
}

/** Nested records of numbers, and texts that say how they were measured. */
export interface Measures {
  readonly [name: string]: number | string | Measures
}

/** How many rows or tokens a figure is a mean of, and what was cut: no qualities of a model. */
const countNames: readonly string[] = ['rows', 'cut', 'tokens', 'examples', 'leftOut', 'deadCodes']

/** Whether what is at the end of these keys is a whole number of things that were counted. */
export const isCount = (keys: readonly string[]): boolean =>
  // Below it stand labels, whatever they are called.
  keys[0] === 'confusion' || countNames.includes(keys.at(-1) ?? '')

/** How much more there is of each measure than of another model's, which has the same ones. */
export const less = (own: Measures, other: Measures): Measures =>
  Object.fromEntries(
    Object.entries(own).flatMap(([name, value]): [string, number | Measures][] => {
      const beside = other[name]
      if (typeof value === 'object') return [[name, less(value, beside as Measures)]]
      if (typeof value !== 'number' || isCount([name])) return []
      return [[name, value - (beside as number)]]
    }),
  )
