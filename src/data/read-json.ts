/** Reads a JSON file of a data set. */

import { DataError } from '../errors.js'
import type { Files } from '../storage/files.js'

/** The parsed content. Throws DataError for a file that is not JSON. */
export const readJson = async (files: Files, path: string): Promise<unknown> => {
  const text = await files.readText(path)
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DataError(`${path}: not JSON (${reason}); download or write it again`, { cause })
  }
}
