/** From a recipe's `data` to prepared pictures, divided into training and held-out parts. */

import { cachePictures, type PictureCache, readCachedExamples } from '../../../data/cache.js'
import { prepareEmoji } from '../../../data/emoji/prepare.js'
import type { Example } from '../../../data/example.js'
import type { Source } from '../../../data/source.js'
import * as sources from '../../../data/sources/index.js'
import { type Split, splitExamples } from '../../../data/split.js'
import { hashOf } from '../../../engine/tensor/random.js'
import { DataError, TesseraeError } from '../../../errors.js'
import { type Files, joinPath } from '../../../storage/files.js'
import type { DataRecipe } from '../../schema/data.js'
import type { RunEnvironment } from '../environment.js'
import { locateSource } from '../locate-source.js'

/** What preparing data needs of the world. */
export type DataEnvironment = Pick<
  RunEnvironment,
  'files' | 'media' | 'packageFolder' | 'dataFolder' | 'cacheFolder' | 'onProgress' | 'signal'
>

/** What the examples of a recipe have in common. */
export interface ExampleShape {
  /** Pixels along each side. */
  readonly size: number
  /** Frames of a clip; 1, a picture, when left out. */
  readonly frames?: number
}

export interface PreparedData {
  readonly cache: PictureCache
  readonly split: Split
  /** Changes when the pictures do, and what augmentation makes of them. */
  readonly key: string
}

/** What the files below a path are, by name, size and time, as text. */
const listTree = async (files: Files, path: string): Promise<string> => {
  const entry = await files.stat(path)
  if (entry?.kind !== 'folder') return `${path} ${entry?.size} ${entry?.modified}`
  const children = await files.list(path)
  const lists = await Promise.all(children.map((child) => listTree(files, child.path)))
  return lists.join('\n')
}

/** The folder of a source's prepared pictures: one for each shape and set of options. */
const cacheOf = (
  source: DataRecipe['source'],
  { size, frames = 1 }: ExampleShape,
  cacheFolder: string,
): string => {
  const { kind, ...options } = source
  const shape = frames === 1 ? `${size}` : `${size}x${frames}`
  const name =
    source.kind === 'emoji'
      ? `emoji-${source.styles.join('-')}-${shape}`
      : `${kind}-${shape}-${hashOf(0, JSON.stringify(options))}`
  return joinPath(cacheFolder, name)
}

const prepareSource = async (
  { source: named, fit }: DataRecipe,
  { size, frames = 1 }: ExampleShape,
  environment: DataEnvironment,
): Promise<PictureCache> => {
  const source = await locateSource(named, environment)
  const { files, media, cacheFolder, onProgress, signal } = environment
  const { kind, ...options } = source
  const described: Source | undefined = Object.values<Source>(sources).find(
    (one) => one.kind === kind,
  )
  // The options belong to the source of the same kind, here and below.
  if (described?.open) return described.open(options as never, environment, { size, frames })
  const folder = cacheOf(source, { size, frames }, cacheFolder)
  const progress = { onProgress: ({ done }: { done: number }) => onProgress('pictures', done) }
  if (source.kind === 'emoji') {
    return prepareEmoji({ ...environment, ...progress, folder, size, fit, styles: source.styles })
  }
  const tree = await listTree(files, source.path)
  const key = `${kind} ${fit} ${JSON.stringify(options)} ${hashOf(0, tree)}`
  return cachePictures({
    files,
    media,
    signal,
    ...progress,
    folder,
    key,
    size,
    frames,
    fit,
    examples: (): AsyncIterable<Example> => described!.examples(options as never, environment),
  })
}

const splitOf = (
  examples: PictureCache['examples'],
  { split: { heldOutGroups, ...split } }: DataRecipe,
): Split => splitExamples(examples, { ...split, heldOutShare: heldOutGroups })

/**
 * The training examples of a recipe whose pictures were prepared before, read from the index alone;
 * undefined where there is none. Whether the pictures have changed since is not looked at.
 */
export const countPrepared = async (
  recipe: DataRecipe,
  shape: ExampleShape,
  environment: Pick<DataEnvironment, 'files' | 'dataFolder' | 'cacheFolder'>,
): Promise<number | undefined> => {
  try {
    const source = await locateSource(recipe.source, environment)
    const folder = cacheOf(source, shape, environment.cacheFolder)
    return splitOf(await readCachedExamples(environment.files, folder), recipe).train.length
  } catch (error) {
    // Preparing the data will tell what is missing, or make it anew.
    if (error instanceof TesseraeError) return undefined
    throw error
  }
}

/** Prepares, or finds prepared, the pictures or clips of a recipe. Throws DataError. */
export const prepareData = async (
  recipe: DataRecipe,
  shape: ExampleShape,
  environment: DataEnvironment,
): Promise<PreparedData> => {
  const cache = await prepareSource(recipe, shape, environment)
  const split = splitOf(cache.examples, recipe)
  if (split.train.length === 0) {
    throw new DataError(
      `${recipe.source.kind}: no pictures are left to train on, ${cache.examples.length} were found; ` +
        'lower data.split.heldOutGroups or add pictures',
    )
  }
  const facts = cache.examples.map(({ id, fingerprint, flippable = false }) =>
    [id, fingerprint, flippable].join(' '),
  )
  return { cache, split, key: hashOf(0, facts.join('\n')).toString(16) }
}
