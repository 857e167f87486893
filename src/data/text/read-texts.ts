/** Documents from text files, read piece by piece, so that no file has to fit in memory. */

import { DataError } from '../../errors.js'
import type { Files } from '../../storage/files.js'
import type { TextDocument } from './document.js'

export interface ReadTextsOptions {
  /** What counts as a document: a file, a line, or lines up to a blank one. */
  readonly documents: 'file' | 'line' | 'paragraph'
}

const endings = /\.(txt|text|md)$/i

/** Bytes that are read at once. */
const chunkBytes = 2 ** 20

/** The text files at paths, of folders those inside, in order. Throws DataError where there are none. */
export const findTextFiles = async (
  files: Files,
  paths: readonly string[],
): Promise<{ path: string; size: number; modified: number }[]> => {
  const found: { path: string; size: number; modified: number }[] = []
  for (const path of paths) {
    const entry = await files.stat(path)
    if (entry === undefined) {
      throw new DataError(`${path}: there is no such file or folder; check data.path`)
    }
    if (entry.kind === 'file') {
      found.push(entry)
      continue
    }
    const inside = await files.list(path)
    const folders = inside.filter(({ kind }) => kind === 'folder').map(({ path }) => path)
    const here = inside.filter(({ kind, path }) => kind === 'file' && endings.test(path))
    const below = folders.length === 0 ? [] : await findInside(files, folders)
    if (here.length + below.length === 0) {
      throw new DataError(`${path}: there is no text file in this folder; they end in .txt or .md`)
    }
    found.push(...here, ...below)
  }
  return found
}

const findInside = async (files: Files, folders: readonly string[]) => {
  try {
    return await findTextFiles(files, folders)
  } catch (error) {
    // A folder without texts inside of one that has some is no fault.
    if (error instanceof DataError) return []
    throw error
  }
}

/** Decoded chunks of a file. Throws DataError with the place of bytes that are not UTF-8. */
async function* readChunks(files: Files, path: string): AsyncGenerator<string> {
  const size = (await files.stat(path))?.size ?? 0
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for (let start = 0; start < size; start += chunkBytes) {
    const end = Math.min(size, start + chunkBytes)
    try {
      yield decoder.decode(await files.readRange(path, start, end), { stream: end < size })
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause
      throw new DataError(
        `${path}: bytes ${start} to ${end} are not UTF-8; save the file as UTF-8`,
        { cause },
      )
    }
  }
}

/** The documents of a file; long ones come in pieces. */
async function* readFile(
  files: Files,
  path: string,
  { documents }: ReadTextsOptions,
): AsyncGenerator<TextDocument> {
  if (documents === 'file') {
    let held: string | undefined
    for await (const chunk of readChunks(files, path)) {
      if (held !== undefined) yield { text: held, continues: true }
      held = chunk
    }
    if (held !== undefined) yield { text: held }
    return
  }
  const separator = documents === 'line' ? /\r?\n/ : /\r?\n(?:[ \t]*\r?\n)+/
  let rest = ''
  for await (const chunk of readChunks(files, path)) {
    const parts = (rest + chunk).split(separator)
    rest = parts.pop()!
    for (const text of parts) if (text.trim() !== '') yield { text }
  }
  if (rest.trim() !== '') yield { text: rest }
}

/** All documents of files, in order. */
export async function* readTexts(
  files: Files,
  paths: readonly string[],
  options: ReadTextsOptions,
): AsyncGenerator<TextDocument> {
  for (const path of paths) yield* readFile(files, path, options)
}
