import { describe, expect, test } from 'vitest'
import { checkLayer } from '../../../test/support/check-layer.js'
import { compute, randomParameters } from '../../../test/support/compute.js'
import { expectClose } from '../../../test/support/expect-close.js'
import { rowsOf } from '../../../test/support/rows.js'
import { input } from '../../engine/graph/graph.js'
import { numbersOf, tensorOf } from '../../engine/tensor/tensor.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { initializeParameters, listParameters, parameterInputs } from '../parameters.js'
import { languageModel } from './language-model.js'
import { type TextClassifierOptions, textClassifier } from './text-classifier.js'

const runtime = createInlineRuntime({ threads: 1 })
const network = { vocabularySize: 12, context: 6, width: 8, depth: 1, heads: 2 }
const small: TextClassifierOptions = { network, labels: 3 }

interface Text {
  readonly ids: readonly number[]
}

/** The feeds of texts, padded to `time` with a token that would be seen if padding were. */
const feedsOf = (texts: readonly Text[], time: number, pad = 0) => {
  const rows = (numberOf: (ids: readonly number[], place: number) => number) =>
    tensorOf(
      'int32',
      texts.flatMap(({ ids }) => Array.from({ length: time }, (_, place) => numberOf(ids, place))),
    )
  return {
    ids: rows((ids, place) => ids[place] ?? pad),
    documents: rows((ids, place) => (place < ids.length ? 1 : 0)),
  }
}

const inputsOf = (feeds: ReturnType<typeof feedsOf>) => ({
  ids: input('ids', feeds.ids),
  documents: input('documents', feeds.documents),
})

const score = async (
  texts: readonly Text[],
  {
    time = 6,
    pad = 0,
    ...options
  }: Partial<TextClassifierOptions> & { time?: number; pad?: number } = {},
) => {
  const model = textClassifier({ ...small, ...options })
  const feeds = feedsOf(texts, time, pad)
  const { values } = parameterInputs(model.parameters)
  const scores = model.score(values, inputsOf(feeds), {
    batch: texts.length,
  })
  const tensors = { ...randomParameters(model.parameters), ...feeds }
  return rowsOf((await compute(runtime, { scores }, tensors)).scores!)
}

describe.each(['mean', 'first'] as const)('pooled by %s', (pooling) => {
  test('padding is invisible, however much of it and whatever it is', async () => {
    const text = { ids: [3, 5, 7] }
    const [expected] = await score([text], { pooling, time: 3 })
    for (const pad of [0, 9]) {
      const [padded] = await score([text, { ids: [1, 2, 4, 6, 8] }], { pooling, pad })
      expectClose(padded!, expected!, { absolute: 1e-5 })
    }
  })

  test('every token has a say, also those that follow', async () => {
    const [before] = await score([{ ids: [3, 5, 7] }], { pooling })
    for (const place of [0, 1, 2]) {
      const [after] = await score([{ ids: [3, 5, 7].with(place, 10) }], { pooling })
      expect(after).not.toEqual(before)
    }
  })
})

test('a gradient reaches every parameter, of the blocks and of the head', async () => {
  const model = textClassifier(small)
  const feeds = feedsOf([{ ids: [3, 5] }, { ids: [1] }], 3)
  const names = [...listParameters(model.parameters).keys()]
  expect(names.slice(-2)).toEqual(['output.head.weight', 'output.head.bias'])
  await checkLayer(runtime, {
    parameters: model.parameters,
    apply: (values) => model.score(values, inputsOf(feeds), { batch: 2 }),
    feeds,
    names,
    shape: [2, 3],
  })
})

test('its blocks have the names of those of a language model, so that it can start from one', () => {
  const blocks = [...listParameters(languageModel(network).parameters).keys()]
  const names = [...listParameters(textClassifier(small).parameters).keys()]
  expect(blocks.filter((name) => !names.includes(name))).toEqual(['head.0'])
})

test('labels start out alike', async () => {
  const { parameters } = textClassifier(small)
  const tensors = {
    ...initializeParameters(parameters, { seed: 1 }),
    ...feedsOf([{ ids: [3, 5, 7] }], 6),
  }
  const model = textClassifier(small)
  const { values } = parameterInputs(model.parameters)
  const scores = model.score(values, inputsOf(feedsOf([{ ids: [3] }], 6)), { batch: 1 })
  expect(numbersOf((await compute(runtime, { scores }, tensors)).scores!)).toEqual([0, 0, 0])
})
