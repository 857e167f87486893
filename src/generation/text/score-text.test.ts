import { afterAll, expect, test } from 'vitest'
import { compute, randomParameters } from '../../../test/support/compute.js'
import { expectClose } from '../../../test/support/expect-close.js'
import { rowsOf } from '../../../test/support/rows.js'
import { input } from '../../engine/graph/graph.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import { parameterInputs } from '../../network/parameters.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { languageModelOf, languageSchema } from './config.js'
import { createTextScorer } from './score-text.js'

const runtime = createInlineRuntime({ threads: 1 })
const config = languageSchema.parse({
  task: 'language-model',
  network: { vocabularySize: 12, context: 8, width: 16, depth: 1, heads: 2 },
  tokens: { pad: 0 },
})
const model = languageModelOf(config)
const tensors = randomParameters(model.parameters)

/** The log-probability of the ids from a place on, one after another, without padding. */
const naiveScore = async (ids: readonly number[], from: number): Promise<number> => {
  const read = ids.slice(0, -1)
  const { values } = parameterInputs(model.parameters)
  const value = input('ids', { dtype: 'int32', shape: [read.length] })
  const scores = model.score(values, model.read(values, { ids: value }, { batch: 1 }))
  const found = await compute(runtime, { scores }, { ...tensors, ids: tensorOf('int32', read) })
  return rowsOf(found.scores!).reduce((sum, row, place) => {
    const total = row.reduce((all, score) => all + Math.exp(score), 0)
    return place + 1 < from ? sum : sum + row[ids[place + 1]!]! - Math.log(total)
  }, 0)
}

const scorer = await createTextScorer({ runtime, config, tensors })
afterAll(() => scorer.close())

test('texts score as the product of their tokens’ probabilities, whatever stands beside them', async () => {
  const rows = [
    { ids: [1, 5, 7, 2], from: 2 },
    { ids: [3, 4], from: 1 },
    ...Array.from({ length: 9 }, (_, index) => ({ ids: [2, 1 + index, 6, 9, 4, 8], from: 3 })),
  ]
  const expected = await Promise.all(rows.map(({ ids, from }) => naiveScore(ids, from)))
  expectClose(await scorer.score(rows), expected, { absolute: 1e-4 })
})

test('a first token follows nothing and does not count', async () => {
  const [from0, from1] = await scorer.score([
    { ids: [1, 5, 7], from: 0 },
    { ids: [1, 5, 7], from: 1 },
  ])
  expect(from0).toBe(from1)
})

test('of what is longer than the context the beginning is left out', async () => {
  const ids = [9, 8, 7, 1, 2, 3, 4, 5, 6, 7, 8, 9]
  const [score] = await scorer.score([{ ids, from: 10 }])
  expectClose([score!], [await naiveScore(ids.slice(3), 7)], { absolute: 1e-4 })
})
