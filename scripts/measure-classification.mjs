/**
 * Trains the recipes that classify texts or rows of numbers, measures them on their test rows, and prints
 * one table: how many of them the model classifies right, how many the linear classifier of the same run
 * does, the middle 95 % of the difference, and the minutes of training. TESSERAE_DATA has to name a
 * folder of data sets.
 *
 *   npm run build && node scripts/measure-classification.mjs [--keep FOLDER] [RECIPE ...]
 *
 * By default the recipes are those below. Runs stay in the folder after "--keep", and those that are there
 * already are measured and not trained again. The model that a recipe starts from is trained first where
 * it is missing, which for thucnews takes an hour. Of iris, whose held-out flowers are few,
 * scripts/measure-iris.mjs tells more.
 */

import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runCommand, trainOnce } from './run-command.mjs'

const { values, positionals } = parseArgs({
  options: { keep: { type: 'string' } },
  allowPositionals: true,
})
const recipes =
  positionals.length > 0 ? positionals : ['iris', 'sst2', 'csl', 'ag-news', 'thucnews']
const folder = values.keep ?? (await mkdtemp(join(tmpdir(), 'classification-')))
const percent = (share) => (100 * share).toFixed(2)

/** Trains the model that a recipe starts from, if it is another recipe's and is not there yet. */
const trainStart = (recipe) => {
  const text = readFileSync(join(import.meta.dirname, '..', 'recipes', `${recipe}.yaml`), 'utf8')
  const [, run, name] = /^start: (runs\/(.*))\/model$/m.exec(text) ?? []
  if (run !== undefined) trainOnce(name, run)
}

console.log('| recipe | rows | model % | linear % | difference, 95 % | minutes |')
console.log('|---|---|---|---|---|---|')
try {
  for (const recipe of recipes) {
    trainStart(recipe)
    const out = join(folder, recipe)
    const seconds = trainOnce(recipe, out)?.seconds
    const measures = runCommand('evaluate', join(out, 'model'), '--out', join(out, 'report'))
    const [name] = Object.keys(measures).filter((key) => key.startsWith('linear '))
    const { difference, low, high } = measures[`model less ${name}`]
    const cells = [
      recipe,
      measures.model.rows,
      percent(measures.model.accuracy),
      percent(measures[name].accuracy),
      `${percent(difference)} (${percent(low)} to ${percent(high)})`,
      seconds === undefined ? '' : (seconds / 60).toFixed(1),
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
} finally {
  if (values.keep === undefined) await rm(folder, { recursive: true })
}
