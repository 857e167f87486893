/** Every folder of test/golden/recipes is a faulty recipe and the error that it is to give. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { RecipeError } from '../../src/errors.js'
import { parseRecipe } from '../../src/recipes/parse-recipe.js'

const folder = new URL('recipes/', import.meta.url)

const errorOf = (name: string): unknown => {
  const text = readFileSync(new URL(`${name}/recipe.yaml`, folder), 'utf8')
  const overrides = new URL(`${name}/overrides.txt`, folder)
  try {
    return parseRecipe(text, {
      name: `${name}/recipe.yaml`,
      overrides: existsSync(overrides) ? readFileSync(overrides, 'utf8').trim().split('\n') : [],
    })
  } catch (error) {
    return error
  }
}

test.each(readdirSync(folder))('%s is refused in the expected words', (name) => {
  const error = errorOf(name)
  expect(error).toBeInstanceOf(RecipeError)
  const { message } = error as RecipeError
  const expected = new URL(`${name}/expected.txt`, folder)
  // With TESSERAE_WRITE_GOLDEN=1 the expectations are written anew, to be read before committing.
  if (process.env.TESSERAE_WRITE_GOLDEN === '1') writeFileSync(expected, `${message}\n`)
  expect(`${message}\n`).toBe(readFileSync(expected, 'utf8'))
})
