/** The parts of a recipe's rows: tables of their own, or shares that are held out of those to train on. */

import { type SplitRowsOptions, splitRows } from '../../data/text/rows/split-rows.js'
import { hashOf } from '../../engine/tensor/random.js'

type Paths = string | readonly string[]

/** Where the parts come from: tables, or shares of the rows at `path`. */
export interface PartsRecipe {
  readonly path: Paths
  readonly validation: Paths | number
  readonly test?: Paths | number | undefined
}

export interface Parts<Row> {
  readonly training: readonly Row[]
  readonly validation: readonly Row[]
  /** None where the recipe names none. */
  readonly test: readonly Row[]
}

/** Reads all tables; the seed decides which rows are held out, test rows first. */
export const readParts = async <Row>(
  { path, validation, test }: PartsRecipe,
  read: (paths: readonly string[]) => Promise<readonly Row[]>,
  { seed, ...options }: Omit<SplitRowsOptions<Row>, 'share'>,
): Promise<Parts<Row>> => {
  const shareOf = (part: PartsRecipe['test']) => (typeof part === 'number' ? part : 0)
  const hold = (rows: readonly Row[], part: 'test' | 'validation', share: number) =>
    splitRows(rows, { ...options, share, seed: hashOf(seed, part) })
  const partOf = async (part: PartsRecipe['test'], held: readonly Row[]) =>
    part === undefined || typeof part === 'number' ? held : read([part].flat())
  const first = hold(await read([path].flat()), 'test', shareOf(test))
  // Of what the test rows have left.
  const share = shareOf(validation) / (1 - shareOf(test))
  const second = hold(first.training, 'validation', share)
  return {
    training: second.training,
    validation: await partOf(validation, second.validation),
    test: await partOf(test, first.validation),
  }
}
