/** Recipes: one schema for all tasks, from which types, checks, editor help and reference come. */

import { z } from 'zod'
import * as tasks from './tasks/index.js'

export const recipeSchema = z.discriminatedUnion('task', [
  tasks.imageTokenizerRecipe,
  tasks.textImageRecipe,
])

export type Recipe = z.output<typeof recipeSchema>
