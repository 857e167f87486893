/**
 * The manifest of a folder: size and SHA-256 of every file in it, and what its maker says about it.
 * `sha256sum` gives the same hashes.
 */

import { z } from 'zod'
import { StorageError } from '../errors.js'
import { entryPathFault } from './entry-path.js'
import { type Files, joinPath } from './files.js'
import { firstFault, parseJson, writeJson } from './json.js'

export const manifestName = 'manifest.json'

const schema = z.object({
  format: z.literal(1),
  about: z.record(z.string(), z.unknown()),
  files: z.record(
    // A manifest may come from anywhere; it names files inside its folder only.
    z.string().refine((path) => entryPathFault(path, 'folder') === undefined),
    z.object({ bytes: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
})

/** `files` is by path inside the folder; `about` is JSON. */
export type Manifest = Readonly<z.infer<typeof schema>>

/** Hashes every file of a folder and of the folders in it, and writes the manifest there. */
export const writeManifest = async (
  files: Files,
  folder: string,
  about: Readonly<Record<string, unknown>> = {},
): Promise<void> => {
  const described: Record<string, { bytes: number; sha256: string }> = {}
  for (const { name, path, size } of await listTree(files, folder)) {
    if (name !== manifestName) {
      described[name] = { bytes: size, sha256: await files.sha256(path) }
    }
  }
  await writeJson(files, joinPath(folder, manifestName), { format: 1, about, files: described })
}

/** Reads a folder's manifest and believes it. Throws StorageError. */
export const readManifest = async (files: Files, folder: string): Promise<Manifest> =>
  orThrow(await loadManifest(files, folder))

export interface InspectOptions {
  /** Files that may differ or be missing. */
  readonly except?: (name: string) => boolean
}

/**
 * Compares a folder with its manifest: first all sizes, then all hashes. Files that the manifest
 * does not name are not looked at. Throws StorageError with the first file that is missing or
 * differs.
 */
export const verifyManifest = async (
  files: Files,
  folder: string,
  options: InspectOptions = {},
): Promise<Manifest> => orThrow(await inspectFolder(files, folder, options))

/**
 * Like `verifyManifest`, but returns what is wrong with the folder as an error. Throws StorageError
 * only when the disk refuses to tell, which says nothing about the folder.
 */
export const inspectFolder = async (
  files: Files,
  folder: string,
  { except = () => false }: InspectOptions = {},
): Promise<Manifest | StorageError> => {
  const manifest = await loadManifest(files, folder)
  if (manifest instanceof StorageError) return manifest
  const expected = Object.entries(manifest.files).filter(([name]) => !except(name))
  const fault = (name: string, finding: string) =>
    new StorageError(
      `${joinPath(folder, name)}: ${finding}. The folder is incomplete or was changed; ` +
        'copy or create it again.',
    )
  for (const [name, { bytes }] of expected) {
    const entry = await files.stat(joinPath(folder, name))
    if (entry?.kind !== 'file') return fault(name, 'it is missing, though the manifest names it')
    if (entry.size !== bytes) {
      return fault(name, `it has ${entry.size} bytes, the manifest says ${bytes}`)
    }
  }
  for (const [name, { sha256 }] of expected) {
    const [found, wanted] = [await files.sha256(joinPath(folder, name)), sha256]
    if (found !== wanted) {
      const [short, shortWanted] = [found.slice(0, 12), wanted.slice(0, 12)]
      return fault(name, `its SHA-256 is ${short}..., the manifest says ${shortWanted}...`)
    }
  }
  return manifest
}

/** A folder's manifest or what is wrong with it; throws as `inspectFolder` does. */
export const loadManifest = async (
  files: Files,
  folder: string,
): Promise<Manifest | StorageError> => {
  const path = joinPath(folder, manifestName)
  const remedy = 'Update this program, or copy or create the folder again.'
  if ((await files.stat(path)) === undefined) {
    return new StorageError(`${path}: it is missing. The folder is incomplete; copy it again.`)
  }
  const bytes = await files.read(path)
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const result = schema.safeParse(parseJson(text, path))
    if (result.success) return result.data
    const fault = firstFault(result.error)
    return new StorageError(`${path}: it is not a manifest of format 1: ${fault}. ${remedy}`)
  } catch (cause) {
    if (cause instanceof StorageError) return cause
    return new StorageError(`${path}: it is not UTF-8 text. ${remedy}`, { cause })
  }
}

const orThrow = (result: Manifest | StorageError): Manifest => {
  if (result instanceof StorageError) throw result
  return result
}

/** A file in a tree of folders; `name` is its path inside the tree. */
export interface TreeFile {
  readonly name: string
  readonly path: string
  readonly size: number
}

/** The files of a folder and of all folders in it. Throws StorageError. */
export const listTree = async (files: Files, folder: string, inside = ''): Promise<TreeFile[]> => {
  const found: TreeFile[] = []
  for (const { path, kind, size } of await files.list(folder)) {
    const name = joinPath(inside, path.slice(folder.length).replace(/^\//, ''))
    if (kind === 'folder') found.push(...(await listTree(files, path, name)))
    else found.push({ name, path, size })
  }
  return found
}
