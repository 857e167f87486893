/** What is measured of a model: nested records of numbers, and texts that say how it was done. */

export interface Measures {
  readonly [name: string]: number | string | Measures
}
