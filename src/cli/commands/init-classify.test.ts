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

test('a folder is answered with a table in it', async () => {
  const { run, files } = createFakeCommandLine()
  await files.write('texts/about.md', 'no table')
  await files.write('texts/mine.tsv', table)
  await files.write('empty/about.md', 'no table')
  const stderrOf = async (folder: string) => (await run('init', 'classify', folder)).stderr
  expect(await stderrOf('texts')).toBe(
    'texts: expected a table, found a folder; name a file in it, such as texts/mine.tsv\n',
  )
  expect(await stderrOf('empty')).toBe(
    'empty: expected a table, found a folder; there is none in it\n',
  )
})
