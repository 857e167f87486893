/** Whether a command can write the file that it is told to: asked before its work, not after. */

import { StorageError } from '../errors.js'
import { type Files, parentFolder } from '../storage/files.js'

/** Throws StorageError where the file's folder is missing, or a folder has the file's name. */
export const checkOutputFile = async (files: Files, path: string): Promise<void> => {
  const folder = parentFolder(path)
  const place = await files.stat(folder)
  if (place?.kind !== 'folder') {
    const [found, mend] =
      place === undefined
        ? ['the folder does not exist', 'Create it first']
        : ['it is a file, not a folder', 'Remove it']
    throw new StorageError(`${folder}: ${found}. ${mend}, or name another place by --out.`)
  }
  if ((await files.stat(path))?.kind === 'folder') {
    throw new StorageError(`${path}: it is a folder. Name a file, in it or elsewhere, by --out.`)
  }
}

/** `apple.png` as one file, or for more `apple-1.png`, `apple-2.png` and so on. */
export const numberedFiles = (path: string, count: number): string[] =>
  count === 1
    ? [path]
    : Array.from({ length: count }, (_, index) =>
        path.replace(/(\.[^.]+)$/, (ending) => `-${index + 1}${ending}`),
      )
