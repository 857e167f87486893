import { expect, test } from 'vitest'
import { randomParameters } from '../../../test/support/compute.js'
import { expectClose } from '../../../test/support/expect-close.js'
import { tinyTextModel } from '../../../test/support/tiny-text-model.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { createTextScorer } from '../text/score-text.js'
import { readText } from './classifier-input.js'
import { textClassificationSchema, textClassifierOf } from './config.js'
import { createLabelScorer } from './label-scorer.js'
import { labelIdsOf } from './label-tokens.js'

const runtime = createInlineRuntime({ threads: 1 })
const labels = ['a', 'bad', 'cage']
const texts = ['a b c', 'head', 'bad cab', 'a', 'abcdefgh abcdefgh abcdefgh']

const create = async (prefixes: 'causal' | 'bidirectional') => {
  const { config: language, text } = await tinyTextModel(runtime)
  const config = textClassificationSchema.parse({
    task: 'text-classification',
    ...{ network: language.network, tokens: language.tokens, labels },
    labelTokens: { ids: labelIdsOf(labels, text, 2), prefixes },
  })
  const { parameters } = textClassifierOf(config)
  return { language, config, text, tensors: randomParameters(parameters, { seed: 5 }) }
}

const scoreWith = async ({ config, text, tensors }: Awaited<ReturnType<typeof create>>) => {
  const scorer = createLabelScorer({ runtime, config })
  await scorer.write(tensors)
  const scores = await scorer.score(texts.map((one) => readText(one, text, config)))
  await scorer.close()
  return scores
}

test('a label is as likely as a language model finds its tokens after the text', async () => {
  const parts = await create('causal')
  const { language, config, text, tensors } = parts
  const { parameters } = textClassifierOf(config)
  expect(parameters.output).toEqual({})
  const scorer = await createTextScorer({ runtime, config: language, tensors })
  for (const [index, found] of (await scoreWith(parts)).entries()) {
    const { ids } = readText(texts[index]!, text, config)
    const rows = config.labelTokens!.ids.map((label) => ({
      ids: [...ids, ...label],
      from: ids.length + 1,
    }))
    expectClose(found, await scorer.score(rows), { relative: 1e-4, absolute: 1e-4 })
  }
  await scorer.close()
})

test('where texts are read from both sides, labels are scored differently', async () => {
  const [causal] = await scoreWith(await create('causal'))
  const [both] = await scoreWith(await create('bidirectional'))
  expect(Math.abs(causal![0]! - both![0]!)).toBeGreaterThan(1e-3)
})

test('a text leaves room for the longest label within the context', async () => {
  const { config, text } = await create('causal')
  const { ids, isCut } = readText(texts[4]!, text, config)
  expect(isCut).toBe(true)
  expect(ids.length + labels[2]!.length + 1).toBe(config.network.context)
})

test('labels that the tokenizer cannot tell apart are refused', async () => {
  const { text } = await create('causal')
  expect(() => labelIdsOf(['x', 'a', 'y'], text, 2)).toThrow(
    'the labels x and y have the same tokens',
  )
})
