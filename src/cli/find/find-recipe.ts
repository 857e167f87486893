/**
 * Finds the recipe that a command line names: a file, one that the package brings along, or the one
 * that a table of texts and labels gets where nobody has written one for it.
 */

import { didYouMean } from '../../data/nearest-name.js'
import { describeNamedFolder } from '../../data/text/named-folder.js'
import { tableEnding } from '../../data/text/table-record.js'
import { RecipeError } from '../../errors.js'
import { writeClassifyRecipe } from '../../recipes/init/classify.js'
import { lookAtTable } from '../../recipes/init/table-look.js'
import { type ParseRecipeOptions, parseRecipe, withPlace } from '../../recipes/parse-recipe.js'
import { isPictureRecipe, type PictureRecipe, type Recipe } from '../../recipes/recipe.js'
import { baseName, joinPath } from '../../storage/files.js'
import type { CommandLineEnvironment } from '../environment.js'

export interface FoundRecipe {
  readonly recipe: Recipe
  /** The file's name without its ending. */
  readonly name: string
  /** Whether it was made for a table. */
  readonly isOfTable: boolean
  /** Does what the recipe says; a fault of it that is found then is told with its place. */
  readonly placed: <Result>(work: () => Promise<Result>) => Promise<Result>
}

const ending = /\.ya?ml$/
const recipeOrTable = new RegExp(`${ending.source}|${tableEnding.source}`, 'i')

/**
 * Throws RecipeError where there is no such recipe, and for the faults in it; DataError for a table
 * that cannot be classified.
 */
export const findRecipe = async (
  named: string,
  overrides: readonly string[],
  environment: Pick<CommandLineEnvironment, 'platform' | 'recipesFolder'>,
): Promise<FoundRecipe> => {
  if (tableEnding.test(named)) {
    const text = writeClassifyRecipe(await lookAtTable(environment.platform.files, named))
    const name = baseName(named).replace(tableEnding, '')
    return { ...readRecipe(text, { name: named, overrides }), name, isOfTable: true }
  }
  const path = ending.test(named) ? named : await findBuiltIn(named, environment)
  const { files } = environment.platform
  const entry = await files.stat(path)
  if (entry?.kind !== 'file') {
    throw new RecipeError(`${path}: there is no such recipe file. Check the path.`)
  }
  const name = baseName(path).replace(ending, '')
  const read = readRecipe(await files.readText(path), { name: path, overrides })
  return { ...read, name, isOfTable: false }
}

const readRecipe = (
  text: string,
  options: ParseRecipeOptions,
): Pick<FoundRecipe, 'recipe' | 'placed'> => ({
  recipe: parseRecipe(text, options),
  placed: async (work) => {
    try {
      return await work()
    } catch (error) {
      throw withPlace(error, text, options)
    }
  },
})

/** The same for commands that look at pictures. Throws RecipeError for recipes of other media. */
export const findPictureRecipe = async (
  ...call: Parameters<typeof findRecipe>
): Promise<PictureRecipe> => {
  const { recipe, name } = await findRecipe(...call)
  if (isPictureRecipe(recipe)) return recipe
  throw new RecipeError(`${name}: expected a recipe with pictures, got the task ${recipe.task}`)
}

const findBuiltIn = async (
  name: string,
  {
    platform: { files },
    recipesFolder,
  }: Pick<CommandLineEnvironment, 'platform' | 'recipesFolder'>,
): Promise<string> => {
  const names = (await files.list(recipesFolder))
    .map(({ path }) => baseName(path))
    .filter((file) => ending.test(file))
    .map((file) => file.replace(ending, ''))
  if (names.includes(name)) return joinPath(recipesFolder, `${name}.yaml`)
  if ((await files.stat(name))?.kind === 'folder') {
    const wanted = { expected: 'a recipe or a table', ending: recipeOrTable }
    throw new RecipeError(await describeNamedFolder(files, name, wanted))
  }
  const help = didYouMean(name, names) || ` Known are ${names.join(', ')}.`
  throw new RecipeError(
    `${name}: there is no built-in recipe of this name.${help} A recipe file ends in .yaml, a table of texts and labels in .tsv, .csv, .jsonl or .parquet.`,
  )
}
