/**
 * Folders that appear whole or not at all. A folder is filled under another name, flushed, given a
 * manifest and renamed; a process that is killed at any moment leaves the folder that was there
 * before, at its own name or, between two renames, at a name that `findFolder` knows.
 */

import { type Files, parentFolder } from './files.js'
import { writeManifest } from './manifest.js'

/** What is being written, what was replaced, and what is being removed, beside the folder. */
const suffixes = { partial: '.partial', replaced: '.replaced', removed: '.removed' } as const

/**
 * Writes a folder and its manifest, in place of one that may be there. `fill` is given the folder
 * to write to. When it or the disk fails, what was there stays.
 */
export const writeFolder = async (
  files: Files,
  folder: string,
  about: Readonly<Record<string, unknown>>,
  fill: (folder: string) => Promise<void>,
): Promise<void> => {
  const partial = folder + suffixes.partial
  const replaced = folder + suffixes.replaced
  await files.remove(partial)
  try {
    await files.createFolder(partial)
    await fill(partial)
    await writeManifest(files, partial, about)
    await files.syncFolder(partial)
    if (await files.stat(folder)) {
      await files.remove(replaced)
      await files.rename(folder, replaced)
    }
    await files.rename(partial, folder)
  } catch (error) {
    // A failure to tidy up would only hide the first one; the next write removes the rest.
    await files.remove(partial).catch(() => {})
    throw error
  }
  await files.syncFolder(parentFolder(folder))
  await files.remove(replaced)
}

/** Where the newest whole version of a folder is, if there is one. */
export const findFolder = async (files: Files, folder: string): Promise<string | undefined> => {
  for (const path of [folder, folder + suffixes.replaced]) {
    if ((await files.stat(path))?.kind === 'folder') return path
  }
  return undefined
}

/** Removes a folder such that a half removed one never stands at its name. */
export const removeFolder = async (files: Files, folder: string): Promise<void> => {
  const removed = folder + suffixes.removed
  await files.remove(removed)
  await files.rename(folder, removed)
  await files.remove(removed)
}

/** The folders in a shelf of them by their own names, found as `findFolder` finds them. */
export const listFolders = async (files: Files, shelf: string): Promise<Map<string, string>> => {
  const found = new Map<string, string>()
  if ((await files.stat(shelf)) === undefined) return found
  const paths = (await files.list(shelf))
    .filter(({ kind }) => kind === 'folder')
    .map(({ path }) => path)
  const whole = new Set(paths.filter((path) => suffixOf(path) === undefined))
  for (const path of whole) found.set(path, path)
  for (const path of paths) {
    const folder = path.slice(0, -suffixes.replaced.length)
    if (suffixOf(path) === suffixes.replaced && !whole.has(folder)) found.set(folder, path)
  }
  return found
}

/** Puts a shelf of folders in order after interrupted writes and removals. */
export const sweepFolders = async (files: Files, shelf: string): Promise<void> => {
  for (const [folder, path] of await listFolders(files, shelf)) {
    if (path !== folder) await files.rename(path, folder)
  }
  if ((await files.stat(shelf)) === undefined) return
  for (const { path } of await files.list(shelf)) {
    if (suffixOf(path) !== undefined) await files.remove(path)
  }
}

const suffixOf = (path: string): string | undefined =>
  Object.values(suffixes).find((suffix) => path.endsWith(suffix))
