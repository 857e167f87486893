/** A picture that a source lists. */

import { DataError } from '../../errors.js'
import type { EncodedPicture } from '../example.js'
import { readPictureFile } from '../media/picture-file.js'
import { faultOf, reportFault, type SourceContext } from '../source.js'

/** The picture at a path; none where its file is too large, which is a fault of the data. */
export const readListedPicture = async (
  path: string,
  context: SourceContext,
): Promise<EncodedPicture | undefined> => {
  try {
    return { name: path, bytes: await readPictureFile(path, context.files) }
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    reportFault(context, faultOf(path, error))
    return undefined
  }
}
