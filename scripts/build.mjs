/**
 * Compiles `src` to `dist`, which then holds nothing of an earlier build.
 *
 * Usage: node scripts/build.mjs [--if-changed]   with the flag, only when a source is newer
 */

import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'

const stamp = 'dist/.built'
const sources = ['package.json', 'tsconfig.json', 'tsconfig.build.json']

const newest = () => {
  const files = readdirSync('src', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
  return Math.max(...[...sources, ...files].map((path) => statSync(path).mtimeMs))
}

const isFresh = () => existsSync(stamp) && statSync(stamp).mtimeMs >= newest()

if (!process.argv.includes('--if-changed') || !isFresh()) {
  rmSync('dist', { recursive: true, force: true })
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
    { stdio: ['ignore', process.stderr, process.stderr] },
  )
  if (status !== 0) process.exit(status ?? 1)
  // npm makes a package's command executable only when it links it, which it does once.
  chmodSync('dist/cli/main.js', 0o755)
  writeFileSync(stamp, '')
}
