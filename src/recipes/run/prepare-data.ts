/** From a recipe's `data` to prepared pictures, divided into training and held-out parts. */

import { cachePictures, type PictureCache } from '../../data/cache.js'
import { prepareEmoji } from '../../data/emoji/prepare.js'
import type { Example } from '../../data/example.js'
import type { Source } from '../../data/source.js'
import * as sources from '../../data/sources/index.js'
import { type Split, splitExamples } from '../../data/split.js'
import { hashOf } from '../../engine/tensor/random.js'
import { DataError } from '../../errors.js'
import { type Files, joinPath } from '../../storage/files.js'
import type { DataRecipe } from '../schema/data.js'
import type { RunEnvironment } from './environment.js'
import { locateSource } from './locate-source.js'

/** What preparing data needs of the world. */
export type DataEnvironment = Pick<
  RunEnvironment,
  'files' | 'media' | 'packageFolder' | 'dataFolder' | 'cacheFolder' | 'onProgress'
>

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

/** Paths among a source's options, whose files decide whether a prepared folder is up to date. */
const pathsOf = (options: object): string[] =>
  Object.values(options).flatMap((value) => (typeof value === 'string' ? [value] : []))

const prepareSource = async (
  { source: named, fit }: DataRecipe,
  size: number,
  environment: DataEnvironment,
): Promise<PictureCache> => {
  const source = await locateSource(named, environment)
  const { files, media, cacheFolder, onProgress } = environment
  const { kind, ...options } = source
  const progress = { onProgress: ({ done }: { done: number }) => onProgress('pictures', done) }
  if (source.kind === 'emoji') {
    const name = `emoji-${source.styles.join('-')}-${size}`
    const folder = joinPath(cacheFolder, name)
    return prepareEmoji({ ...environment, ...progress, folder, size, styles: source.styles })
  }
  const trees = await Promise.all(
    pathsOf(options).map(async (path) =>
      (await files.stat(path)) === undefined ? path : listTree(files, path),
    ),
  )
  const key = `${kind} ${fit} ${JSON.stringify(options)} ${hashOf(0, trees.join('\n'))}`
  const described: Source | undefined = Object.values(sources).find((one) => one.kind === kind)
  return cachePictures({
    files,
    media,
    ...progress,
    folder: joinPath(cacheFolder, `${kind}-${size}-${hashOf(0, JSON.stringify(options))}`),
    key,
    size,
    fit,
    examples: (): AsyncIterable<Example> =>
      // The options belong to the source of the same kind.
      described!.examples(options as never, environment),
  })
}

/** Prepares, or finds prepared, the pictures of a recipe. Throws DataError. */
export const prepareData = async (
  recipe: DataRecipe,
  { size }: { size: number },
  environment: DataEnvironment,
): Promise<PreparedData> => {
  const cache = await prepareSource(recipe, size, environment)
  const { seed, heldOutGroups, heldOutPairs } = recipe.split
  const split = splitExamples(cache.examples, { seed, heldOutShare: heldOutGroups, heldOutPairs })
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
