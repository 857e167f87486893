import { describe, expect, test } from 'vitest'
import { filesOf } from '../../../../test/support/sources.js'
import { type Fault, printFault } from '../../source.js'
import { conversationRow } from './conversation-row.js'
import { labelledRow, labelsOf, readNames } from './labelled-row.js'
import { pairRow } from './pair-row.js'
import { passageRow } from './passage-row.js'
import { collectRows, readRows } from './read-rows.js'
import type { RowShape } from './row-shape.js'
import { splitRows } from './split-rows.js'
import { numbersRow, textRow } from './text-row.js'

/** The rows of a file without their places, and the faults as printed lines. */
const read = async <Row extends object>(path: string, content: string, shape: RowShape<Row>) => {
  const files = await filesOf({ [path]: content })
  const faults: string[] = []
  const onFault = (fault: Fault) => faults.push(printFault(fault))
  const rows: unknown[] = []
  for await (const { file, line, ...row } of readRows([path], shape, {}, { files, onFault })) {
    expect([file, line > 0]).toEqual([path, true])
    rows.push(row)
  }
  return { rows, faults }
}

describe('labelled rows', () => {
  test('come from tables with and without a header, and labels may be numbers', async () => {
    const expected = [
      { text: 'good', label: '1' },
      { text: 'bad', label: '0' },
    ]
    const shape = labelledRow(textRow())
    expect((await read('a.tsv', ' good\t1\nbad\t0 ', shape)).rows).toEqual(expected)
    const renamed = labelledRow(textRow('review'), { label: 'stars' })
    expect((await read('a.csv', 'stars,review\n1,good\n0,bad', renamed)).rows).toEqual(expected)
    const lines = '{"text":"good","label":1}\n{"text":"bad","label":0}'
    expect((await read('a.jsonl', lines, shape)).rows).toEqual(expected)
    const joined = labelledRow(textRow('{a} {b}'), { label: 'isGood' })
    expect((await read('a.jsonl', '{"a":"x","b":"y","isGood":true}', joined)).rows).toEqual([
      { text: 'x y', label: 'true' },
    ])
  })

  test('with faults are named', async () => {
    const lines = [
      { text: 'no label' },
      { text: 'empty', label: '' },
      { text: 'null', label: null },
      { text: ' ', label: 'sports' },
      { text: 5.5, label: ['sports'] },
      { text: ['a', 1], label: 'sports' },
      { text: 'right', label: 'sports' },
    ]
    const { rows, faults } = await read(
      'a.jsonl',
      lines.map((line) => JSON.stringify(line)).join('\n'),
      labelledRow(textRow()),
    )
    expect(rows).toEqual([{ text: 'right', label: 'sports' }])
    expect(faults).toEqual([
      'a.jsonl:1: "label": the label is missing; write one or remove the row',
      'a.jsonl:2: "label": the label is missing; write one or remove the row',
      'a.jsonl:3: "label": the label is missing; write one or remove the row',
      'a.jsonl:4: "text": the text is empty; write one or remove the row',
      'a.jsonl:5: "label": expected a label, a text or a number, found a list',
      'a.jsonl:6: "text": expected a text, found a record; write one or remove the row',
    ])
  })

  test('have names where a file gives some for numbers', async () => {
    const files = await filesOf({ 'class.txt': 'sports\n经济\n', 'gap.txt': 'a\n\nb' })
    const names = await readNames(files, 'class.txt')
    const shape = labelledRow(textRow(), { names })
    const { rows, faults } = await read('a.tsv', 'one\t1\ntwo\t0\nthree\t2\nfour\tx', shape)
    expect(rows).toEqual([
      { text: 'one', label: '经济' },
      { text: 'two', label: 'sports' },
    ])
    expect(faults).toEqual([
      'a.tsv:3: "label": expected a number from 0 to 1, found 2',
      'a.tsv:4: "label": expected a number from 0 to 1, found x',
    ])
    await expect(readNames(files, 'gap.txt')).rejects.toThrow('gap.txt:2: expected a name')
    await expect(readNames(files, 'none.txt')).rejects.toThrow('none.txt: there is no such file')
  })

  test('may have numbers in place of a text', async () => {
    const table = 'size,side,kind\n1.5,2,x\n1,,y\n1,wide,y\n1,"2,5",y\n'
    const shape = labelledRow(numbersRow(['size', 'side']), { label: 'kind' })
    const { rows, faults } = await read('a.csv', table, shape)
    expect(rows).toEqual([{ numbers: [1.5, 2], label: 'x' }])
    expect(faults).toEqual([
      'a.csv:3: "side": expected a number, found ""',
      'a.csv:4: "side": expected a number, found "wide"',
      'a.csv:5: "side": expected a number, found "2,5"; write it with a point',
    ])
  })

  test('have labels in order, numbers by their size', () => {
    const rowsOf = (...labels: string[]) => labels.map((label) => ({ text: 'x', label }))
    expect(labelsOf(rowsOf('10', '9', '10', '0'))).toEqual(['0', '9', '10'])
    expect(labelsOf(rowsOf('工学', 'b', 'a', 'b'))).toEqual(['a', 'b', '工学'])
  })
})

describe('pairs', () => {
  test('are of fields or templates', async () => {
    const { rows, faults } = await read(
      'a.tsv',
      'en\tzh\nHi.\t嗨。\nNo.\t\n',
      pairRow({ source: 'Translate: {en}', target: 'zh' }),
    )
    expect(rows).toEqual([{ source: 'Translate: Hi.', target: '嗨。' }])
    expect(faults).toEqual(['a.tsv:3: "zh": the text is empty; write one or remove the row'])
  })
})

