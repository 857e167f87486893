/** The generated reference in docs/reference says what the schema says. */

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { printRecipeJsonSchema } from '../../src/recipes/json-schema.js'
import { printRecipeReference } from '../../src/recipes/reference.js'

const read = (name: string) =>
  readFileSync(new URL(`../../docs/reference/${name}`, import.meta.url), 'utf8')

test.each([
  ['recipes.md', printRecipeReference],
  ['recipe.schema.json', printRecipeJsonSchema],
])('%s is up to date; if not, run: npm run reference', (name, print) => {
  expect(read(name)).toBe(print())
})
