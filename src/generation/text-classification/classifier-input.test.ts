import { expect, test } from 'vitest'
import { foreignModel } from '../../../test/support/foreign-models.js'
import { importHuggingFace } from '../hugging-face/import.js'
import { readText } from './classifier-input.js'
import { type TextClassificationConfig, textClassificationSchema } from './config.js'

const { files } = await foreignModel('hf-tiny-bert')
const { config: language, text } = await importHuggingFace(files, 'hf-tiny-bert')
const [start, end] = [2, 3]

const read = (written: string, changes: object = {}, context = 5) => {
  const config: TextClassificationConfig = textClassificationSchema.parse({
    task: 'text-classification',
    network: { ...language.network, context },
    tokens: language.tokens,
    labels: ['a', 'b'],
    ...changes,
  })
  return readText(written, text, config)
}

test('BERT reads a text between the tokens that it has around texts, also where it is cut', () => {
  expect(read('t5 t6')).toEqual({ ids: [start, 5, 6, end], isCut: false })
  expect(read('t5 t6 t7')).toEqual({ ids: [start, 5, 6, 7, end], isCut: false })
  expect(read('t5 t6 t7 t8')).toEqual({ ids: [start, 5, 6, 7, end], isCut: true })
})

test('nothing is left of a text where tokens around it fill the context', () => {
  expect(read('t5 t6', {}, 2)).toEqual({ ids: [start, end], isCut: true })
  const long = [end, 8, 9, 8, end]
  const labelTokens = { ids: [long, [end, 9, end]], prefixes: 'bidirectional' }
  expect(read('t5 t6 t7', { labelTokens }, 3)).toEqual({ ids: [start], isCut: true })
})

test('the end of a text that a label follows is left to the label', () => {
  const ids = [
    [end, 8, end],
    [end, 9, end],
  ]
  const labelTokens = { ids, prefixes: 'bidirectional' }
  expect(read('t5 t6 t7', { labelTokens })).toEqual({ ids: [start, 5, 6], isCut: true })
})