describe('passages', () => {
  const asked = (question: unknown, ...answers: unknown[]) => ({
    question,
    answers: answers.map((text) => ({ text, start: 0 })),
  })

  test('have questions with answers, each once; those without are named and left out', async () => {
    const lines = [
      { context: '山水', qas: [asked('谁?', '山', '山', '水'), asked(''), asked('何?', ''), 3] },
      { context: ' ', qas: [asked('a', 'b')] },
      { context: 'x', qas: [] },
    ]
    const { rows, faults } = await read(
      'a.jsonl',
      lines.map((line) => JSON.stringify(line)).join('\n'),
      passageRow,
    )
    expect(rows).toEqual([
      { passage: '山水', questions: [{ question: '谁?', answers: ['山', '水'] }] },
    ])
    expect(faults).toEqual([
      'a.jsonl:1: "qas", question 2: expected "question" to be a text; write one',
      'a.jsonl:1: "qas", question 3: expected "answers" to be a list of {"text"}; write at least one',
      'a.jsonl:1: "qas", question 4: expected "question" to be a text; write one',
      'a.jsonl:2: "context": expected a passage, found none; write one or remove the row',
      'a.jsonl:3: "qas": expected a list of {"question", "answers"}, found none',
    ])
  })
})

describe('conversations', () => {
  test('have messages with known roles, and an answer', async () => {
    const message = (role: string, content: unknown) => ({ role, content })
    const good = [message('user', 'Hi'), message('assistant', 'Hello')]
    const lines = [
      { messages: good },
      { messages: [message('robot', 'Hi')] },
      { messages: [message('user', 'Hi')] },
      { messages: [message('user', 3)] },
      { messages: [message('user', ' ')] },
      { messages: 'Hi' },
      { messages: [null] },
    ]
    const { rows, faults } = await read(
      'a.jsonl',
      lines.map((line) => JSON.stringify(line)).join('\n'),
      conversationRow(),
    )
    expect(rows).toEqual([{ messages: good }])
    expect(faults).toEqual([
      'a.jsonl:2: "messages", message 1: expected a role of system, user, assistant, found "robot"',
      'a.jsonl:3: "messages": no message is the assistant\'s, from which to learn; add one',
      'a.jsonl:4: "messages", message 1: expected "content" to be a text; write one',
      'a.jsonl:5: "messages", message 1: the content is empty; write some or remove the message',
      'a.jsonl:6: "messages": expected a list of {"role", "content"}, found none',
      'a.jsonl:7: "messages", message 1: expected a role of system, user, assistant, found none',
    ])
  })
})

describe('rows are divided', () => {
  const rows = Array.from({ length: 600 }, (_, index) => ({
    text: `text ${index % 400}${index >= 400 ? ' ' : ''}`,
    label: index % 400 < 40 ? 'rare' : 'common',
  }))
  const textOf = ({ text }: { text: string; label: string }) => text
  const trimmed = (some: readonly { text: string }[]) =>
    new Set(some.map(({ text }) => text.trim()))

  test('so that equal texts are on the same side, wherever they stand', () => {
    const { training, validation } = splitRows(rows, { share: 0.2, seed: 1, textOf })
    expect(training.length + validation.length).toBe(600)
    expect(validation.length / 600).toBeCloseTo(0.2, 1)
    const trained = trimmed(training)
    expect([...trimmed(validation)].filter((text) => trained.has(text))).toEqual([])
    const turned = splitRows(rows.toReversed(), { share: 0.2, seed: 1, textOf })
    expect(trimmed(turned.validation)).toEqual(trimmed(validation))
  })

  test('otherwise by another seed', () => {
    const heldOut = (seed: number) => splitRows(rows, { share: 0.2, seed, textOf }).validation
    expect(heldOut(2)).not.toEqual(heldOut(1))
  })

  test('in each class by the same share where that is wanted', () => {
    const classOf = ({ label }: (typeof rows)[number]) => label
    const { validation } = splitRows(rows, { share: 0.1, seed: 1, textOf, classOf })
    const rare = validation.filter(({ label }) => label === 'rare')
    expect(trimmed(rare).size).toBe(4)
    expect(trimmed(validation).size).toBe(40)
    const two = [
      { text: 'a', label: 'x' },
      { text: 'b', label: 'x' },
    ]
    expect(splitRows(two, { share: 0.1, seed: 1, textOf, classOf }).validation).toHaveLength(1)
  })
})

describe('where no row can be used', () => {
  const collect = async (path: string, content: string) => {
    const files = await filesOf({ [path]: content })
    return collectRows([path], labelledRow(textRow()), {}, { files, onFault: () => {} })
  }

  test.each([
    ['a.tsv', '', 'a.tsv: the file is empty'],
    ['a.txt', 'a', 'a.txt: expected a table, whose name ends in .jsonl, .csv, .tsv or .parquet'],
    ['a.jsonl', '{"text":"alone"}\n[1]', 'none of the 2 rows can be used; a.jsonl:1: "label"'],
    ['a.csv', 'title,kind\na,b\n', 'expected a first row that names text or label, found title'],
    ['a.csv', 'text,label\n', 'a.csv: there are no rows'],
  ])('%s is refused', async (path, content, message) => {
    await expect(collect(path, content)).rejects.toThrow(message)
  })

  test('a file that is not there is named', async () => {
    const files = await filesOf({})
    const rows = collectRows(['a.csv'], textRow(), {}, { files, onFault: () => {} })
    await expect(rows).rejects.toThrow('a.csv: there is no such file; check the path')
  })
})
