/** Recipes: one schema for all tasks, from which types, checks, editor help and reference come. */

import { z } from 'zod'
import * as tasks from './tasks/index.js'

export const recipeSchema = z.discriminatedUnion('task', [
  tasks.imageTokenizerRecipe,
  tasks.textImageRecipe,
  tasks.languageModelRecipe,
  tasks.textClassificationRecipe,
  tasks.textPairsRecipe,
])

export type Recipe = z.output<typeof recipeSchema>

/** A recipe whose data are pictures. */
export type PictureRecipe = Extract<Recipe, { task: 'image-tokenizer' | 'text-image' }>

/** A recipe whose data are texts, or rows of a table. */
export type TextRecipe = Exclude<Recipe, PictureRecipe>

export const isPictureTask = (task: Recipe['task']): task is PictureRecipe['task'] =>
  task === 'image-tokenizer' || task === 'text-image'

export const isPictureRecipe = (recipe: Recipe): recipe is PictureRecipe =>
  isPictureTask(recipe.task)
