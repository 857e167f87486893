/** What a run's folder holds, and whether a run may begin or go on there. */

import { RecipeError } from '../../errors.js'
import { listCheckpoints } from '../../storage/checkpoints.js'
import { type Files, joinPath } from '../../storage/files.js'
import { checkPlace } from '../../storage/model-folder.js'
import { ownTokenizerFolder, ownTokenizerRun } from '../own-tokenizer.js'
import { parseRecipe, printRecipe } from '../parse-recipe.js'
import type { Recipe } from '../recipe.js'

/** Whether a folder holds a run with anything to lose: checkpoints or finished models, its own tokenizer's too. */
export const hasProgress = async (files: Files, out: string): Promise<boolean> =>
  (await listCheckpoints(files, out)).length > 0 ||
  (await files.stat(joinPath(out, 'model'))) !== undefined ||
  (await listCheckpoints(files, ownTokenizerRun(out))).length > 0 ||
  (await files.stat(ownTokenizerFolder(out))) !== undefined

/** Keys that training does not depend on: they may change when a run is resumed. */
const freeKeys = ['summary', 'drawing', 'writing']

/** The values of a recipe as far as training depends on them, by their keys: `training.steps`. */
const trainingValues = (recipe: Recipe): ReadonlyMap<string, string> => {
  const values = new Map<string, string>()
  const collect = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      if (value !== undefined) values.set(path, JSON.stringify(value))
      return
    }
    for (const [key, inner] of Object.entries(value)) {
      collect(inner, path === '' ? key : `${path}.${key}`)
    }
  }
  collect(Object.fromEntries(Object.entries(recipe).filter(([key]) => !freeKeys.includes(key))), '')
  return values
}

/** The first value in which two recipes differ, in words; undefined where training is the same. */
const describeDifference = (there: Recipe, here: Recipe): string | undefined => {
  const [started, asked] = [trainingValues(there), trainingValues(here)]
  const key = [...started.keys(), ...asked.keys()].find(
    (name) => started.get(name) !== asked.get(name),
  )
  if (key === undefined) return undefined
  return `${key} is ${started.get(key) ?? 'not given'} there, here ${asked.get(key) ?? 'not given'}`
}

/** Throws RecipeError unless the folder is free, or holds what is to be resumed. */
export const checkFolder = async (
  recipe: Recipe,
  { out, shouldResume = false }: { readonly out: string; readonly shouldResume?: boolean },
  files: Files,
): Promise<void> => {
  const recipePath = joinPath(out, 'recipe.yaml')
  const isThere = await hasProgress(files, out)
  if (!shouldResume && isThere) {
    throw new RecipeError(
      `${out}: a run is here already; go on with it by the option shouldResume, or choose another ` +
        'folder by the option out',
    )
  }
  // A run that was stopped while it prepared has nothing yet but its recipe.
  if (shouldResume && !isThere && (await files.stat(recipePath)) === undefined) {
    throw new RecipeError(
      `${out}: there is no run to resume; leave out the option shouldResume to start one`,
    )
  }
  if (!shouldResume) return
  // What the end of the run would refuse to replace is told now, not after hours.
  for (const name of ['model', 'adapter']) {
    await checkPlace(files, joinPath(out, name), { replace: true })
  }
  // Read anew: a key that came with a later version has its default there.
  const read = (text: string) => parseRecipe(text, { name: recipePath })
  const [known, asked] = [read(await files.readText(recipePath)), read(printRecipe(recipe))]
  const difference = describeDifference(known, withLengthOf(asked, known))
  if (difference !== undefined) {
    throw new RecipeError(
      `${recipePath}: the run was started with another recipe (${difference}); resume with the ` +
        'same, which this file is, or choose another folder by the option out',
    )
  }
  const { steps } = asked.training
  const taken = Math.max(0, ...(await listCheckpoints(files, out)).map(({ step }) => step))
  if (steps !== undefined && steps !== known.training.steps && steps <= taken) {
    throw new RecipeError(
      `training.steps: the run has taken ${taken} steps already; ask for more than that`,
    )
  }
}

/**
 * A run may become longer or shorter while it goes on, so a number of steps is not compared with what
 * its length was.
 */
const withLengthOf = (recipe: Recipe, { training: { steps, minutes, epochs } }: Recipe): Recipe =>
  recipe.training.steps === undefined
    ? recipe
    : ({ ...recipe, training: { ...recipe.training, steps, minutes, epochs } } as Recipe)
