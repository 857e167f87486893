import { expect, test } from 'vitest'
import { expectOwnDropout, expectSameInParts } from '../../../../test/support/accumulation.js'
import { createMemoryFiles } from '../../../../test/support/memory-files.js'
import { watchRuntime } from '../../../../test/support/watched-runtime.js'
import { encoderDecoder } from '../../../network/models/encoder-decoder.js'
import { createInlineRuntime } from '../../../platform/node/runtime.js'
import type { PairIds } from '../../objectives/text-pairs.js'
import { adamW } from '../../optimizers/index.js'
import { runTraining } from '../../run.js'
import { bucketsOf } from './pair-buckets.js'
import { createTextPairsTask } from './text-pairs.js'

const model = encoderDecoder({ vocabularySize: 9, width: 16, depth: 1, heads: 2, pad: 0 })

/** Pairs of all lengths up to 20, so that rows have several sizes. */
const pairs: readonly PairIds[] = Array.from({ length: 40 }, (_, index) => {
  const ids = Array.from({ length: 1 + (index % 20) }, (_, place) => 3 + ((index + place) % 6))
  return { source: ids, target: [...ids.toReversed(), 2] }
})

const makeTask = async (
  validation = pairs.slice(0, 12),
  options: Partial<Parameters<typeof createTextPairsTask>[0]> = {},
) => {
  const failures: { run?: number; program?: number } = {}
  const runtime = watchRuntime(createInlineRuntime({ threads: 1 }), failures)
  const task = await createTextPairsTask({
    runtime,
    model,
    begin: 1,
    training: pairs,
    validation,
    dropout: 0,
    smoothing: 0,
    tuning: { tuning: { kind: 'all' } },
    seed: 1,
    optimizer: adamW(),
    clipNorm: 1,
    averageDecay: 0.9,
    batch: 4,
    accumulation: 1,
    sample: async () => ({}),
    ...options,
  })
  return { task, runtime, failures }
}

test('steps of all lengths report the same measures', async () => {
  expect(bucketsOf(pairs).length).toBeGreaterThan(1)
  const { task } = await makeTask()
  const names = new Set<string>()
  const trained = new Set<string>()
  const never = { steps: 1_000_000 }
  await runTraining({
    files: createMemoryFiles(),
    folder: 'run',
    task: {
      ...task,
      prepare: async (step) => {
        const prepared = await task.prepare(step)
        for (const update of prepared.updates) trained.add(update.task)
        return prepared
      },
    },
    dataKey: 'same',
    schedule: {
      ...{ steps: 10, learningRate: () => 0.01, keep: 1 },
      ...{ evaluateEvery: never, sampleEvery: never, checkpointEvery: never },
    },
    reporter: {
      step: async ({ measures }) => {
        for (const name of Object.keys(measures)) names.add(name)
      },
      evaluation: async () => {},
      sample: async () => {},
      checkpoint: async () => {},
      notice: async () => {},
    },
  })
  expect(trained.size).toBeGreaterThan(1)
  expect([...names].sort()).toEqual(['accuracy', 'gradientNorm', 'loss'])
  expect(task.trainer.tasks).toEqual(['write'])
})

test.each(['program', 'run'] as const)(
  'a measurement whose %s fails leaves nothing open',
  async (what) => {
    const { task, runtime, failures } = await makeTask()
    const before = runtime.open()
    await task.evaluate(1)
    expect(runtime.open()).toEqual(before)
    failures[what] = 1
    await expect(task.evaluate(1)).rejects.toThrow(`the ${what} fails on purpose`)
    expect(runtime.open()).toEqual(before)
  },
)

test('of many pairs to measure on, those are taken that are spread over all', async () => {
  const many = (pair: PairIds) => Array.from({ length: 512 }, () => pair)
  const [short, long] = [many(pairs[0]!), many(pairs[4]!)]
  const lossOf = async (validation: PairIds[]) =>
    (await (await makeTask(validation)).task.evaluate(1)).measures['heldOut.loss']!
  const whole = await lossOf([...short, ...long])
  expect(await lossOf([...long, ...short])).toBeCloseTo(whole, 5)
  expect(await lossOf(short)).not.toBeCloseTo(whole, 2)
})

test('teaches the same in one part and in two, which drop activations on their own', async () => {
  await expectSameInParts(async (parts) => (await makeTask(undefined, parts)).task)
  const { task } = await makeTask(undefined, { batch: 2, accumulation: 2, dropout: 0.5 })
  await expectOwnDropout(task)
})
