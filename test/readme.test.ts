/** The library examples of both READMEs run as they stand, by the package's own name. */

import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const folder = new URL('../', import.meta.url)

/** The JavaScript of a page, but for what needs a trained model. */
const examplesOf = (page: string): string[] =>
  Array.from(
    readFileSync(new URL(page, folder), 'utf8').matchAll(/```js\n([\s\S]*?)```/g),
    ([, code]) => code!,
  ).filter((code) => !code.includes('pretrained/'))

/** A project in which the package is installed. */
let project = ''
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'tesserae-readme-'))
  mkdirSync(join(project, 'node_modules'))
  symlinkSync(fileURLToPath(folder), join(project, 'node_modules', 'tesserae'), 'junction')
})
afterEach(() => rmSync(project, { recursive: true }))

/** What a program of the project prints. */
const run = async (code: string): Promise<string> => {
  const words = ['--input-type=module', '--eval', code]
  return (await promisify(execFile)(process.execPath, words, { cwd: project })).stdout
}

describe.each(['README.md', 'README.zh.md'])('%s', (page) => {
  test('has one example that trains a model from scratch, and learns what it says', async () => {
    const [code, ...others] = examplesOf(page)
    expect(others).toEqual([])
    const [first, second, bias] = (await run(code!)).trim().split(' ').map(Number)
    expect(first).toBeCloseTo(-1, 2)
    expect(second).toBeCloseTo(2, 2)
    expect(bias).toBeCloseTo(1, 2)
    expect(existsSync(join(project, 'line.safetensors'))).toBe(true)
  })
})
