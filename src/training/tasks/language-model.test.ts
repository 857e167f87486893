import { expect, test } from 'vitest'
import { expectOwnDropout, expectSameInParts } from '../../../test/support/accumulation.js'
import { tinyTextModel } from '../../../test/support/tiny-text-model.js'
import { watchRuntime } from '../../../test/support/watched-runtime.js'
import { numbersOf } from '../../engine/tensor/tensor.js'
import { DataError } from '../../errors.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { adamW } from '../optimizers/index.js'
import { createLanguageTask } from './language-model.js'
import type { RowSource } from './row-source.js'

const rows: RowSource = {
  count: 6,
  read: async ({ index }) => ({ ids: [1, 4 + index, 5 + index, 6, 7, 2] }),
}

const makeTask = async (
  validation: RowSource,
  options: Partial<Parameters<typeof createLanguageTask>[0]> = {},
) => {
  const failures: { run?: number } = {}
  const runtime = watchRuntime(createInlineRuntime({ threads: 1 }), failures)
  const { config, text, model } = await tinyTextModel(runtime)
  await model.close()
  const task = await createLanguageTask({
    runtime,
    config,
    text,
    training: rows,
    validation,
    time: 5,
    hasDocuments: false,
    dropout: 0,
    objectives: { nextToken: 1, maskedSpans: 1 },
    masking: { share: 0.3, span: 2 },
    seed: 1,
    optimizer: adamW(),
    clipNorm: 1,
    averageDecay: 0,
    batch: 2,
    accumulation: 1,
    sample: async () => ({}),
    ...options,
  })
  return { task, runtime, failures }
}

test('is measured in each way in which it learns', async () => {
  const { task, runtime } = await makeTask(rows)
  const before = runtime.open()
  const { measures, score } = await task.evaluate(1)
  expect(Object.keys(measures)).toEqual([
    'next.loss',
    'next.accuracy',
    'next.bitsPerByte',
    'fill.loss',
    'fill.accuracy',
  ])
  expect(score).toBe(measures['next.loss'])
  expect(score).toBeCloseTo(Math.log(16), 0)
  expect(runtime.open()).toEqual(before)
})

test('learns both ways in one step, some rows with a prefix', async () => {
  const { task } = await makeTask(rows)
  expect(task.trainer.tasks).toHaveLength(1)
  const steps = await Promise.all(Array.from({ length: 30 }, (_, step) => task.prepare(step + 1)))
  const batches = steps.flatMap(({ updates }) => updates.flatMap(({ batches }) => batches))
  const starts = batches.flatMap(({ prefixes }) => [0, 5].map((row) => numbersOf(prefixes!)[row]!))
  const share = starts.reduce((a, b) => a + b) / starts.length
  expect(share).toBeGreaterThan(0.3)
  expect(share).toBeLessThan(0.7)
})

test('a measurement leaves nothing open where a row cannot be read', async () => {
  const { task, runtime } = await makeTask({
    ...rows,
    read: async () => {
      throw new DataError('row 3 is damaged')
    },
  })
  const before = runtime.open()
  await expect(task.evaluate(1)).rejects.toThrow('row 3 is damaged')
  expect(runtime.open()).toEqual(before)
})

test('a measurement leaves nothing open where a run fails', async () => {
  const { task, runtime, failures } = await makeTask(rows)
  const before = runtime.open()
  failures.run = 1
  await expect(task.evaluate(1)).rejects.toThrow('the run fails on purpose')
  expect(runtime.open()).toEqual(before)
})

test('teaches the same in one part and in two, which drop and hide on their own', async () => {
  const objectives = { nextToken: 1, maskedSpans: 0 }
  await expectSameInParts(async (parts) => (await makeTask(rows, { objectives, ...parts })).task)
  const { task } = await makeTask(
    // All rows alike, so that parts differ by chance alone.
    { ...rows, read: () => rows.read({ index: 0, epoch: 0 }) },
    { objectives: { nextToken: 0, maskedSpans: 1 }, accumulation: 2, dropout: 0.5 },
  )
  await expectOwnDropout(task)
  const prepared = await Promise.all([1, 2, 3].map((step) => task.prepare(step)))
  const hidden = prepared.flatMap(({ updates }) =>
    updates.flatMap(({ batches }) => batches.map((feeds) => numbersOf(feeds.rows!).join())),
  )
  expect(new Set(hidden).size).toBeGreaterThan(3)
})
