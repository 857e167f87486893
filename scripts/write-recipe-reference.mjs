/**
 * Writes docs/reference/recipes.md and recipe.schema.json from the recipe schema.
 *
 *   npm run reference
 *
 * The library is read from dist/, or from the folder that TESSERAE_DIST names.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const dist = pathToFileURL(`${resolve(process.env.TESSERAE_DIST ?? 'dist')}/`)
const { printRecipeReference } = await import(new URL('recipes/reference.js', dist).href)
const { printRecipeJsonSchema } = await import(new URL('recipes/json-schema.js', dist).href)

const folder = new URL('../docs/reference/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('recipes.md', folder), printRecipeReference())
writeFileSync(new URL('recipe.schema.json', folder), printRecipeJsonSchema())
