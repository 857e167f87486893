/** Counts what the run of a recipe of texts would learn from, and writes nothing. */

import { DataError } from '../../errors.js'
import type { TextRecipe } from '../recipe.js'
import { countLanguage } from './language/language-amounts.js'
import { locatePath } from './locate-source.js'
import type { StartConfig } from './start-config.js'
import type { CountEnvironment, TextAmounts } from './text-amounts.js'
import { countLabelledRows } from './text-classification/labelled-amounts.js'
import { countPairs } from './text-pairs/pair-amounts.js'

/**
 * The amounts of a recipe's texts, of which the model to start from decides some; undefined where one
 * of the files is not there yet. Throws DataError and RecipeError as the run would.
 */
export const countTexts = async (
  recipe: TextRecipe,
  start: StartConfig | undefined,
  environment: CountEnvironment,
): Promise<TextAmounts | undefined> => {
  for (const path of pathsOf(recipe)) {
    if (!(await isThere(path, environment))) return undefined
  }
  switch (recipe.task) {
    case 'language-model':
      return countLanguage(recipe, start, environment)
    case 'text-classification':
      return countLabelledRows(recipe, environment)
    case 'text-pairs':
      return countPairs(recipe, environment)
  }
}

/** The files that a recipe learns from and is measured on. */
const pathsOf = ({ task, data }: TextRecipe): string[] => {
  const parts = task === 'language-model' ? [data.path] : [data.path, data.validation, data.test]
  return parts.flat().filter((path) => typeof path === 'string')
}

const isThere = async (
  path: string,
  environment: Pick<CountEnvironment, 'files' | 'dataFolder'>,
): Promise<boolean> => {
  try {
    return (await environment.files.stat(await locatePath(path, environment))) !== undefined
  } catch (error) {
    if (error instanceof DataError) return false
    throw error
  }
}
