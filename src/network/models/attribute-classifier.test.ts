import { expect, test } from 'vitest'
import { checkLayer } from '../../../test/support/check-layer.js'
import { randomRows } from '../../../test/support/rows.js'
import { input } from '../../engine/graph/graph.js'
import { concat, reshape } from '../../engine/operations/index.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { parameterInputs } from '../parameters.js'
import { attributeClassifier } from './attribute-classifier.js'

const runtime = createInlineRuntime({ threads: 1 })
const clips = randomRows([2, 3, 4, 5])
const clipsInput = () => input('clips', clips)
const { parameters, apply } = attributeClassifier({
  ...{ frames: 3, cells: 4, colours: 5, cellWidth: 2, frameWidth: 3 },
  answers: [4, 2],
})
const names = [
  ...['cell.weight', 'cell.bias'],
  ...[0, 1].flatMap((head) =>
    ['frame', 'answer'].flatMap((part) => [
      `heads.${head}.${part}.weight`,
      `heads.${head}.${part}.bias`,
    ]),
  ),
]

test('keeps the promises of a layer', async () => {
  await checkLayer(runtime, {
    parameters,
    apply: (values) => {
      const scores = apply(values, clipsInput())
      return concat(...scores.map((own) => reshape(own, { shape: [-1] })), { axis: 0 })
    },
    feeds: { clips },
    names,
    shape: [2 * 4 + 2 * 2],
  })
})

test('all frames answer together, and what their cells tell is dropped once for all questions', async () => {
  const { values } = parameterInputs(parameters)
  const dropped: (readonly number[])[] = []
  const scores = apply(values, clipsInput(), (x) => {
    dropped.push(x.shape)
    return x
  })
  expect(scores.map(({ shape }) => shape)).toEqual([
    [2, 4],
    [2, 2],
  ])
  expect(dropped).toEqual([[6, 8]])
})
