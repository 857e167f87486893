/**
 * The steps of `bench -- train` beside those of the same network in PyTorch, in turn, so that
 * whatever else the machine does slows both alike. Prints JSON: for each size the median step of
 * both in milliseconds, and how often ours goes into PyTorch's (`timesAsFast`), with the range of
 * that over the rounds.
 *
 *   node scripts/measure-beside-pytorch.mjs [ROUNDS]
 *
 * PYTHON names a command that runs a Python with torch 2.4 or newer; python3 if not set. How fast
 * PyTorch is hangs on the library that multiplies its matrices, which a distribution may choose.
 */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { median } from './median.mjs'

const root = join(import.meta.dirname, '..')
const steps = { nano: 60, large: 8 }
const rounds = Number(process.argv[2] ?? 3)
/** Of both: with one for each core the larger machines would compare how well either shares them out. */
const threads = '2'
const [python, ...pythonArguments] = (process.env.PYTHON ?? 'python3').split(' ')
const peer = readFileSync(join(root, 'bench/pytorch-gpt.py'), 'utf8')

/** The JSON that a program prints. Throws where it fails. */
const run = (program, words, input = '') => {
  const { error, status, stdout } = spawnSync(program, words, {
    encoding: 'utf8',
    input,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with the status ${status}`)
  return JSON.parse(stdout)
}

const results = {}
for (const [size, count] of Object.entries(steps)) {
  const turns = []
  for (let round = 0; round < rounds; round++) {
    const theirs = run(python, [...pythonArguments, '-', size, String(count), threads], peer)
    const words = [
      'train',
      '--size',
      size,
      '--steps',
      String(count),
      '--threads',
      threads,
      '--json',
    ]
    const ours = run('npm', ['run', '--silent', '--prefix', root, 'bench', '--', ...words])
    turns.push({ theirs, ours })
  }
  const milliseconds = (whose) => median(turns.map((turn) => turn[whose].millisecondsPerStep))
  const times = turns
    .map(({ theirs, ours }) => theirs.millisecondsPerStep / ours.millisecondsPerStep)
    .toSorted((a, b) => a - b)
  results[size] = {
    pytorch: turns[0].theirs.version,
    pytorchMilliseconds: milliseconds('theirs'),
    milliseconds: milliseconds('ours'),
    timesAsFast: median(times),
    range: [times[0], times.at(-1)],
    pytorchPeakMemoryBytes: median(turns.map(({ theirs }) => theirs.peakMemoryBytes)),
    peakMemoryBytes: median(turns.map(({ ours }) => ours.peakMemoryBytes)),
    ratioToMatrixProduct: median(turns.map(({ ours }) => ours.ratio)),
  }
}
console.log(JSON.stringify(results))
