import { beforeAll, expect, test } from 'vitest'
import { foreignModel, readTokens, relativeError } from '../../../test/support/foreign-models.js'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import { StorageError } from '../../errors.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { parseTokenizerJson, printTokenizerJson } from '../../tokenizers/text/index.js'
import type { ImportedModel } from '../text/imported-model.js'
import { createTextModel } from '../text/text-model.js'
import { findLlama2c, importLlama2c } from './import.js'

const runtime = createInlineRuntime({ threads: 1 })
let model: ImportedModel
let expected: {
  greedy_ids: number[]
  greedy_text: string
  logits_positions: number[]
  logits: number[][]
}

beforeAll(async () => {
  const fixture = await foreignModel('stories260K')
  expected = fixture.expected
  model = await importLlama2c(fixture.files, (await findLlama2c(fixture.files, 'stories260K'))!)
})

test('gives the logits that were computed independently in float64', async () => {
  const { logits } = await readTokens(runtime, model, expected.greedy_ids.slice(0, 64))
  const found = expected.logits_positions.map((position) => logits[position]!)
  expect(relativeError(found, expected.logits)).toBeLessThan(1e-4)
})

test('writes the published greedy text, token for token', async () => {
  const writer = await createTextModel({ runtime, ...model })
  const ids = [1]
  let text = ''
  for await (const piece of writer.write([1], { maxTokens: 256, temperature: 0 })) {
    ids.push(...piece.ids)
    text += piece.text
  }
  await writer.close()
  expect(text).toBe(expected.greedy_text)
  expect(ids).toEqual(expected.greedy_ids)
})

test('encodes the text into the ids that the model wrote, also by way of tokenizer.json', () => {
  const again = parseTokenizerJson(printTokenizerJson(model.text))
  // The text starts with the space that encoding puts there.
  const text = expected.greedy_text.slice(1)
  for (const tokenizer of [model.text, again]) {
    expect(tokenizer.encode(text, { addSpecial: true })).toEqual(expected.greedy_ids)
    expect(tokenizer.decode(expected.greedy_ids)).toBe(text)
  }
})

test('refuses files that are cut off or no models', async () => {
  const { files } = await foreignModel('stories260K')
  const [weights, tokenizer] = ['stories260K/stories260K.bin', 'stories260K/tok512.bin']
  const cut = createMemoryFiles()
  await cut.write('model.bin', (await files.read(weights)).slice(0, 100_000))
  await cut.write('short.bin', new Uint8Array(8))
  await cut.write('zero.bin', new Uint8Array(64))
  await cut.write('tok.bin', (await files.read(tokenizer)).slice(0, 1000))
  await cut.write('tok512.bin', await files.read(tokenizer))
  const read = (weights: string, tokenizer = 'tok512.bin') =>
    importLlama2c(cut, { weights, tokenizer })
  await expect(read('model.bin')).rejects.toThrow(StorageError)
  await expect(read('model.bin')).rejects.toThrow(/^model\.bin: expected \d+ numbers or more/)
  await expect(read('short.bin')).rejects.toThrow(/^short\.bin: expected a model of llama2\.c/)
  await expect(read('zero.bin')).rejects.toThrow(/^zero\.bin: expected a header of llama2\.c/)
  await expect(read('model.bin', 'tok.bin')).rejects.toThrow(/^tok\.bin: expected 512 pieces/)
})
