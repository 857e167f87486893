/** A model that sorts texts, to be named to somebody who named none. */

import { z } from 'zod'
import { StorageError } from '../../errors.js'
import { type Files, joinPath } from '../../storage/files.js'
import { readJson } from '../../storage/json.js'

/** The one that the package brings along. */
const packaged = 'pretrained/csl-zh'

const runs = 'runs'

const classifierSchema = z.object({ task: z.literal('text-classification') })

/** The folder of the newest run that trained one, or of the package's; undefined where neither is. */
export const findClassifier = async (files: Files): Promise<string | undefined> => {
  const hasRuns = (await files.stat(runs))?.kind === 'folder'
  const found: { readonly folder: string; readonly modified: number }[] = []
  for (const { path } of hasRuns ? await files.list(runs) : []) {
    const folder = joinPath(path, 'model')
    const config = await files.stat(joinPath(folder, 'config.json'))
    if (config === undefined || !(await isClassifier(files, config.path))) continue
    found.push({ folder, modified: config.modified })
  }
  const [newest] = found.sort((a, b) => b.modified - a.modified)
  if (newest !== undefined) return newest.folder
  return (await files.stat(packaged)) === undefined ? undefined : packaged
}

/** A file that cannot be read is of no model that could be named. */
const isClassifier = async (files: Files, path: string): Promise<boolean> => {
  try {
    return classifierSchema.safeParse(await readJson(files, path)).success
  } catch (error) {
    if (error instanceof StorageError) return false
    throw error
  }
}
