/** Whole public data sets, for tests that need one and are skipped where it is missing. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The folder or file of this name below the folder that `TESSERAE_DATA` names; undefined where that
 * names none. Where it names one without this data set, says so: somebody expects it to be tested.
 */
export const wholeData = (name: string): string | undefined => {
  const folder = process.env.TESSERAE_DATA
  if (folder === undefined) return undefined
  const path = join(folder, name)
  if (existsSync(path)) return path
  console.warn(`\n*** ${path} is missing: the tests on it were SKIPPED\n`)
  return undefined
}
