/**
 * From the text of a recipe to a checked recipe with all defaults filled in. All faults are reported
 * together, each with its place and what to do.
 */

import { stringify } from 'yaml'
import type { z } from 'zod'
import { RecipeError } from '../errors.js'
import { describeIssue } from './describe-issue.js'
import { parseOverride, replaceLengths } from './override.js'
import { type Recipe, recipeSchema } from './recipe.js'
import { type Fault, type RecipeText, readRecipeText } from './recipe-text.js'

export interface ParseRecipeOptions {
  /** What errors call the text: the path of its file. */
  readonly name: string
  /**
   * Values that take the place of the text's, such as `model.depth=4`; a length of the training also
   * takes the place of one in another unit.
   */
  readonly overrides?: readonly string[]
}

/**
 * Reads a recipe. Throws RecipeError with one line for each fault:
 * `captions.yaml:7:10  model.heads: expected a divisor of width (96), got 7. Try 6 or 8.`
 */
export const parseRecipe = (text: string, options: ParseRecipeOptions): Recipe => {
  const read = readText(text, options)
  if (!('value' in read)) throw faulty(read)
  const result = recipeSchema.safeParse(read.value, { error: describeIssue })
  if (result.success) return result.data
  throw faulty(result.error.issues.flatMap((issue) => faultsOf(issue, read)))
}

/**
 * The error with the place in front where the value stands that it is about; any other as it is. The
 * text and the options are those of the recipe, in which the fault was found while it was used.
 */
export const withPlace = (error: unknown, text: string, options: ParseRecipeOptions): unknown => {
  if (!(error instanceof RecipeError) || error.keys === undefined) return error
  const read = readText(text, options)
  if (!('value' in read)) return error
  const { text: place } = read.placeOfValue(error.keys)
  return new RecipeError(`${place}  ${error.message}`, { cause: error })
}

const readText = (text: string, { name, overrides = [] }: ParseRecipeOptions) =>
  readRecipeText(text, { name, overrides: replaceLengths(overrides.map(parseOverride)) })

/** A recipe as YAML that `parseRecipe` reads again as the same recipe, defaults written out. */
export const printRecipe = (recipe: Recipe): string => stringify(recipe, { lineWidth: 100 })

/** The faults of an issue, whose place is below `start`. */
const faultsOf = (
  issue: z.core.$ZodIssue,
  text: RecipeText,
  start: readonly PropertyKey[] = [],
): Fault[] => {
  const path = [...start, ...issue.path]
  const meant = issue.code === 'invalid_union' ? issue.errors.find(isInside) : undefined
  if (meant !== undefined) return meant.flatMap((inner) => faultsOf(inner, text, path))
  if (issue.code !== 'unrecognized_keys') {
    return [{ place: text.placeOfValue(path), message: prefixed(path, issue.message) }]
  }
  const messages = issue.message.split('\n')
  return issue.keys.map((key, index) => ({
    place: text.placeOfKey(path, key),
    message: prefixed([...path, key], messages[index]!),
  }))
}

/** Whether a value is of the kind that an alternative wants, and its faults are inside of it. */
const isInside = (issues: readonly z.core.$ZodIssue[]): boolean =>
  issues.length > 0 &&
  issues.every(
    ({ code, path }) => path.length > 0 || (code !== 'invalid_type' && code !== 'invalid_value'),
  )

const prefixed = (path: readonly PropertyKey[], message: string): string =>
  path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`

const faulty = (faults: readonly Fault[]): RecipeError =>
  new RecipeError(
    faults
      .toSorted((a, b) => a.place.order - b.place.order)
      .map(({ place, message }) => `${place.text}  ${message}`)
      .join('\n'),
  )
