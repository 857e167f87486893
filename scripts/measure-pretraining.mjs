/**
 * What pretraining is worth where labels are few: trains recipes/thucnews-few.yaml on 500 titles from
 * nothing and from a language model of the same titles without labels (recipes/thucnews-titles.yaml),
 * with three seeds that choose other titles, and prints the shares of the test titles that are sorted
 * right. TESSERAE_DATA has to name a folder of data sets.
 *
 *   npm run build && node scripts/measure-pretraining.mjs [--start MODEL] [SEED ...]
 *
 * Without --start the language model is trained first into runs/thucnews-titles, unless it is there,
 * which takes most of the time.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runCommand, trainOnce } from './run-command.mjs'

const { values, positionals } = parseArgs({
  options: { start: { type: 'string' } },
  allowPositionals: true,
})
const seeds = positionals.length > 0 ? positionals.map(Number) : [1, 2, 3]
const folder = await mkdtemp(join(tmpdir(), 'pretraining-'))

/** The share of test titles that a run of some name classifies right, and that of its linear baseline. */
const measure = (name, seed, changes) => {
  const out = join(folder, `${name}-${seed}`)
  const sets = [`seed=${seed}`, ...changes].flatMap((change) => ['--set', change])
  runCommand('train', 'thucnews-few', '--out', out, ...sets)
  const measures = runCommand('evaluate', join(out, 'model'))
  return [measures.model.accuracy, measures['linear n-grams'].accuracy]
}

const describe = (name, shares) => {
  const percents = shares.map((share) => 100 * share)
  const mean = percents.reduce((sum, one) => sum + one, 0) / percents.length
  const [low, high] = [Math.min(...percents), Math.max(...percents)]
  console.log(`| ${name} | ${mean.toFixed(1)} | ${low.toFixed(1)} to ${high.toFixed(1)} |`)
}

try {
  const pretrained = 'runs/thucnews-titles'
  if (values.start === undefined) trainOnce('thucnews-titles', pretrained)
  const start = values.start ?? join(pretrained, 'model')
  const found = { scratch: [], pretrained: [], linear: [] }
  for (const seed of seeds) {
    const [scratch, linear] = measure('scratch', seed, [])
    found.scratch.push(scratch)
    found.linear.push(linear)
    found.pretrained.push(measure('pretrained', seed, [`start=${start}`])[0])
  }
  console.log('| from | mean % | range |\n|---|---|---|')
  describe('nothing', found.scratch)
  describe('titles without labels', found.pretrained)
  describe('nothing, linear n-grams', found.linear)
} finally {
  await rm(folder, { recursive: true })
}
