/**
 * The model folder: everything that a model needs in one folder that can be copied, verified and
 * published. What the files mean is left to whoever writes and reads them.
 */

import { z } from 'zod'
import type { Tensor } from '../engine/tensor/tensor.js'
import { StorageError } from '../errors.js'
import { findFolder, writeFolder } from './atomic-folder.js'
import { baseName, type Files, joinPath } from './files.js'
import { readJson, writeJson } from './json.js'
import { listTree, manifestName, readManifest, verifyManifest, writeManifest } from './manifest.js'
import {
  openSafetensors,
  type Precision,
  readSafetensors,
  type SafetensorsContent,
  type SafetensorsFile,
  writeSafetensors,
} from './safetensors.js'

/**
 * The content of one name in a model folder. `copyOf` is the path of a file or folder to copy there,
 * `entries` are those of a model folder inside this one, with a manifest of its own.
 */
export type ModelFolderEntry =
  | { readonly json: unknown }
  | { readonly text: string }
  | { readonly bytes: Uint8Array }
  | {
      readonly tensors: Iterable<readonly [string, Tensor]>
      readonly metadata?: Readonly<Record<string, string>>
      /** How float32 tensors are stored: as they are, when left out. */
      readonly precision?: Precision
    }
  | { readonly copyOf: string }
  | { readonly entries: ModelFolderEntries; readonly about: Readonly<Record<string, unknown>> }

/** Entries by name; names may contain slashes. */
export type ModelFolderEntries = Readonly<Record<string, ModelFolderEntry>>

export interface WriteModelFolderOptions {
  /** What the manifest says beside the hashes: data hashes, seed, versions. JSON. */
  readonly about?: Readonly<Record<string, unknown>>
  /** Whether a model folder at the same path may be replaced. */
  readonly replace?: boolean
}

/** A model folder whose files agree with its manifest. */
export interface ModelFolder {
  readonly path: string
  /** What the manifest says beside the hashes. */
  readonly about: Readonly<Record<string, unknown>>
  /** The paths of its files inside it, sorted. */
  readonly names: readonly string[]
  /** The methods throw StorageError on a name that the folder does not have. */
  json(name: string): Promise<unknown>
  text(name: string): Promise<string>
  tensors(name: string): Promise<SafetensorsContent>
  /** The tensors of a file without reading them. */
  openTensors(name: string): Promise<SafetensorsFile>
  /** A folder inside it, such as a tokenizer's; its `about` is that of the whole. */
  folder(name: string): ModelFolder
}

const pathOf = (folder: string): string => folder.replace(/\/+$/, '')

const taskSchema = z.object({ task: z.string() })

const taskOf = (config: unknown): string | undefined => taskSchema.safeParse(config).data?.task

/** The task that a model's config.json names; undefined where it is none. */
export const readTask = async (folder: ModelFolder): Promise<string | undefined> =>
  taskOf(await folder.json('config.json'))

/** The same of a folder of which nothing else is read or verified; undefined where it has none. */
export const findTask = async (files: Files, folder: string): Promise<string | undefined> => {
  const found = await findFolder(files, pathOf(folder))
  const path = found && joinPath(found, 'config.json')
  if (path === undefined || (await files.stat(path)) === undefined) return undefined
  return taskOf(await readJson(files, path))
}

/**
 * Writes a model folder in one step. Throws StorageError when something
 * else is at its path; what is there stays whole until the new folder is.
 */
export const writeModelFolder = async (
  files: Files,
  folder: string,
  entries: ModelFolderEntries,
  { about = {}, replace = false }: WriteModelFolderOptions = {},
): Promise<void> => {
  await checkPlace(files, folder, { replace })
  const { own = files } = files
  await writeFolder(own, pathOf(folder), about, (partial) => writeEntries(files, partial, entries))
}

/** Where a run leaves its model, unless it is told otherwise. */
const modelOfRun = /^((?:.*[/\\])?runs[/\\]([^/\\]+))[/\\]model$/

/** What may yet make the model of a run, to be put behind "Check the path". */
const runOf = async (files: Files, path: string): Promise<string> => {
  const [run, name] = modelOfRun.exec(path)?.slice(1) ?? []
  if (run === undefined) return ''
  const recipe = joinPath(run, 'recipe.yaml')
  return (await files.stat(recipe)) === undefined
    ? `, or train ${name} first`
    : `, or finish the run by tesserae train ${recipe} --resume --out ${run}`
}

/** Where somebody who chose a folder without a manifest finds what they want. */
const nearby = async (files: Files, folder: string): Promise<string> => {
  const model = joinPath(folder, 'model')
  if (await files.stat(joinPath(model, manifestName))) return `Choose ${model}.`
  return (await files.stat(joinPath(folder, 'config.json'))) === undefined
    ? 'Choose the folder that the training run wrote.'
    : 'A model of another project becomes one by tesserae import.'
}

