/**
 * How well a model of clips learns actions of real people from few clips: each of nine people is left
 * out once, and all clips of that person are told by a model that was trained on the others. Prints
 * `weizmann.accuracy` as one JSON object: of the recipe, which starts from a trained model, beside
 * `scratch`, the same without a model to start from, and `motion`, the nearest clip by motion energy.
 *
 *   npm run build && node scripts/measure-weizmann.mjs [--set KEY=VALUE]... [--out runs/weizmann]
 *
 * Runs that are finished are kept in the folder and not trained again.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    set: { type: 'string', multiple: true, default: [] },
    out: { type: 'string', default: 'runs/weizmann' },
  },
})

const people = ['s0', 's1', 's2', 's3', 's4', 's5', 's6', 's7', 's8']
const recipe = readFileSync('recipes/weizmann.yaml', 'utf8')
const start = /^start: (.*)$/m
const recipes = {
  tuned: recipe,
  // The same tokenizer and network, with random weights and words of its own.
  scratch: recipe.replace(start, 'tokenizer: $1/image-tokenizer'),
}

const tesserae = (...words) =>
  execFileSync(process.execPath, ['dist/cli/main.js', ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })

mkdirSync(values.out, { recursive: true })
const right = { tuned: 0, scratch: 0, motion: 0 }
let clips = 0
for (const person of people) {
  for (const [name, text] of Object.entries(recipes)) {
    const run = `${values.out}/${name}-${person}`
    const path = `${values.out}/${name}.yaml`
    writeFileSync(path, text)
    if (!existsSync(`${run}/model`)) {
      const changes = [`data.split.heldOutNames=[${person}]`, ...values.set]
      const sets = changes.flatMap((change) => ['--set', change])
      tesserae('train', path, '--out', run, ...sets)
    }
    const { caption, baseline } = JSON.parse(tesserae('evaluate', `${run}/model`, '--json'))
    right[name] += Math.round(caption.whole.label * caption.whole.examples)
    if (name !== 'tuned') continue
    clips += caption.whole.examples
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
