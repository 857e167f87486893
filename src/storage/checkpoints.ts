/**
 * The checkpoints of a run, one folder each: `{run}/checkpoints/step-00001234/`. A run that is
 * killed at any moment, or meets a full disk, finds its last whole checkpoint again. Which one is
 * the best is written inside it, so that the two never disagree.
 */

import { z } from 'zod'
import type { Tensor } from '../engine/tensor/tensor.js'
import { StorageError } from '../errors.js'
import { listFolders, removeFolder, sweepFolders, writeFolder } from './atomic-folder.js'
import { baseName, type Files, joinPath } from './files.js'
import { readJson, writeJson } from './json.js'
import { inspectFolder, loadManifest, type Manifest } from './manifest.js'
import { type NamedTensors, readSafetensors, writeSafetensors } from './safetensors.js'

export interface CheckpointContent {
  /** Training steps done. */
  readonly step: number
  readonly tensors: Iterable<readonly [string, Tensor]>
  /** Whatever else a resumed run needs, as JSON. */
  readonly state: unknown
}

export interface SaveCheckpointOptions {
  /** How many of the newest checkpoints stay; the best one stays besides. */
  readonly keep?: number
  /** Whether this one is better than all before it. */
  readonly isBest?: boolean
}

/** Where a checkpoint is. */
export interface CheckpointPlace {
  readonly path: string
  readonly step: number
  readonly isBest: boolean
}

export interface Checkpoint extends CheckpointPlace {
  readonly tensors: NamedTensors
  readonly state: unknown
}

/**
 * Saves a checkpoint, replaces one of the same step, then removes those that need not be kept. The
 * tensors must not change until the promise settles. Throws StorageError; the others stay whole.
 */
export const saveCheckpoint = async (
  files: Files,
  runFolder: string,
  { step, tensors, state }: CheckpointContent,
  { keep = 3, isBest = false }: SaveCheckpointOptions = {},
): Promise<CheckpointPlace> => {
  const shelf = joinPath(runFolder, 'checkpoints')
  await sweepFolders(files, shelf)
  const path = joinPath(shelf, `step-${String(step).padStart(8, '0')}`)
  await writeFolder(files, path, { step, isBest }, async (folder) => {
    await writeSafetensors(files, joinPath(folder, 'tensors.safetensors'), tensors)
    await writeJson(files, joinPath(folder, 'state.json'), state)
  })
  const saved = { path, step, isBest }
  await removeOthers(files, runFolder, saved, keep)
  await removeSetAside(files, shelf, step)
  return saved
}

export interface FindCheckpointOptions {
  /** Told of each damaged checkpoint that is passed over, newest first. */
  readonly onDamaged?: (error: StorageError) => void
}

/**
 * Reads the newest checkpoint that is whole; undefined when the run has none. Throws StorageError
 * when all of them are damaged, or when the disk refuses to read the newest whole one.
 */
export const latestCheckpoint = async (
  files: Files,
  runFolder: string,
  options: FindCheckpointOptions = {},
): Promise<Checkpoint | undefined> => {
  const paths = await listPaths(files, runFolder)
  return firstWhole(files, paths.reverse(), options)
}

/** Reads the best checkpoint, or the best but one where that is damaged, like `latestCheckpoint`. */
export const bestCheckpoint = async (
  files: Files,
  runFolder: string,
  options: FindCheckpointOptions = {},
): Promise<Checkpoint | undefined> => {
  const places = (await listCheckpoints(files, runFolder)).filter(({ isBest }) => isBest)
  return firstWhole(files, places.map(({ path }) => path).reverse(), options)
}

/** Reads and verifies one checkpoint. Throws StorageError. */
export const readCheckpoint = async (files: Files, path: string): Promise<Checkpoint> => {
  const checkpoint = await readWhole(files, path)
  if (checkpoint instanceof StorageError) throw checkpoint
  return checkpoint
}

