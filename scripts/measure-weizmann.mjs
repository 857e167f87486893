/**
 * How well a model of clips learns actions of real people from few clips: each of nine people is left
 * out once, and all clips of that person are told by a model that was trained on the others. Prints
 * `weizmann.accuracy` as one JSON object: of the recipe, which starts from a trained model, beside
 * `scratch`, the same without a model to start from, and `motion`, the nearest clip by motion energy.
 *
 *   npm run build && node scripts/measure-weizmann.mjs [--start MODEL] [--set KEY=VALUE]... [--out DIR]
 *
 * Runs that are finished are kept in the folder (runs/weizmann), by what they were trained with, and
 * not trained again; one that was interrupted goes on.
 */

import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runCommand, trainOnce } from './run-command.mjs'

const recipe = readFileSync(join(import.meta.dirname, '..', 'recipes', 'weizmann.yaml'), 'utf8')
const start = /^start: (.*)$/m

const { values } = parseArgs({
  options: {
    start: { type: 'string', default: start.exec(recipe)[1] },
    set: { type: 'string', multiple: true, default: [] },
    out: { type: 'string', default: 'runs/weizmann' },
  },
})

/** The figures are those of `evaluate`: measurements on the way would only take time. */
const common = ['training.evaluateEvery=100000']

const people = ['s0', 's1', 's2', 's3', 's4', 's5', 's6', 's7', 's8']
const ways = {
  tuned: { text: recipe.replace(start, `start: ${values.start}`), changes: [] },
  // The same tokenizer and network, with random weights and words of its own. Steps that are right for
  // weights which know a lot are few and small for these: they get three times as many, at the rate
  // that is usual for a width of 256.
  scratch: {
    text: recipe.replace(start, `tokenizer: ${values.start}/image-tokenizer`),
    changes: ['training.steps=1200', 'training.learningRate=0.001'],
  },
}

/** Tells runs apart that were trained with other recipes, or from another model at the same place. */
const keyOf = (parts) => {
  const manifest = readFileSync(join(values.start, 'manifest.json'), 'utf8')
  return createHash('sha256')
    .update([manifest, ...parts].join('\n'))
    .digest('hex')
    .slice(0, 8)
}

mkdirSync(values.out, { recursive: true })
const right = { tuned: 0, scratch: 0, motion: 0 }
let clips = 0
for (const person of people) {
  for (const [name, { text, changes }] of Object.entries(ways)) {
    const all = [`data.split.heldOutNames=[${person}]`, ...common, ...changes, ...values.set]
    const run = join(values.out, `${name}-${person}-${keyOf([text, ...all])}`)
    const path = join(values.out, `${name}.yaml`)
    writeFileSync(path, text)
    trainOnce(path, run, ...all.flatMap((change) => ['--set', change]))
    const { classify, baseline } = runCommand('evaluate', join(run, 'model'))
    right[name] += Math.round(classify.whole.label * classify.whole.examples)
    if (name !== 'tuned') continue
    clips += classify.whole.examples
    right.motion += Math.round(baseline.whole.label * baseline.whole.examples)
  }
  console.error(`${person} left out: ${JSON.stringify(right)} of ${clips} clips`)
}
const { tuned, scratch, motion } = right
console.log(
  JSON.stringify({
    weizmann: { accuracy: tuned / clips, scratch: scratch / clips, motion: motion / clips, clips },
  }),
)
