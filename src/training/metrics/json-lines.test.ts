import { describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import { StorageError } from '../../errors.js'
import { createJsonLines, readJsonLines } from './json-lines.js'

const entry = (step: number, values: Record<string, number> = { loss: 10 - step }) => ({
  step,
  time: 1_700_000_000_000 + step,
  values,
})

describe('a log of metrics', () => {
  test('has one flat JSON object a line', async () => {
    const files = createMemoryFiles()
    const log = await createJsonLines(files, 'run/metrics.jsonl', { step: 0 })
    await log.write(entry(1, { 'train/loss': 2.5, accuracy: 0 }))
    await log.write(entry(2, { 'train/loss': Number.NaN, norm: Number.POSITIVE_INFINITY }))
    expect(await files.readText('run/metrics.jsonl')).toBe(
      '{"step":1,"time":1700000000001,"train/loss":2.5,"accuracy":0}\n' +
        '{"step":2,"time":1700000000002,"train/loss":null,"norm":null}\n',
    )
    expect(await readJsonLines(files, 'run/metrics.jsonl')).toEqual([
      entry(1, { 'train/loss': 2.5, accuracy: 0 }),
      entry(2, { 'train/loss': Number.NaN, norm: Number.NaN }),
    ])
  })

  test('of a resumed run ends as if it had never been interrupted', async () => {
    const files = createMemoryFiles()
    const whole = await createJsonLines(files, 'whole', { step: 0 })
    for (const step of [1, 2, 3, 4]) await whole.write(entry(step))

    const first = await createJsonLines(files, 'parts', { step: 0 })
    for (const step of [1, 2, 3]) await first.write(entry(step))
    await files.append('parts', '{"step":4,"ti') // killed while it wrote
    const second = await createJsonLines(files, 'parts', { step: 2 })
    for (const step of [3, 4]) await second.write(entry(step))

    expect(await files.readText('parts')).toBe(await files.readText('whole'))
  })

  test('of a new run in an old place begins empty', async () => {
    const files = createMemoryFiles()
    await (await createJsonLines(files, 'log', { step: 0 })).write(entry(1))
    await createJsonLines(files, 'log', { step: 0 })
    expect(await readJsonLines(files, 'log')).toEqual([])
  })

  test('is left as it is when there is nothing to remove', async () => {
    const files = createMemoryFiles()
    await (await createJsonLines(files, 'log', { step: 0 })).write(entry(1))
    const readOnly = { ...files, write: () => Promise.reject(new Error('written')) }
    await createJsonLines(readOnly, 'log', { step: 1 })
  })

  test('loses one entry only to a disk that was full for a while', async () => {
    const files = createMemoryFiles()
    let isFull = false
    const disk = {
      ...files,
      append: async (path: string, content: string | Uint8Array) => {
        await files.append(path, isFull ? content.slice(0, 9) : content)
        if (isFull) throw new StorageError(`cannot write ${path}: the disk is full.`)
      },
    }
    const log = await createJsonLines(disk, 'log', { step: 0 })
    await log.write(entry(1))
    isFull = true
    await expect(log.write(entry(2))).rejects.toThrow('the disk is full')
    isFull = false
    await log.write(entry(3))
    await log.write(entry(4))
    expect((await readJsonLines(files, 'log')).map(({ step }) => step)).toEqual([1, 3, 4])
  })

  test('does not overwrite a file that is something else', async () => {
    const files = createMemoryFiles()
    await files.write('notes.jsonl', '{"step":1,"time":1}\n{"name":"cat"}\n')
    const creation = createJsonLines(files, 'notes.jsonl', { step: 0 })
    await expect(creation).rejects.toThrow(StorageError)
    await expect(creation).rejects.toThrow('notes.jsonl:2: it is not an entry of metrics: ')
    expect(await files.readText('notes.jsonl')).toContain('cat')
  })
})
