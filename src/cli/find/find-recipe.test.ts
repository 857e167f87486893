import { describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import { RecipeError } from '../../errors.js'
import { findRecipe } from './find-recipe.js'

const text = 'task: image-tokenizer\ndata: { source: emoji }\ntraining: { steps: 5 }\n'

const find = async (named: string, ...overrides: string[]) => {
  const files = createMemoryFiles()
  await files.write('package/recipes/emoji-tokenizer.yaml', text)
  await files.write('package/recipes/emoji.yaml', text)
  await files.write('package/recipes/notes.md', '')
  await files.write('mine/small.yml', text)
  const rows = Array.from({ length: 30 }, (_, index) => `a text number ${index}\t${index % 2}`)
  await files.write('mine/texts.tsv', rows.join('\n'))
  await files.write('mine/numbers.csv', 'a,b\n1,2\n3,4\n5,6\n')
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

  test('of a table that nobody has written one for is made from what is in it', async () => {
    const { name, recipe, isOfTable } = await find('mine/texts.tsv', 'training.epochs=2')
    expect({ name, isOfTable }).toEqual({ name: 'texts', isOfTable: true })
    expect(recipe).toMatchObject({
      task: 'text-classification',
      data: { path: 'mine/texts.tsv', text: 'text', label: 'label' },
      training: { epochs: 2 },
    })
    await expect(find('mine/numbers.csv')).rejects.toThrow('expected a column of labels')
    await expect(find('mine/none.jsonl')).rejects.toThrow('mine/none.jsonl')
  })

  test('that does not exist is answered with the nearest, or with all', async () => {
    await expect(find('emoji-tokeniser')).rejects.toThrow('Did you mean emoji-tokenizer?')
    await expect(find('cats')).rejects.toThrow('Known are emoji-tokenizer, emoji.')
    await expect(find('mine/big.yml')).rejects.toThrow(
      'mine/big.yml: there is no such recipe file. Check the path.',
    )
  })

  test('is not a folder, in which a recipe or a table is named', async () => {
    await expect(find('mine')).rejects.toThrow(
      /^mine: expected a recipe or a table, found a folder; name a file in it, such as mine\/\S+$/,
    )
  })

  test('tells the place of a fault that is found while it is used', async () => {
    const { placed } = await find('mine/small.yml', 'seed=4')
    const failWith = (...keys: string[]) =>
      placed(async () => {
        throw new RecipeError('wrong', { keys })
      })
    await expect(failWith('training', 'steps')).rejects.toThrow(
      /^mine\/small.yml:\d+:\d+ {2}training.steps: wrong$/,
    )
    await expect(failWith('seed')).rejects.toThrow(/^override seed=4 {2}seed: wrong$/)
    await expect(placed(() => Promise.reject(new Error('other')))).rejects.toThrow(/^other$/)
  })

  test('names its file in its faults', async () => {
    await expect(find('mine/small.yml', 'sede=4')).rejects.toThrow('override sede=4')
  })
})
