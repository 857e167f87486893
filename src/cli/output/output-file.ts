/** Whether a command can write the file that it is told to: asked before its work, not after. */

import { StorageError } from '../../errors.js'
import { type Files, parentFolder } from '../../storage/files.js'
import { UsageError } from '../parsing/usage-error.js'

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

/** Throws UsageError where the name of an output ends in none of the endings, such as "png". */
export const checkEnding = (command: string, path: string, endings: readonly string[]): void => {
  const lower = path.toLowerCase()
  if (endings.some((ending) => lower.endsWith(`.${ending}`))) return
  throw new UsageError(
    `--out of "tesserae ${command}": expected a name that ends in .${endings.join(', .')}, got ${path}.`,
  )
}

/** Throws StorageError where a file has the name of a folder that is to be written into. */
export const checkOutputFolder = async (files: Files, path: string): Promise<void> => {
  for (let folder = path; ; folder = parentFolder(folder)) {
    const place = await files.stat(folder)
    if (place?.kind === 'file') {
      throw new StorageError(`${folder}: it is a file, not a folder. Name another place by --out.`)
    }
    if (place !== undefined || folder === parentFolder(folder)) return
  }
}

/** `apple.png` as one file, or for more `apple-1.png`, `apple-2.png` and so on. */
export const numberedFiles = (path: string, count: number): string[] =>
  count === 1
    ? [path]
    : Array.from({ length: count }, (_, index) =>
        path.replace(/(\.[^.]+)$/, (ending) => `-${index + 1}${ending}`),
      )
