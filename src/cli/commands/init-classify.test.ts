import { expect, test } from 'vitest'
import { createFakeCommandLine } from '../../../test/support/fake-command-line.js'
import { parseRecipe } from '../../recipes/parse-recipe.js'

const table = Array.from({ length: 30 }, (_, index) => `a text number ${index}\t${index % 2}`).join(
  '\n',
)

test('a table gets a recipe beside it that can be trained, which is shown', async () => {
  const { run, files } = createFakeCommandLine()
  await files.write('texts/mine.tsv', table)
  const { exitCode, stdout } = await run('init', 'classify', 'texts/mine.tsv')
  expect(exitCode).toBe(0)
  expect(stdout).toContain('next: tesserae train mine.yaml')
  const recipe = parseRecipe(await files.readText('mine.yaml'), { name: 'mine.yaml' })
  expect(recipe.data).toMatchObject({ path: 'texts/mine.tsv' })
})

test('a file that is there is never overwritten', async () => {
  const { run, files } = createFakeCommandLine()
  await files.write('mine.tsv', table)
  await files.write('mine.yaml', 'precious')
  const { exitCode, stderr } = await run('init', 'classify', 'mine.tsv')
  expect(exitCode).toBe(1)
  expect(stderr).toContain('mine.yaml: there is a file already')
  expect(await files.readText('mine.yaml')).toBe('precious')
})
