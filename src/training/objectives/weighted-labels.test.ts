import { describe, expect, test } from 'vitest'
import { compute } from '../../../test/support/compute.js'
import { randomRows } from '../../../test/support/rows.js'
import { input } from '../../engine/graph/graph.js'
import { numbersOf } from '../../engine/tensor/tensor.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import type { Feeds } from '../trainer.js'
import { balanceParts, weightedFeeds, weightedLoss } from './weighted-labels.js'

const runtime = createInlineRuntime({ threads: 1 })
const scores = randomRows([3, 4])

const lossOf = async (feeds: Feeds): Promise<Record<string, number>> => {
  const { loss, metrics } = weightedLoss(input('scores', scores))
  const found = await compute(runtime, { loss, ...metrics }, { ...feeds, scores })
  return Object.fromEntries(Object.entries(found).map(([name, t]) => [name, numbersOf(t)[0]!]))
}

describe('the parts of a batch', () => {
  test('weigh each label as much as in one batch', async () => {
    const labels = [1, 3, 0]
    const parts = [weightedFeeds(labels, [1, 1, 1]), weightedFeeds(labels, [1, 0, 0])]
    const [first, second] = await Promise.all(balanceParts(parts).map(lossOf))
    const alone = await Promise.all(parts.map(lossOf))
    expect((first!.loss! + second!.loss!) / 2).toBeCloseTo(
      (3 * alone[0]!.loss! + 1 * alone[1]!.loss!) / 4,
      5,
    )
  })

  test('in which nothing counts have the loss 0', async () => {
    const nothing = weightedFeeds([1, 3, 0], [0, 0, 0])
    for (const part of balanceParts([nothing, nothing])) {
      expect(await lossOf(part)).toEqual({ loss: 0, accuracy: 0 })
    }
  })
})
