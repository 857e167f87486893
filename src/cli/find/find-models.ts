/** The models that runs have left, to be named to somebody who named none. */

import { z } from 'zod'
import { StorageError } from '../../errors.js'
import { type Files, joinPath } from '../../storage/files.js'
import { readJson } from '../../storage/json.js'

/** The classifier that the package brings along. */
const packaged = 'pretrained/csl-zh'

const runs = 'runs'

const configSchema = z.object({ task: z.string() })

/** The folders of models of these tasks that runs have left, the newest first. */
export const findModelsOfRuns = async (
  files: Files,
  tasks: readonly string[],
): Promise<string[]> => {
  const hasRuns = (await files.stat(runs))?.kind === 'folder'
  const found: { readonly folder: string; readonly modified: number }[] = []
  for (const { path } of hasRuns ? await files.list(runs) : []) {
    const folder = joinPath(path, 'model')
    const config = await files.stat(joinPath(folder, 'config.json'))
    if (config === undefined || !tasks.includes(await taskOf(files, config.path))) continue
    found.push({ folder, modified: config.modified })
  }
  return found.sort((a, b) => b.modified - a.modified).map(({ folder }) => folder)
}

/** The newest model that classifies texts, or the package's; undefined where neither is. */
export const findClassifier = async (files: Files): Promise<string | undefined> => {
  const [newest] = await findModelsOfRuns(files, ['text-classification'])
  if (newest !== undefined) return newest
  return (await files.stat(packaged)) === undefined ? undefined : packaged
}

/** A file that cannot be read is of no model that could be named. */
const taskOf = async (files: Files, path: string): Promise<string> => {
  try {
    return configSchema.safeParse(await readJson(files, path)).data?.task ?? ''
  } catch (error) {
    if (error instanceof StorageError) return ''
    throw error
  }
}
