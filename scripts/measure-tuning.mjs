/**
 * How long a step of a classifier takes when its head alone is trained, beside one that trains all:
 * frozen parameters should cost no gradient time. Steps take turns, so that whatever else the
 * machine does slows both alike; the median counts.
 *
 *   npm run build && node scripts/measure-tuning.mjs
 *
 * The library is read from dist/, or from the folder that TESSERAE_DIST names.
 */

import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { median } from './median.mjs'

const dist = resolve(process.env.TESSERAE_DIST ?? 'dist')
const load = (path) => import(pathToFileURL(join(dist, path)).href)
const { createInlineRuntime } = await load('platform/node/runtime.js')
const { createRandom } = await load('engine/tensor/random.js')
const { textClassificationSchema } = await load('generation/text-classification/config.js')
const { adamW } = await load('training/optimizers/index.js')
const { createTextClassificationTask } = await load(
  'training/tasks/text-classification/text-classification.js',
)

const rounds = 15
const time = 64
const runtime = createInlineRuntime({ threads: 1 })
const config = textClassificationSchema.parse({
  task: 'text-classification',
  network: { vocabularySize: 4000, context: time, width: 128, depth: 4, heads: 4 },
  tokens: { pad: 0 },
  labels: ['a', 'b', 'c', 'd'],
})
const random = createRandom(1, 'texts')
const texts = Array.from({ length: 256 }, (_, index) => ({
  ids: Array.from({ length: time }, () => 1 + random.integer(3999)),
  label: index % 4,
}))
const createTask = (tuning) =>
  createTextClassificationTask({
    runtime,
    config,
    training: texts,
    validation: texts.slice(0, 16),
    dropout: 0,
    tokenDropout: 0,
    smoothing: 0,
    labelWeights: [1, 1, 1, 1],
    score: 'loss',
    tuning: { tuning },
    seed: 1,
    optimizer: adamW(),
    clipNorm: 1,
    averageDecay: 0.99,
    batch: 32,
    accumulation: 1,
  })

const tasks = { all: await createTask({ kind: 'all' }), head: await createTask({ kind: 'head' }) }
const seconds = { all: [], head: [] }
for (let step = 1; step <= rounds + 2; step++) {
  for (const [name, task] of Object.entries(tasks)) {
    const [update] = (await task.prepare(step)).updates
    const start = performance.now()
    await task.trainer.step({ ...update, step, learningRate: 0.001 })
    // The first steps also pay for memory that later ones reuse.
    if (step > 2) seconds[name].push((performance.now() - start) / 1000)
  }
}
const [all, head] = [median(seconds.all), median(seconds.head)]
console.log(`all ${(1000 * all).toFixed(1)} ms, head ${(1000 * head).toFixed(1)} ms a step`)
console.log(`the head alone takes ${(head / all).toFixed(2)} of the time`)
for (const { trainer } of Object.values(tasks)) await trainer.close()
await runtime.close()
