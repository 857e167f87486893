/**
 * What it costs to learn two objectives in one model: trains recipes/shakespeare-nano.yaml to continue
 * texts, to fill gaps in them, and for both, with equal tokens, and prints one JSON object: what
 * each model finds on the held-out text, and how the models of both compare with the other two. They differ in
 * how many rows begin with a prefix with gaps: one of each SHARE (8 and 6).
 *
 *   npm run build && node scripts/measure-objectives.mjs [STEPS] [FOLDER] [SHARE ...]
 *
 * `nextLoss` is by which share of the causal model's loss that of the model of both is higher,
 * `fillAccuracy` by how much more of the gaps it fills than the masked model, both fractions of 1.
 * TESSERAE_DATA has to name a folder of data sets with tinyshakespeare in it. Models that are in the
 * folder (runs/objectives) already are measured and not trained again.
 */

import { join } from 'node:path'
import { runCommand, trainOnce } from './run-command.mjs'

const [stepsGiven = '2000', folder = 'runs/objectives', ...given] = process.argv.slice(2)
const steps = Number(stepsGiven)
const shares = given.length > 0 ? given.map(Number) : [8, 6]

const measure = (name, { nextToken, maskedSpans }) => {
  const out = join(folder, `${name}-${steps}`)
  const set = [`objective.nextToken=${nextToken}`, `objective.maskedSpans=${maskedSpans}`]
  const options = [`training.steps=${steps}`, ...set].flatMap((one) => ['--set', one])
  trainOnce('shakespeare-nano', out, ...options)
  return runCommand('evaluate', join(out, 'model'))
}

const nextToken = measure('next-token', { nextToken: 1, maskedSpans: 0 })
const maskedSpans = measure('masked-spans', { nextToken: 0, maskedSpans: 1 })

/** A model of both, and how it compares. */
const measureBoth = (share) => {
  const found = measure(`both-${share}`, { nextToken: share - 1, maskedSpans: 1 })
  return {
    ...found,
    nextLoss: found.next.loss / nextToken.next.loss - 1,
    fillAccuracy: found.fill.accuracy - maskedSpans.fill.accuracy,
  }
}

const both = Object.fromEntries(shares.map((share) => [`one of ${share}`, measureBoth(share)]))
console.log(JSON.stringify({ steps, nextToken, maskedSpans, both }, undefined, 2))
