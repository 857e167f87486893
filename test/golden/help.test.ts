/** Every file of test/golden/help is the help page of the command that it is named after. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commands, groups } from '../../src/cli/commands/index.js'
import { createFakeCommandLine } from '../support/fake-command-line.js'

const folder = new URL('help/', import.meta.url)

const names = ['', ...Object.keys(groups), ...commands.map(({ name }) => name)]

const fileOf = (name: string): string =>
  `${['tesserae', ...name.split(' ')].filter(Boolean).join('-')}.txt`

test.each(names)('the help page of "%s" is the expected one', async (name) => {
  const { exitCode, stdout, stderr } = await createFakeCommandLine().run(
    ...name.split(' ').filter(Boolean),
    '--help',
  )
  expect(exitCode).toBe(0)
  expect(stderr).toBe('')
  const expected = new URL(fileOf(name), folder)
  // With TESSERAE_WRITE_GOLDEN=1 the expectations are written anew, to be read before committing.
  if (process.env.TESSERAE_WRITE_GOLDEN === '1') writeFileSync(expected, stdout)
  expect(stdout).toBe(readFileSync(expected, 'utf8'))
})

test('there is no page of a command that is no more', () => {
  expect(readdirSync(folder).sort()).toEqual(names.map(fileOf).sort())
})

test('pages fit the width of a terminal', async () => {
  for (const name of names) {
    const { stdout } = await createFakeCommandLine().run(...name.split(' ').filter(Boolean), '-h')
    const [page = ''] = stdout.split('\nExamples:')
    expect(Math.max(...page.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  }
})
