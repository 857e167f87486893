/** The recipes that the package brings along. */

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseRecipe, printRecipe } from '../src/recipes/parse-recipe.js'

const folder = new URL('../recipes/', import.meta.url)

describe.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))('%s', (name) => {
  const text = readFileSync(new URL(name, folder), 'utf8')
  const recipe = parseRecipe(text, { name })

  test('has a summary of one line', () => {
    expect(recipe.summary).toMatch(/^.{10,90}$/)
  })

  test('prints as a recipe that is read again as the same', () => {
    expect(parseRecipe(printRecipe(recipe), { name })).toEqual(recipe)
  })

  test('tells an editor where its schema is', () => {
    expect(text.split('\n')[0]).toBe(
      '# yaml-language-server: $schema=../docs/reference/recipe.schema.json',
    )
  })
})
