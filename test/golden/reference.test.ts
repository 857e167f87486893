/** The generated reference says what the schema and the recipes say. */

import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { printRecipeJsonSchema } from '../../src/recipes/json-schema.js'
import { printRecipeReference } from '../../src/recipes/reference.js'

const root = new URL('../../', import.meta.url)
const recipes = new URL('recipes/', root)
const names = readdirSync(recipes).filter((name) => name.endsWith('.yaml'))
const texts = new Map(
  names.sort().map((name) => [name, readFileSync(new URL(name, recipes), 'utf8')]),
)

test.each([
  ['docs/reference/recipes.md', () => printRecipeReference(texts)],
  ['recipes/recipe.schema.json', printRecipeJsonSchema],
])('%s is up to date; if not, run: npm run reference', (name, print) => {
  expect(readFileSync(new URL(name, root), 'utf8')).toBe(print())
})
