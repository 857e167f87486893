/** What package.json offers to importers is there, and can be imported by the package's own name. */

import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const folder = new URL('../', import.meta.url)
const { name, exports, bin } = JSON.parse(
  readFileSync(new URL('package.json', folder), 'utf8'),
) as {
  name: string
  exports: Record<string, Record<string, string>>
  bin: Record<string, string>
}

test.each(Object.entries(exports))('the export %s has a file for each condition', (_, files) => {
  expect(Object.keys(files)).toEqual(expect.arrayContaining(['types', 'default']))
  const missing = Object.values(files).filter((path) => !existsSync(new URL(path, folder)))
  expect(missing).toEqual([])
})

test('all exports can be imported, and let the process end', async () => {
  const specifiers = Object.keys(exports).map((subpath) => subpath.replace('.', name))
  const code = `
    for (const specifier of ${JSON.stringify(specifiers)}) {
      if (Object.keys(await import(specifier)).length > 0) console.log(specifier)
    }`
  const words = ['--input-type=module', '--eval', code]
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: folder })
  expect(stdout.trim().split('\n')).toEqual(specifiers)
})

test('the command is an executable file of Node', () => {
  for (const path of Object.values(bin)) {
    expect(readFileSync(new URL(path, folder), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  }
})
