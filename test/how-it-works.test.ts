/** The page that explains a training step shows what its example prints. */

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const stagesOf = (output: string) =>
  Object.fromEntries(
    output
      .split(/^--- /m)
      .slice(1)
      .map((stage) => [stage[0]!, stage.slice(stage.indexOf('\n') + 1).trim()]),
  )

const root = new URL('../', import.meta.url)

const shownIn = (page: string) =>
  Object.fromEntries(
    Array.from(page.matchAll(/<!-- stage (\d) -->\n```text\n([\s\S]*?)\n```/g), (match) => [
      match[1]!,
      match[2]!.trim(),
    ]),
  )

test('docs/how-it-works.md shows what its example prints', async () => {
  const example = new URL('examples/one-training-step/main.mjs', root)
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(example)])
  const shown = shownIn(readFileSync(new URL('docs/how-it-works.md', root), 'utf8'))
  expect(Object.keys(shown)).toEqual(['1', '2', '3', '4', '5'])
  expect(shown).toEqual(stagesOf(stdout))
})
