/**
 * What it costs to learn two objectives in one model: trains recipes/shakespeare-nano.yaml to continue
 * texts, to fill gaps in them, and for both, and prints one JSON object: what each model finds on the
 * held-out text, and two comparisons. Each step of a model of both is for one of the two, so after
 * as many steps as its siblings (`equalTokens`: as many tokens in all) it has learned half as many of
 * each kind; after twice as many (`equalTokensOfEach`) as many of each kind as they have.
 *
 *   npm run build && node scripts/measure-objectives.mjs [STEPS] [FOLDER]
 *
 * `nextLoss` is by which share of the causal model's loss that of the model of both is higher,
 * `fillAccuracy` by how much more of the gaps it fills than the masked model, both fractions of 1.
 * TESSERAE_DATA has to name a folder of data sets with tinyshakespeare in it. Models that are in the
 * folder (runs/objectives) already are measured and not trained again.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from './run-command.mjs'

const steps = Number(process.argv[2] ?? 2000)
const folder = process.argv[3] ?? 'runs/objectives'

const measure = (name, { steps, nextToken, maskedSpans }) => {
  const out = join(folder, `${name}-${steps}`)
  if (!existsSync(join(out, 'model'))) {
    const set = [`objective.nextToken=${nextToken}`, `objective.maskedSpans=${maskedSpans}`]
    const options = [`training.steps=${steps}`, ...set].flatMap((one) => ['--set', one])
    runCommand('train', 'shakespeare-nano', ...options, '--out', out)
  }
  return { steps, ...runCommand('evaluate', join(out, 'model')) }
}

const nextToken = measure('next-token', { steps, nextToken: 1, maskedSpans: 0 })
const maskedSpans = measure('masked-spans', { steps, nextToken: 0, maskedSpans: 1 })
const both = measure('both', { steps, nextToken: 1, maskedSpans: 1 })
const bothTwiceAsLong = measure('both', { steps: 2 * steps, nextToken: 1, maskedSpans: 1 })

const compare = ({ next, fill }) => ({
  nextLoss: next.loss / nextToken.next.loss - 1,
  fillAccuracy: fill.accuracy - maskedSpans.fill.accuracy,
})
const models = { nextToken, maskedSpans, both, bothTwiceAsLong }
const comparisons = { equalTokens: compare(both), equalTokensOfEach: compare(bothTwiceAsLong) }
console.log(JSON.stringify({ models, ...comparisons }, undefined, 2))
