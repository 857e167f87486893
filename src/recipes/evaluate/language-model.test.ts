import { beforeAll, describe, expect, test } from 'vitest'
import { readTokens } from '../../../test/support/foreign-models.js'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import { tinyEnvironment } from '../../../test/support/tiny-recipes.js'
import type { Media } from '../../data/media.js'
import { splitDocuments } from '../../data/text/split-documents.js'
import { exportModel } from '../../generation/export-model.js'
import { readLanguageModel } from '../../generation/text/model-folder.js'
import { openModelFolder } from '../../storage/model-folder.js'
import { parseRecipe } from '../parse-recipe.js'
import { runRecipe } from '../run/run-recipe.js'
import { evaluateModel } from './evaluate-model.js'

const files = createMemoryFiles()
const media = {} as Media // No picture is looked at.
const { environment } = tinyEnvironment(files, media)

const lines = Array.from({ length: 40 }, (_, line) => `line ${line} says ${'ab'.repeat(line % 5)}é`)

const recipeOf = (data: string) =>
  parseRecipe(
    `
task: language-model
data: ${data}
text: { kind: characters }
model: { depth: 1, width: 32, heads: 2, context: 16 }
training: { steps: 3, batch: 2, learningRate: 0.01, schedule: constant }
samples: []
`,
    { name: 'recipe.yaml' },
  )

beforeAll(async () => {
  await files.write('texts/lines.txt', lines.join('\n'))
  const filters = 'filters: { exactDuplicates: false }'
  const data = `{ path: texts, documents: line, ${filters}, validation: { share: 0.3 } }`
  await runRecipe(recipeOf(data), { out: 'runs/lines' }, environment)
  const whole = `{ path: texts, documents: file, ${filters}, validation: { from: end, share: 0.3 } }`
  await runRecipe(recipeOf(whole), { out: 'runs/whole' }, environment)
})

/** Nats of tokens from the second on, by a naive sum over windows that are read whole. */
const naiveLoss = async (folder: string, texts: readonly (readonly number[])[]) => {
  const parts = await readLanguageModel(await openModelFolder(files, folder))
  const { context } = parts.config.network
  let [nats, tokens] = [0, 0]
  for (const ids of texts) {
    for (let start = 0; start + 1 < ids.length; start += context) {
      const window = ids.slice(start, start + context + 1)
      const { logits } = await readTokens(environment.runtime, parts, window.slice(0, -1))
      for (const [place, row] of logits.entries()) {
        const largest = Math.max(...row)
        const total = row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0)
        nats += largest + Math.log(total) - row[window[place + 1]!]!
        tokens++
      }
    }
  }
  return { nats, tokens }
}

describe('a language model is measured on what its recipe held out', () => {
  test('text by text, each with its beginning and its end', async () => {
    const { model } = (await evaluateModel('runs/lines/model', environment)) as {
      model: Record<string, number>
    }
    const { validation } = splitDocuments(
      async function* () {
        for (const text of lines) yield { text }
      },
      { share: 0.3, seed: recipeOf('{ path: texts }').seed },
    )
    const heldOut: string[] = []
    for await (const { text } of validation()) heldOut.push(text)
    expect(heldOut.length).toBeGreaterThan(5)
    const parts = await readLanguageModel(await openModelFolder(files, 'runs/lines/model'))
    const { bos, eos } = parts.config.tokens
    const texts = heldOut.map((text) => [bos!, ...parts.text.encode(text), eos as number])
    const { nats, tokens } = await naiveLoss('runs/lines/model', texts)
    const bytes = new TextEncoder().encode(heldOut.join('')).length
    expect(model).toMatchObject({ tokens, bytes })
    expect(model.loss).toBeCloseTo(nats / tokens, 4)
    expect(model.bitsPerByte).toBeCloseTo(nats / Math.LN2 / bytes, 4)
  })

  test('window by window where it is the end of one text', async () => {
    const measures = (await evaluateModel('runs/whole/model', environment)) as {
      model: Record<string, number>
    }
    const text = lines.join('\n')
    const heldOut = text.slice(Math.floor(0.7 * text.length))
    const parts = await readLanguageModel(await openModelFolder(files, 'runs/whole/model'))
    const { nats, tokens } = await naiveLoss('runs/whole/model', [parts.text.encode(heldOut)])
    const bytes = new TextEncoder().encode(heldOut).length
    expect(measures.model).toMatchObject({ tokens, bytes })
    expect(measures.model.loss).toBeCloseTo(nats / tokens, 4)
    expect(measures.model.bitsPerByte).toBeCloseTo(nats / Math.LN2 / bytes, 4)
  })

  test('beside the same one of fewer bits, with what that costs', async () => {
    await exportModel(files, 'runs/whole/model', 'small', { precision: 'int4' })
    const measures = (await evaluateModel('small', environment, {
      against: 'runs/whole/model',
    })) as Record<string, Record<string, number>>
    const [near, exact] = [measures.model!, measures.other!]
    expect(exact).toEqual((await evaluateModel('runs/whole/model', environment)).model)
    expect(near.tokens).toBe(exact.tokens)
    expect(near.bitsPerByte).not.toBe(exact.bitsPerByte)
    expect(Math.abs(near.bitsPerByte! - exact.bitsPerByte!)).toBeLessThan(0.1)
    expect(measures['model less other']).toEqual({
      bitsPerByte: near.bitsPerByte! - exact.bitsPerByte!,
    })
  })
})
