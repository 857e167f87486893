/** Several files that appear together, or not at all where they cannot be written. */

import { type Files, parentFolder } from './files.js'

/**
 * Writes files by path, in place of those that may be there. Each is written under another name
 * first, and all are renamed at the end: when the disk is full, what was there stays as it was. A
 * rename that fails, which needs no room, leaves those before it renamed. Throws StorageError.
 */
export const writeTogether = async (
  files: Files,
  contents: ReadonlyMap<string, Uint8Array>,
): Promise<void> => {
  const partial = (path: string) => `${path}.partial`
  try {
    for (const [path, content] of contents) await files.write(partial(path), content)
    for (const path of contents.keys()) await files.rename(partial(path), path)
  } catch (error) {
    // A failure to tidy up would only hide the first one.
    for (const path of contents.keys()) await files.remove(partial(path)).catch(() => {})
    throw error
  }
  const folders = new Set(Array.from(contents.keys(), parentFolder))
  for (const folder of folders) await files.syncFolder(folder)
}
