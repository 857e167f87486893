/** The recipes that the package brings along. Training them takes too long for a test. */

import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { estimateRecipe } from '../src/recipes/estimate-recipe.js'
import { parseRecipe } from '../src/recipes/parse-recipe.js'

const folder = new URL('../recipes/', import.meta.url)

test.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))(
  '%s is valid, says what it is for, and its network can be built',
  (name) => {
    const recipe = parseRecipe(readFileSync(new URL(name, folder), 'utf8'), { name })
    expect(recipe.summary).toMatch(/\w/)
    // Laptops have 8 GB, and two cores reach some 150 GFLOP/s.
    const { parameters, memory, seconds } = estimateRecipe(recipe, { flopsPerSecond: 150e9 })
    expect(parameters).toBeGreaterThan(0)
    expect(memory.base + memory.state + memory.activations).toBeLessThan(6e9)
    // Unknown where a recipe counts in epochs of data that is not here.
    expect(seconds ?? 0).toBeLessThan(12 * 3600)
  },
)
