import { describe, expect, test } from 'vitest'
import type { TextDocument } from './document.js'
import { createEmailMask } from './filters/email-addresses.js'
import { createExactDuplicates } from './filters/exact-duplicates.js'
import { createLengthFilter } from './filters/length.js'
import { inspectTexts } from './inspect-texts.js'

const documentsOf = (...texts: TextDocument[]) =>
  async function* () {
    yield* texts
  }

const textsOf = async (documents: AsyncIterable<TextDocument>) => {
  const found: string[] = []
  for await (const { text } of documents) found.push(text)
  return found
}

describe('texts that are looked through', () => {
  const documents = documentsOf(
    { text: 'a@example.com wrote this', file: 'a.txt', line: 1 },
    { text: '短', file: 'a.txt', line: 2 },
    { text: 'b@example.com wrote this', file: 'a.txt', line: 3 },
    { text: '一个长的', continues: true, file: 'a.txt', line: 4 },
    { text: '中文文本', file: 'a.txt', line: 4 },
  )
  const inspect = () =>
    inspectTexts(documents, [
      createLengthFilter({ minimum: 2 }),
      createEmailMask(),
      createExactDuplicates(),
    ])

  test('have a count for each filter, and a document counts for the first that drops it', async () => {
    const { report } = await inspect()
    expect(report.filters).toEqual([
      { name: 'length', dropped: 1, marked: 0, changed: 0 },
      { name: 'e-mail addresses', dropped: 0, marked: 0, changed: 2 },
      { name: 'exact duplicates', dropped: 1, marked: 0, changed: 0 },
    ])
  })

  test('come as the filters left them, every time', async () => {
    const { documents: kept, length } = await inspect()
    const expected = ['<email> wrote this', '一个长的', '中文文本']
    expect(await textsOf(kept())).toEqual(expected)
    expect(await textsOf(kept())).toEqual(expected)
    expect(length).toBe(expected.join('').length)
  })

  test('are described: how many, how long, in which languages', async () => {
    const { report } = await inspect()
    expect(report).toMatchObject({
      documents: 4,
      kept: 2,
      characters: 26,
      languages: { en: 1, zh: 1, other: 0 },
      longest: [
        { file: 'a.txt', line: 1, characters: 18 },
        { file: 'a.txt', line: 4, characters: 8 },
      ],
    })
  })
})

test('a document is kept however many before it are not', async () => {
  const documents = documentsOf(
    ...Array.from({ length: 20_000 }, () => ({ text: 'a', file: 'a.txt', line: 1 })),
    { text: 'kept', file: 'a.txt', line: 2 },
  )
  const { documents: left, report } = await inspectTexts(documents, [
    createLengthFilter({ minimum: 2 }),
  ])
  expect(report.kept).toBe(1)
  expect(await textsOf(left())).toEqual(['kept'])
})
