/** The file of a picture, read whole once its size is known to be within the limit. */

import type { Files } from '../../storage/files.js'
import { checkFileSize, maximumPictureBytes } from './media.js'

/** Throws DataError for a file that is too large, and StorageError where there is none. */
export const readPictureFile = async (
  path: string,
  files: Files,
): Promise<Uint8Array<ArrayBuffer>> => {
  checkFileSize(path, (await files.stat(path))?.size ?? 0, maximumPictureBytes)
  return files.read(path)
}
