/** Every command line in the READMEs and guides is one that the command line understands. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commands, groups } from '../src/cli/commands/index.js'
import { parseCommandLine } from '../src/cli/parsing/parse-command-line.js'

const folder = new URL('../', import.meta.url)

/** The log tells of commands as they were. */
const pages = [
  'README.md',
  'README.zh.md',
  ...readdirSync(new URL('docs/', folder))
    .filter((name) => name.endsWith('.md') && name !== 'log.md')
    .map((name) => `docs/${name}`),
]

/** Lines of code blocks, and whole commands in sentences; what follows a wide gap or a # explains. */
const commandsOf = (page: string): string[] => {
  const text = readFileSync(new URL(page, folder), 'utf8')
  const lines = text.match(/^ {4}(?:npx )?tesserae .*$/gm) ?? []
  const inline = text.match(/`npx tesserae [^`]+`/g) ?? []
  return [...lines, ...inline].map((code) =>
    code
      .replaceAll('`', '')
      .trim()
      .replace(/^(npx )?tesserae /, '')
      .replace(/( {3,}| +#).*$/, ''),
  )
}

const wordsOf = (line: string): string[] =>
  Array.from(line.matchAll(/"([^"]*)"|(\S+)/g), ([, quoted, plain]) => quoted ?? plain!)

test.each(pages.flatMap((page) => commandsOf(page).map((line) => [page, line] as const)))(
  '%s: tesserae %s',
  (_, line) => {
    const shape = { commands, groups, version: '1', columns: 100 }
    const parsed = parseCommandLine(wordsOf(line), shape)
    if (typeof parsed === 'string') return
    const { recipe } = parsed.input as { recipe?: string }
    if (recipe === undefined || /[./A-Z]/.test(recipe)) return
    expect(existsSync(new URL(`recipes/${recipe}.yaml`, folder))).toBe(true)
  },
)

test('the pages have commands', () => {
  for (const page of ['README.md', 'README.zh.md', 'docs/clips.md']) {
    expect(commandsOf(page).length).toBeGreaterThan(5)
  }
})
