/**
 * Writes docs/reference/recipes.md and recipes/recipe.schema.json from the recipe schema and the recipes.
 *
 *   npm run reference
 *
 * The library is read from dist/, or from the folder that TESSERAE_DIST names.
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const dist = pathToFileURL(`${resolve(process.env.TESSERAE_DIST ?? 'dist')}/`)
const { printRecipeReference } = await import(new URL('recipes/reference.js', dist).href)
const { printRecipeJsonSchema } = await import(new URL('recipes/json-schema.js', dist).href)

const recipes = new URL('../recipes/', import.meta.url)
const names = readdirSync(recipes).filter((name) => name.endsWith('.yaml'))
const texts = new Map(
  names.sort().map((name) => [name, readFileSync(new URL(name, recipes), 'utf8')]),
)
const folder = new URL('../docs/reference/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('recipes.md', folder), printRecipeReference(texts))
writeFileSync(new URL('recipe.schema.json', recipes), printRecipeJsonSchema())
