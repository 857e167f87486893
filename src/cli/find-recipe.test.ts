import { describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../test/support/memory-files.js'
import { findRecipe } from './find-recipe.js'

const text = 'task: image-tokenizer\ndata: { source: emoji }\ntraining: { steps: 5 }\n'

const find = async (named: string, ...overrides: string[]) => {
  const files = createMemoryFiles()
  await files.write('package/recipes/emoji-tokenizer.yaml', text)
  await files.write('package/recipes/emoji.yaml', text)
  await files.write('package/recipes/notes.md', '')
  await files.write('mine/small.yml', text)
  return findRecipe(named, overrides, {
    platform: { files } as Parameters<typeof findRecipe>[2]['platform'],
    recipesFolder: 'package/recipes',
  })
}

describe('a recipe', () => {
  test('is found by the path of its file', async () => {
    const { name, recipe } = await find('mine/small.yml', 'seed=4')
    expect(name).toBe('small')
    expect(recipe).toMatchObject({ seed: 4, training: { steps: 5 } })
  })

  test('is found by its name where the package brings it along', async () => {
    expect((await find('emoji-tokenizer')).name).toBe('emoji-tokenizer')
  })

  test('that does not exist is answered with the nearest, or with all', async () => {
    await expect(find('emoji-tokeniser')).rejects.toThrow('Did you mean emoji-tokenizer?')
    await expect(find('cats')).rejects.toThrow('Known are emoji-tokenizer, emoji.')
    await expect(find('mine/big.yml')).rejects.toThrow(
      'mine/big.yml: there is no such recipe file. Check the path.',
    )
  })

  test('names its file in its faults', async () => {
    await expect(find('mine/small.yml', 'sede=4')).rejects.toThrow('override sede=4')
  })
})
