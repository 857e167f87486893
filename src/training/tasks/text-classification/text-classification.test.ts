import { expect, test } from 'vitest'
import { expectOwnDropout, expectSameInParts } from '../../../../test/support/accumulation.js'
import { textClassificationSchema } from '../../../generation/text-classification/config.js'
import { createInlineRuntime } from '../../../platform/node/runtime.js'
import type { LabelledText } from '../../objectives/text-classification.js'
import { adamW } from '../../optimizers/index.js'
import { createTextClassificationTask } from './text-classification.js'

const runtime = createInlineRuntime({ threads: 1 })
const config = textClassificationSchema.parse({
  task: 'text-classification',
  network: { vocabularySize: 12, context: 8, width: 16, depth: 1, heads: 2 },
  tokens: { pad: 0, bos: 1 },
  labels: ['a', 'b'],
})

/** Which of two tokens comes more often is the label. */
const texts: readonly LabelledText[] = Array.from({ length: 24 }, (_, index) => ({
  ids: [1, ...Array.from({ length: 3 + (index % 3) }, (_, place) => 4 + ((index + place) % 2))],
  label: index % 2,
}))

const makeTask = (options: Partial<Parameters<typeof createTextClassificationTask>[0]> = {}) =>
  createTextClassificationTask({
    ...{ runtime, config, training: texts, validation: texts.slice(0, 6), seed: 1 },
    ...{ dropout: 0, tokenDropout: 0, smoothing: 0, labelWeights: [1, 3], score: 'loss' },
    ...{ optimizer: adamW(), clipNorm: 1, averageDecay: 0, batch: 2, accumulation: 1 },
    tuning: { tuning: { kind: 'all' } },
    ...options,
  })

test('teaches the same in one part and in two, which drop activations on their own', async () => {
  await expectSameInParts(makeTask)
  await expectOwnDropout(await makeTask({ accumulation: 2, dropout: 0.5 }))
})

test('drops other tokens each time a text is read', async () => {
  const task = await makeTask({ tokenDropout: 0.5, batch: 24 })
  const prepared = await Promise.all([1, 2].map((step) => task.prepare(step)))
  const [first, second] = prepared.map(({ updates }) => updates[0]!.batches[0]!.ids!.data.join())
  expect(first).not.toBe(second)
})
