/**
 * Trains recipes/iris.yaml with ten seeds, each of which holds out other flowers, and prints the
 * accuracies on those, beside those of the linear classifier alone. The last epoch counts, not the best
 * one. TESSERAE_DATA has to name a folder of data sets with iris in it. Thirty flowers are few, so other
 * seeds and more of them tell more.
 *
 *   npm run build && node scripts/measure-iris.mjs [FIRST SEED] [HOW MANY]
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from './run-command.mjs'

const folder = await mkdtemp(join(tmpdir(), 'iris-'))
const [first = 0, count = 10] = process.argv.slice(2).map(Number)
const start = performance.now()
const found = { model: [], linear: [] }
const percent = (share) => `${(100 * share).toFixed(1)} %`
try {
  for (let seed = first; seed < first + count; seed++) {
    const out = join(folder, String(seed))
    runCommand('train', 'iris', '--set', `seed=${seed}`, '--out', out)
    const measures = runCommand('evaluate', join(out, 'model'))
    found.model.push(measures.model.accuracy)
    found.linear.push(measures['linear numbers'].accuracy)
    console.log(
      `seed ${seed}: ${percent(found.model.at(-1))}, linear numbers ${percent(found.linear.at(-1))}`,
    )
  }
} finally {
  await rm(folder, { recursive: true })
}
const mean = (shares) => shares.reduce((sum, one) => sum + one, 0) / shares.length
const seconds = (performance.now() - start) / 1000
console.log(
  `mean ${percent(mean(found.model))}, linear numbers ${percent(mean(found.linear))}, ${seconds.toFixed(0)} s for all`,
)
