/** What commands that draw phrases have in common: their options, their files and what they say. */

import { readPictureFile } from '../../data/media/picture-file.js'
import { createPhraseCheck } from '../../generation/text-image/check-phrase.js'
import type { TextImageModel } from '../../generation/text-image/text-image-model.js'
import type { Platform } from '../../platform/platform.js'
import type { Files } from '../../storage/files.js'
import { writeTogether } from '../../storage/write-together.js'
import { repeated, text } from '../parsing/options.js'
import { formatDuration } from '../terminal/quantities.js'
import type { Terminal } from '../terminal/terminal.js'
import { noteUnknownWords } from './note-unknown-words.js'
import { checkOutputFile, numberedFiles } from './output-file.js'

/** An option and not more words: who forgets the quotes is to be told so. */
export const alsoOption = repeated(text('another phrase to draw as well, in quotes', 'PHRASE'))

/**
 * Throws DataError for a phrase that the model cannot draw; notes the words that it never read, and
 * returns them.
 */
export const checkPhrases = (
  phrases: readonly string[],
  model: TextImageModel,
  terminal: Pick<Terminal, 'note'>,
): string[] => {
  const checkPhrase = createPhraseCheck(model.text)
  phrases.forEach(checkPhrase)
  return phrases.flatMap((phrase) => noteUnknownWords(phrase, model, terminal))
}

/** The codes of a picture that drawings go on from. */
export const readCodes = async (
  path: string,
  { image }: Pick<TextImageModel, 'image'>,
  { files, media }: Pick<Platform, 'files' | 'media'>,
): Promise<Int32Array> => {
  const options = { name: path, size: image.size }
  return image.encode((await media.decode(await readPictureFile(path, files), options)).data)
}

/** The files of so many drawings, beside which several have `out` as their sheet. Throws StorageError. */
export const findPlaces = async (files: Files, out: string, count: number): Promise<string[]> => {
  const paths = numberedFiles(out, count)
  for (const path of new Set([out, ...paths])) await checkOutputFile(files, path)
  return paths
}

export interface WrittenDrawings {
  readonly files: readonly string[]
  /** The file that shows all of them; null where there is one alone. */
  readonly sheet: string | null
}

/** Writes drawings into their files, and the sheet of several into `out`: all of them or nothing. */
export const writeDrawings = async (
  files: Files,
  paths: readonly string[],
  drawings: readonly Uint8Array[],
  sheet: { readonly out: string; readonly bytes: Uint8Array } | undefined,
): Promise<WrittenDrawings> => {
  const contents = new Map(paths.map((path, place) => [path, drawings[place]!]))
  if (sheet !== undefined) contents.set(sheet.out, sheet.bytes)
  await writeTogether(files, contents)
  return { files: paths, sheet: sheet?.out ?? null }
}

/** What a command says of the files that it has drawn. */
export const printDrawn = (
  { files, sheet, seconds }: WrittenDrawings & { readonly seconds: number },
  { print }: Terminal,
): void => {
  for (const file of sheet === null ? files : [sheet, ...files]) print(file)
  print(`${files.length === 1 ? 'drawn' : `${files.length} drawn`} in ${formatDuration(seconds)}`)
}
