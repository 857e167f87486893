/** Finds the files that texts are read from: plain ones and tables, in folders too. */

import { DataError } from '../../errors.js'
import { type FileEntry, type Files, isHidden } from '../../storage/files.js'
import { tableEnding } from './table-record.js'

const plainEnding = /\.(?:txt|text|md)(?:\.gz)?$/i

/** The files at paths, of folders those inside, in order. Throws DataError where there are none. */
export const findTextFiles = async (
  files: Files,
  paths: readonly string[],
): Promise<FileEntry[]> => {
  const found: FileEntry[] = []
  for (const path of paths) {
    const entry = await files.stat(path)
    if (entry === undefined) {
      throw new DataError(`${path}: there is no such file or folder; check data.path`)
    }
    const here = entry.kind === 'file' ? [entry] : await findInside(files, path)
    if (here.length === 0) {
      throw new DataError(
        `${path}: there is no text file in this folder; they end in .txt, .md, .jsonl, .csv, .tsv or .parquet`,
      )
    }
    found.push(...here)
  }
  return found
}

/** Files of a folder before those of the folders in it, without what is hidden. */
const findInside = async (files: Files, folder: string): Promise<FileEntry[]> => {
  const entries = (await files.list(folder)).filter(({ path }) => !isHidden(path))
  const isText = ({ kind, path }: FileEntry) =>
    kind === 'file' && (plainEnding.test(path) || tableEnding.test(path))
  const found = entries.filter(isText)
  for (const { kind, path } of entries) {
    if (kind === 'folder') found.push(...(await findInside(files, path)))
  }
  return found
}
