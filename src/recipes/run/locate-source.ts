/** Where the files of a recipe's source are: below the working folder, or among the data sets. */

import { locateDataSet } from '../../data/locate.js'
import { DataError } from '../../errors.js'
import { joinPath } from '../../storage/files.js'
import type { DataRecipe } from '../schema/data.js'
import type { RunEnvironment } from './environment.js'

/** Paths that say where they start, and so mean no data set: /a, ./a, ../a, C:/a. */
const anchored = /^(\.{0,2}[/\\]|[a-z]:)/i

/**
 * The source with its path as it is, or in the data folder where nothing is at that path. Throws
 * DataError that says where a missing public data set can be had.
 */
export const locateSource = async (
  source: DataRecipe['source'],
  { files, dataFolder }: Pick<RunEnvironment, 'files' | 'dataFolder'>,
): Promise<DataRecipe['source']> => {
  if (!('path' in source)) return source
  return { ...source, path: await locatePath(source.path, { files, dataFolder }) }
}

/**
 * A path as it is, or that of a data set, or of a file in one. Throws DataError like the above, which
 * begins with the path as it was written.
 */
export const locatePath = async (
  path: string,
  { files, dataFolder }: Pick<RunEnvironment, 'files' | 'dataFolder'>,
): Promise<string> => {
  if (anchored.test(path) || (await files.stat(path)) !== undefined) return path
  const [name = '', ...inside] = path.split('/')
  try {
    return joinPath(await locateDataSet(name, { files, dataFolder }), ...inside)
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    throw new DataError(`${path}: there is no such file or folder; ${error.message}`, {
      cause: error,
    })
  }
}