/** The checkpoints of a run whose manifests can be read, by step. Their hashes are not checked. */
export const listCheckpoints = async (
  files: Files,
  runFolder: string,
): Promise<CheckpointPlace[]> => {
  const places: CheckpointPlace[] = []
  for (const path of await listPaths(files, runFolder)) {
    const place = placeOf(path, await loadManifest(files, path))
    // What is wrong with the others is told to whoever reads them.
    if (!(place instanceof StorageError)) places.push(place)
  }
  return places
}

/**
 * Sets aside the checkpoints after a step, when a run goes on from there because they are damaged.
 * Nothing lists or reads them any more; they go when the run has saved one that is as far or further.
 */
export const setAsideCheckpointsAfter = async (
  files: Files,
  runFolder: string,
  step: number,
): Promise<void> => {
  for (const [folder, path] of await listNamed(files, runFolder)) {
    if (stepOf(folder) <= step) continue
    await files.remove(folder + damagedSuffix)
    await files.rename(path, folder + damagedSuffix)
  }
}

const damagedSuffix = '.damaged'

const removeSetAside = async (files: Files, shelf: string, step: number): Promise<void> => {
  for (const { path } of await files.list(shelf)) {
    const folder = path.slice(0, -damagedSuffix.length)
    if (!path.endsWith(damagedSuffix) || !namePattern.test(baseName(folder))) continue
    if (stepOf(folder) <= step) await files.remove(path)
  }
}

const removeOthers = async (
  files: Files,
  runFolder: string,
  saved: CheckpointPlace,
  keep: number,
): Promise<void> => {
  const places = await listCheckpoints(files, runFolder)
  const newest = places.slice(Math.max(0, places.length - keep))
  const kept = new Set([saved.path, ...newest.map(({ path }) => path)])
  const best = places.findLast(({ isBest }) => isBest)
  if (best) kept.add(best.path)
  for (const { path } of places) if (!kept.has(path)) await removeFolder(files, path)
}

const firstWhole = async (
  files: Files,
  paths: readonly string[],
  { onDamaged }: FindCheckpointOptions,
): Promise<Checkpoint | undefined> => {
  let firstError: StorageError | undefined
  for (const path of paths) {
    const checkpoint = await readWhole(files, path)
    if (!(checkpoint instanceof StorageError)) return checkpoint
    onDamaged?.(checkpoint)
    firstError ??= checkpoint
  }
  if (firstError) throw firstError
  return undefined
}

/** A checkpoint, or what is damaged; throws when the disk refuses, which is no damage. */
const readWhole = async (files: Files, path: string): Promise<Checkpoint | StorageError> => {
  const place = placeOf(path, await inspectFolder(files, path))
  if (place instanceof StorageError) return place
  const { tensors } = await readSafetensors(files, joinPath(path, 'tensors.safetensors'))
  const state = await readJson(files, joinPath(path, 'state.json'))
  return { ...place, tensors, state }
}

const namePattern = /^step-(\d{8,})$/

/** The checkpoints of a run by step: their own names, and where they are. */
const listNamed = async (files: Files, runFolder: string) =>
  [...(await listFolders(files, joinPath(runFolder, 'checkpoints')))]
    .filter(([folder]) => namePattern.test(baseName(folder)))
    .sort(([a], [b]) => stepOf(a) - stepOf(b))

const listPaths = async (files: Files, runFolder: string): Promise<string[]> =>
  (await listNamed(files, runFolder)).map(([, path]) => path)

const stepOf = (path: string): number => Number.parseInt(baseName(path).slice('step-'.length), 10)

const aboutSchema = z.object({ step: z.int().nonnegative(), isBest: z.boolean() })

const placeOf = (
  path: string,
  manifest: Manifest | StorageError,
): CheckpointPlace | StorageError => {
  if (manifest instanceof StorageError) return manifest
  const { success, data } = aboutSchema.safeParse(manifest.about)
  if (success) return { path, ...data }
  return new StorageError(`${path}: it is not a checkpoint. Choose a folder named step-...`)
}
