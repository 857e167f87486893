/** What the model says of itself that a recipe starts from, before anything is read of its weights. */

import { z } from 'zod'
import { StorageError } from '../../errors.js'
import { openModel } from '../../generation/adapter/open-model.js'
import { languageSchema } from '../../generation/text/config.js'
import { textClassificationSchema } from '../../generation/text-classification/config.js'
import { textImageSchema } from '../../generation/text-image/config.js'
import { textPairsSchema } from '../../generation/text-pairs/config.js'
import { type Files, joinPath } from '../../storage/files.js'
import { firstFault } from '../../storage/json.js'
import { parseTokenizerJson, type TextTokenizer } from '../../tokenizers/text/index.js'

const startSchema = z.discriminatedUnion('task', [
  languageSchema,
  textClassificationSchema,
  textPairsSchema,
  textImageSchema,
])

export type StartConfig = z.output<typeof startSchema>

/** The text tokenizer of a model folder; undefined where nothing is. */
export const readStartTokenizer = async (
  files: Files,
  path: string,
): Promise<TextTokenizer | undefined> => {
  if ((await files.stat(path)) === undefined) return undefined
  const folder = await openModel(files, path)
  const name = 'tokenizer.json'
  return parseTokenizerJson(await folder.text(name), joinPath(path, name))
}

/** The configuration of a model folder, or of an adapter's whole model; undefined where nothing is. */
export const readStartConfig = async (
  files: Files,
  path: string,
): Promise<StartConfig | undefined> => {
  if ((await files.stat(path)) === undefined) return undefined
  const folder = await openModel(files, path)
  const parsed = startSchema.safeParse(await folder.json('config.json'))
  if (parsed.success) return parsed.data
  throw new StorageError(
    `${joinPath(path, 'config.json')}: ${firstFault(parsed.error)}; ` +
      'no run can start from it, choose another folder',
  )
}
