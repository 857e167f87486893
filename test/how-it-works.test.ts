/** The page that explains a training step shows what its example prints. */

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const stagesOf = (output: string) =>
  Object.fromEntries(
    output
      .split(/^--- /m)
      .slice(1)
      .map((stage) => [stage[0]!, stage.slice(stage.indexOf('\n') + 1).trim()]),
  )

const shownIn = (page: string) =>
  Object.fromEntries(
    Array.from(page.matchAll(/<!-- stage (\d) -->\n```text\n([\s\S]*?)\n```/g), (match) => [
      match[1]!,
      match[2]!.trim(),
    ]),
  )

test('docs/how-it-works.md shows what its example prints', async () => {
  const example = 'examples/one-training-step/main.mjs'
  const { stdout } = await promisify(execFile)(process.execPath, [example])
  const shown = shownIn(readFileSync('docs/how-it-works.md', 'utf8'))
  expect(Object.keys(shown)).toEqual(['1', '2', '3', '4', '5'])
  expect(shown).toEqual(stagesOf(stdout))
})
