/**
 * Clips of characters that nobody drew: put together from layered sheets when they are asked for, so
 * there is nothing to prepare and no end to them. Clip n is the same in every run.
 */

import { DataError } from '../../errors.js'
import { type Files, joinPath } from '../../storage/files.js'
import { sha256Of } from '../../storage/sha256.js'
import type { CachedExample, PictureCache } from '../cache.js'
import type { EncodedPicture } from '../example.js'
import { framesOf } from '../media/media.js'
import type { OpenOptions, SourceContext } from '../source.js'
import {
  checkChoices,
  chooseAttributes,
  chooseNext,
  combinationOf,
  type SpriteAttributes,
  type SpriteChoices,
} from './attributes.js'
import { layersOf, sheetsOf } from './layers.js'
import { captionsOfSprite } from './phrases.js'
import { questionsOfSprites } from './questions.js'
import { readCaption } from './reading.js'
import { cellSize, cellsOf } from './sheet.js'
import { backgrounds } from './wardrobe.js'

export interface SpritesOptions extends SpriteChoices {
  /** The folder of the sheets. */
  readonly path: string
  readonly clips: number
  readonly seed: number
}

/** Raised when the same sheets give other clips or captions than before. */
const grammarVersion = 2

/** Throws DataError for a sheet that is missing or damaged, and for choices that leave nothing. */
export const openSprites = async (
  options: SpritesOptions,
  context: SourceContext,
  { size, frames }: OpenOptions,
): Promise<PictureCache> => {
  if (size !== cellSize) {
    throw new DataError(
      `sprites: the characters are ${cellSize} pixels high, got size ${size}; set size to ${cellSize}`,
    )
  }
  checkChoices(options)
  const { path, clips, seed, ...choices } = options
  const { files, media } = context
  const paths = sheetsOf(choices).map((sheet) => [sheet, joinPath(path, `${sheet}.png`)] as const)
  const composer = await media.openSheets(await readSheets(paths, files))
  const examples = Array.from({ length: clips }, (_, clip) => describeClip(choices, seed, clip))
  const cellsOfClip = ({ action, direction }: SpriteAttributes) =>
    cellsOf(action, direction, frames)
  const draw = (attributes: SpriteAttributes, cells = cellsOfClip(attributes)) =>
    composer.compose({
      layers: layersOf(attributes),
      cells,
      background: backgrounds[attributes.background],
    })
  return {
    size,
    frames,
    examples,
    picture: (clip) => draw(chooseAttributes(choices, seed, clip)),
    frame: async (clip, frame) => {
      const attributes = chooseAttributes(choices, seed, clip)
      const shown = await draw(attributes, [cellsOfClip(attributes)[frame]!])
      return framesOf(shown)[0]!
    },
    next: async (clip, place) => {
      const attributes = chooseNext(
        choices,
        chooseAttributes(choices, seed, clip),
        seed,
        clip,
        place,
      )
      return { attributes: { ...attributes }, picture: await draw(attributes) }
    },
    questions: (languages) => questionsOfSprites(choices, languages),
    said: readCaption,
    digest: async () => {
      const key = JSON.stringify([grammarVersion, frames, seed, clips, choices])
      const hashes = paths.map(async ([sheet, file]) => `${sheet} ${await files.sha256(file)}`)
      return sha256Of([key, ...(await Promise.all(hashes))].join('\n'))
    },
  }
}

/** The files of sheets; all of them now, so that a run does not fail hours later. */
const readSheets = async (
  paths: readonly (readonly [sheet: string, path: string])[],
  files: Files,
): Promise<ReadonlyMap<string, EncodedPicture>> => {
  const sheets = new Map<string, EncodedPicture>()
  for (const [sheet, path] of paths) {
    if ((await files.stat(path))?.kind !== 'file') {
      throw new DataError(
        `sprites: the sheet ${path} is missing; copy the data set again, or leave out what needs it`,
      )
    }
    sheets.set(sheet, { name: path, bytes: await files.read(path) })
  }
  return sheets
}

/** All that is known of a clip; what is long is made when it is asked for. */
const describeClip = (choices: SpriteChoices, seed: number, clip: number): CachedExample => {
  const attributes = chooseAttributes(choices, seed, clip)
  return {
    id: `sprite-${clip}`,
    group: combinationOf(attributes),
    attributes: { ...attributes },
    background: backgrounds[attributes.background],
    license: 'CC-BY-SA-3.0 OR GPL-3.0',
    flippable: false,
    /** Equal clips have equal attributes. */
    get fingerprint() {
      return Object.values(attributes).join(' ')
    },
    get captions() {
      return captionsOfSprite(attributes, seed, clip)
    },
  }
}
