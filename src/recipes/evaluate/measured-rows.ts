/** Which rows of a table a model is measured on. */

import { describeFaults, type FaultReport } from '../../data/fault-report.js'
import { DataError } from '../../errors.js'
import type { Parts, PartsRecipe } from '../run/read-parts.js'

/**
 * The test rows, or those held out for validation where the recipe names none for testing. Throws
 * DataError where it does, and there are none.
 */
export const measuredRows = <Row>(
  { path, test: named }: PartsRecipe,
  { validation, test, faults }: Pick<Parts<Row>, 'validation' | 'test'> & { faults: FaultReport },
): readonly Row[] => {
  if (named === undefined) return validation
  if (test.length > 0) return test
  const why = faults.count === 0 ? '' : `; ${describeFaults(faults)}`
  const paths = [typeof named === 'number' ? path : named].flat()
  throw new DataError(
    `${paths.join(', ')}: there are no rows for the test part${why}; change data.test`,
  )
}
