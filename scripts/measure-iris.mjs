/**
 * Trains recipes/iris.yaml with ten seeds, each of which holds out other flowers, and prints the
 * accuracies on those. The last epoch counts, not the best one. TESSERAE_DATA has to name a folder
 * of data sets with iris in it. Thirty flowers are few, so other seeds and more of them tell more.
 *
 *   npm run build && node scripts/measure-iris.mjs [FIRST SEED] [HOW MANY]
 */

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from './run-command.mjs'

const folder = await mkdtemp(join(tmpdir(), 'iris-'))
const [first = 0, count = 10] = process.argv.slice(2).map(Number)
const start = performance.now()
const accuracies = []
try {
  for (let seed = first; seed < first + count; seed++) {
    const out = join(folder, String(seed))
    const { measures } = runCommand('train', 'iris', '--set', `seed=${seed}`, '--out', out)
    accuracies.push(measures['heldOut.accuracy'])
    const epochs = (await readFile(join(out, 'metrics.jsonl'), 'utf8')).trim().split('\n').length
    console.log(
      `seed ${seed}: ${(100 * accuracies.at(-1)).toFixed(1)} % (${epochs} lines of metrics)`,
    )
  }
} finally {
  await rm(folder, { recursive: true })
}
const mean = accuracies.reduce((sum, one) => sum + one, 0) / accuracies.length
const seconds = (performance.now() - start) / 1000
console.log(`mean ${(100 * mean).toFixed(2)} %, ${seconds.toFixed(0)} s for all`)