/** Reads and verifies the manifest of a model folder. Throws StorageError with the first fault. */
export const openModelFolder = async (files: Files, folder: string): Promise<ModelFolder> => {
  const path = pathOf(folder)
  const found = await findFolder(files, path)
  if (found === undefined) {
    const finding = (await files.stat(path)) ? 'it is a file' : 'no such folder exists'
    throw new StorageError(
      `${path}: ${finding}, expected a model folder. Check the path${await runOf(files, path)}.`,
    )
  }
  if ((await files.stat(joinPath(found, manifestName))) === undefined) {
    throw new StorageError(
      `${path}: it is not a model folder, it has no ${manifestName}. ${await nearby(files, found)}`,
    )
  }
  const manifest = await verifyManifest(files, found, { except: isModelCard })
  return viewFolder(files, found, Object.keys(manifest.files).sort(), manifest.about)
}

const viewFolder = (
  files: Files,
  path: string,
  names: readonly string[],
  about: Readonly<Record<string, unknown>>,
): ModelFolder => {
  const find = (name: string): string => {
    if (names.includes(name)) return joinPath(path, name)
    throw new StorageError(
      `${path}: it has no ${name}; its manifest names ${names.join(', ')}. ` +
        'Check that this is a model of the expected kind.',
    )
  }
  return {
    path,
    about,
    names,
    json: async (name) => readJson(files, find(name)),
    text: async (name) => files.readText(find(name)),
    tensors: async (name) => readSafetensors(files, find(name)),
    openTensors: async (name) => openSafetensors(files, find(name)),
    folder: (name) => {
      const inside = names
        .filter((other) => other.startsWith(`${name}/`))
        .map((other) => other.slice(name.length + 1))
      if (inside.length === 0) find(`${name}/`)
      return viewFolder(files, joinPath(path, name), inside, about)
    },
  }
}

/** The card may be edited after training: it explains the model and is not part of it. */
const isModelCard = (name: string): boolean => baseName(name) === 'README.md'

/**
 * Throws StorageError where `writeModelFolder` would, so that nothing is computed in vain. Only a
 * model folder without anything else in it is ever replaced.
 */
export const checkPlace = async (
  files: Files,
  folder: string,
  { replace = false }: Pick<WriteModelFolderOptions, 'replace'> = {},
): Promise<void> => {
  const path = pathOf(folder)
  const { own = files } = files
  const found = await own.stat(path)
  if (found === undefined) return
  const refuse = (finding: string, mend = 'Choose'): never => {
    throw new StorageError(`${path}: ${finding}. ${mend} another place for the model folder.`)
  }
  if (found.kind === 'file') refuse('a file is there already')
  const present = await listTree(own, path)
  if (present.length === 0) return
  if (!replace) refuse('it exists already')
  if (!present.some(({ name }) => name === manifestName)) refuse('it is not a model folder')
  const { files: listed } = await readManifest(own, path)
  const foreign = present.find(({ name }) => name !== manifestName && !Object.hasOwn(listed, name))
  if (foreign) {
    const finding = `it contains ${foreign.name}, which is not part of the model that is there`
    refuse(finding, 'Move that elsewhere, or choose')
  }
}

const writeEntries = async (
  files: Files,
  folder: string,
  entries: ModelFolderEntries,
): Promise<void> => {
  for (const [name, entry] of Object.entries(entries)) {
    await writeEntry(files, joinPath(folder, name), entry)
  }
}

const writeEntry = async (files: Files, path: string, entry: ModelFolderEntry): Promise<void> => {
  if ('json' in entry) return writeJson(files, path, entry.json)
  if ('text' in entry) return files.write(path, entry.text)
  if ('bytes' in entry) return files.write(path, entry.bytes)
  if ('tensors' in entry) {
    const { tensors, ...options } = entry
    return writeSafetensors(files, path, tensors, options)
  }
  if ('entries' in entry) {
    await writeEntries(files, path, entry.entries)
    return writeManifest(files, path, entry.about)
  }
  const { copyOf } = entry
  const source = await files.stat(copyOf)
  if (source?.kind === 'file') return copyFile(files, source, path)
  // A copy of a model folder with a fault would be hashed, and the fault never found.
  if (await files.stat(joinPath(copyOf, manifestName))) await openModelFolder(files, copyOf)
  for (const file of await listTree(files, copyOf)) {
    await copyFile(files, file, joinPath(path, file.name))
  }
}

const copyFile = (
  files: Files,
  { path, size }: { readonly path: string; readonly size: number },
  to: string,
): Promise<void> => files.writeChunks(to, rangesOf(files, path, size))

const chunkBytes = 2 ** 26

async function* rangesOf(files: Files, path: string, size: number) {
  for (let start = 0; start < size; start += chunkBytes) {
    yield await files.readRange(path, start, Math.min(start + chunkBytes, size))
  }
}
