/**
 * Trains three models by recipes/shakespeare-nano.yaml, one to continue texts, one to fill gaps in
 * them and one for both, and prints what each finds on the held-out text. The third has twice the
 * steps, as each of them is for one of the two: it sees each kind of token as often as its siblings.
 * TESSERAE_DATA has to name a folder of data sets with tinyshakespeare in it.
 *
 *   npm run build && node scripts/measure-objectives.mjs [STEPS] [FOLDER]
 *
 * Models that are in the folder already are measured and not trained again.
 */

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const program = join(import.meta.dirname, '..', 'dist', 'cli', 'main.js')
const steps = Number(process.argv[2] ?? 2000)
const folder = process.argv[3] ?? 'runs/objectives'
const runs = {
  'next token': { steps, nextToken: 1, maskedSpans: 0 },
  'masked spans': { steps, nextToken: 0, maskedSpans: 1 },
  both: { steps: 2 * steps, nextToken: 1, maskedSpans: 1 },
}

const run = (...words) => {
  const { status, stdout } = spawnSync(process.execPath, [program, ...words, '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) process.exit(status ?? 1)
  return JSON.parse(stdout)
}

const found = {}
for (const [name, { steps, nextToken, maskedSpans }] of Object.entries(runs)) {
  const out = join(folder, name.replace(' ', '-'))
  if (!existsSync(join(out, 'model'))) {
    const set = [`objective.nextToken=${nextToken}`, `objective.maskedSpans=${maskedSpans}`]
    const options = [`training.steps=${steps}`, ...set].flatMap((one) => ['--set', one])
    run('train', 'shakespeare-nano', ...options, '--out', out)
  }
  found[name] = run('evaluate', join(out, 'model'))
}

const percent = (share) => `${(100 * share).toFixed(2)} %`
for (const [name, { next, fill }] of Object.entries(found)) {
  const continues = next && `next token ${next.loss.toFixed(4)} nats`
  const fills = fill && `gaps ${percent(fill.accuracy)} right, ${fill.loss.toFixed(4)} nats`
  console.log(`${name}: ${[continues, fills].filter(Boolean).join('; ')}`)
}
const { next, fill } = found.both
const loss = next.loss / found['next token'].next.loss - 1
const accuracy = fill.accuracy - found['masked spans'].fill.accuracy
console.log(`both less next token: ${percent(loss)} of its loss`)
console.log(`both less masked spans: ${(100 * accuracy).toFixed(2)} points of its accuracy`)
