import { expect, test } from 'vitest'
import { createMemoryFiles } from '../../../../test/support/memory-files.js'
import { labelledDataSchema } from '../../schema/labelled-data.js'
import { pairDataSchema } from '../../schema/pair-data.js'
import { textDataSchema } from '../../schema/text-data.js'
import { readConversations } from '../language/conversations.js'
import { preparePairData } from '../text-pairs/pair-data.js'
import { prepareLabelledData } from './labelled-data.js'

test('data.rows chooses some of the rows to train on by the seed, and no others to measure on', async () => {
  const files = createMemoryFiles()
  const rows = Array.from({ length: 60 }, (_, index) => `text ${index}\t${index % 2}`)
  await files.write('train.tsv', rows.join('\n'))
  await files.write('dev.tsv', rows.slice(0, 9).join('\n'))
  const read = async (seed: number, limit?: number) => {
    const recipe = { path: 'train.tsv', validation: 'dev.tsv', rows: limit }
    const environment = { files, dataFolder: '' }
    const data = await prepareLabelledData(labelledDataSchema.parse(recipe), { seed, environment })
    expect(data.validation).toHaveLength(9)
    return data.training.map(({ text }) => Number(text.slice(5)))
  }
  const some = await read(1, 20)
  expect(some).toHaveLength(20)
  expect(some).toEqual(some.toSorted((a, b) => a - b))
  expect(await read(1, 20)).toEqual(some)
  expect(await read(2, 20)).not.toEqual(some)
  expect(await read(1, 100)).toEqual(await read(1))
})

test('a signal ends the reading of rows of any kind', async () => {
  const files = createMemoryFiles()
  await files.write('rows.tsv', ['a\tx', 'b\ty', 'c\tx', 'd\ty'].join('\n'))
  const messages = [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: 'b' },
  ]
  await files.write('talks.jsonl', `${JSON.stringify({ messages })}\n`.repeat(4))
  const options = {
    seed: 1,
    environment: { files, dataFolder: '', signal: AbortSignal.abort() },
  }
  const table = { path: 'rows.tsv', validation: 0.5 }
  const pairs = { ...table, source: 'text', target: 'label' }
  const talks = { path: 'talks.jsonl', conversations: 'messages' }
  for (const reading of [
    prepareLabelledData(labelledDataSchema.parse(table), options),
    preparePairData(pairDataSchema.parse(pairs), options),
    readConversations(textDataSchema.parse(talks), options),
  ]) {
    await expect(reading).rejects.toThrow('aborted')
  }
})
