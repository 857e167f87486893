import { expect, test } from 'vitest'
import {
  glowingClips,
  glowingQuestions,
  glowingTokenizer,
} from '../../../../test/support/glowing-clips.js'
import { createInlineRuntime } from '../../../platform/node/runtime.js'
import type { ImageTokenizer } from '../../../tokenizers/image/image-tokenizer.js'
import { evaluateClipTokenizer } from './evaluate-clip-tokenizer.js'

const runtime = createInlineRuntime({ threads: 1 })
const cache = glowingClips()
const split = { train: [...cache.examples.keys()], heldOut: [], heldOutPairs: [] }
const tokenizer = glowingTokenizer()

const measure = (of: ImageTokenizer, questions = glowingQuestions) =>
  evaluateClipTokenizer({
    ...{ runtime, tokenizer: of, data: { cache, split }, questions, seed: 1, count: 12 },
    ...{ judgeSteps: 60, onProgress: () => {} },
  })

test('a tokenizer that keeps what clips show is read as well as they are', async () => {
  const { ceiling, judge, tokenizer: own } = await measure(tokenizer)
  expect(judge).toMatchObject({ action: 1, colour: 1, all: 1, consistency: 1, examples: 12 })
  expect(ceiling).toMatchObject({ action: 1, colour: 1, all: 1, examples: 12 })
  expect(own).toMatchObject({ examples: 12 })
}, 300_000)

test('one that loses the colour is found out', async () => {
  const colourless: ImageTokenizer = {
    ...tokenizer,
    decode: async (codes, shape) => {
      const pixels = await tokenizer.decode(codes, shape)
      return pixels.map((_, at) => Math.max(...pixels.subarray(at - (at % 3), at - (at % 3) + 3)))
    },
  }
  const { ceiling, judge } = await measure(colourless)
  expect(judge).toMatchObject({ colour: 1 })
  expect((ceiling as Record<string, number>).colour).toBeLessThan(0.7)
}, 300_000)

test('clips without a grammar are compared by their pixels alone', async () => {
  expect(Object.keys(await measure(tokenizer, []))).toEqual(['tokenizer'])
})
