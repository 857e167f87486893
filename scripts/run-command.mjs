/** Runs the built command line for scripts that measure. */

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const program = join(import.meta.dirname, '..', 'dist', 'cli', 'main.js')

/** The JSON that a command prints; its progress goes to the terminal. Throws where it fails. */
export const runCommand = (...words) => {
  const { status, stdout } = spawnSync(process.execPath, [program, ...words, '--json'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Error(`tesserae ${words.join(' ')} ended with the status ${status}`)
  return JSON.parse(stdout)
}

/**
 * Trains into a folder, unless that is done; a run that was interrupted there goes on. Returns what the
 * command prints, undefined where there was nothing to do.
 */
export const trainOnce = (recipe, out, ...words) => {
  if (existsSync(join(out, 'model'))) return undefined
  const resumed = existsSync(join(out, 'checkpoints')) ? ['--resume'] : []
  return runCommand('train', recipe, '--out', out, ...words, ...resumed)
}
