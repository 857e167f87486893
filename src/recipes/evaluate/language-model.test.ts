import { beforeAll, describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import { tinyEnvironment } from '../../../test/support/tiny-recipes.js'
import { exportModel } from '../../generation/export-model.js'
import { readLanguageModel } from '../../generation/text/model-folder.js'
import { createTextScorer } from '../../generation/text/score-text.js'
import { createNodeMedia } from '../../platform/node/media.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { openModelFolder } from '../../storage/model-folder.js'
import { parseRecipe } from '../parse-recipe.js'
import { runRecipe } from '../run/run-recipe.js'
import { evaluateModel } from './evaluate-model.js'

const context = 16
const recipe = `
task: language-model
data: { path: texts/rain.txt, validation: { share: 0.25, from: end } }
text: { kind: characters }
model: { depth: 1, width: 16, heads: 2, context: ${context} }
objective: { nextToken: 1, maskedSpans: 1 }
training: { steps: 40, batch: 4, learningRate: 0.01, schedule: constant, average: 0.8 }
samples: []
`
const text = 'the rain in spain stays mainly in the plain. '.repeat(20)

interface Found {
  readonly next: { loss: number; bitsPerByte: number; accuracy: number; tokens: number }
  readonly fill: { loss: number; tokens: number }
  readonly baseline: { loss: number; bitsPerByte: number }
}

describe('a language model is measured on all texts that were held out', () => {
  const files = createMemoryFiles()
  let found: Found

  beforeAll(async () => {
    await files.write('texts/rain.txt', text)
    const { environment } = tinyEnvironment(files, createNodeMedia())
    await runRecipe(parseRecipe(recipe, { name: 'rain.yaml' }), { out: 'rain' }, environment)
    found = (await evaluateModel('rain/model', environment)) as unknown as Found
  })

  test('in nats a token, as the log-probabilities of its windows say', async () => {
    const {
      config,
      tensors,
      text: tokenizer,
    } = await readLanguageModel(await openModelFolder(files, 'rain/model'))
    const ids = tokenizer.encode(text.slice(text.length * 0.75))
    const windows = Array.from({ length: Math.ceil((ids.length - 1) / context) }, (_, index) =>
      ids.slice(index * context, (index + 1) * context + 1),
    )
    const runtime = createInlineRuntime({ threads: 1 })
    const scorer = await createTextScorer({ runtime, config, tensors })
    const scores = await scorer.score(windows.map((ids) => ({ ids, from: 1 })))
    await scorer.close()
    await runtime.close()
    expect(found.next.tokens).toBe(ids.length - 1)
    const nats = -scores.reduce((sum, one) => sum + one) / (ids.length - 1)
    expect(found.next.loss).toBeCloseTo(nats, 4)
  })

  test('in bits a byte: a character of this text is one', () => {
    const { loss, bitsPerByte } = found.next
    expect(bitsPerByte).toBeCloseTo(loss / Math.LN2, 6)
  })

  test('in filling gaps, where it was trained to', () => {
    const letters = new Set(text).size
    expect(found.fill.loss).toBeGreaterThan(0)
    expect(found.fill.loss).toBeLessThan(0.75 * Math.log(letters))
    expect(found.fill.tokens).toBeGreaterThan(0)
  })

  test('beside n-grams, which know a text by heart that repeats', () => {
    expect(found.baseline.loss).toBeGreaterThan(0)
    expect(found.baseline.loss).toBeLessThan(0.5)
  })

  test('beside the same one of fewer bits, with what they cost', async () => {
    await exportModel(files, 'rain/model', 'small', { precision: 'int4' })
    const { environment } = tinyEnvironment(files, createNodeMedia())
    const small = (await evaluateModel('small', environment, {
      against: 'rain/model',
    })) as unknown as Found & { other: Found; 'next less other': { loss: number } }
    expect(small.other.next).toEqual(found.next)
    expect(small.other.fill).toEqual(found.fill)
    expect(small.baseline).toEqual(found.baseline)
    expect(small.next.loss).not.toBe(found.next.loss)
    expect(small.next.loss).toBeCloseTo(found.next.loss, 1)
    expect(small['next less other'].loss).toBe(small.next.loss - found.next.loss)
  })

  test('beside another one by what both were trained for alone', async () => {
    const { environment } = tinyEnvironment(files, createNodeMedia())
    const other = (of: string) => evaluateModel('rain/model', environment, { against: of })
    const write = async (out: string, objective: string) =>
      runRecipe(
        parseRecipe(recipe, { name: 'rain.yaml', overrides: [objective, 'training.steps=1'] }),
        { out },
        environment,
      )
    await write('continuing', 'objective.maskedSpans=0')
    const measures = await other('continuing/model')
    expect(Object.keys(measures.other!)).toEqual(['next'])
    expect(measures).not.toHaveProperty('fill less other')
  })
})
