import { expect, test } from 'vitest'
import { createFakeCommandLine } from '../../../test/support/fake-command-line.js'

const measures = {
  distance: 'of colours',
  train: { top1: 0.5, top5: 0.75, en: { top1: 0.52, top5: 0.77 }, examples: 200 },
  baseline: { top1: 0.01, top5: 0.05, examples: 200 },
  tokenizer: { psnrDb: 21.4, ssim: 0.912 },
}
const { run } = createFakeCommandLine({ evaluate: async () => measures })

test('a model stands beside its baseline, and other measures in tables of their own', async () => {
  const { exitCode, stdout } = await run('evaluate', 'model')
  expect(exitCode).toBe(0)
  expect(stdout).toBe(
    [
      '           top1   top5  examples',
      'train     0.500  0.750       200',
      'train en  0.520  0.770',
      'baseline  0.010  0.050       200',
      '',
      '           psnrDb   ssim',
      'tokenizer    21.4  0.912',
      '',
      'distance  of colours',
      '',
    ].join('\n'),
  )
})

test('counts are whole numbers, and measures are not, even where one is whole', async () => {
  const { stdout } = await createFakeCommandLine({
    evaluate: async () => ({
      model: { accuracy: 1, rows: 24 },
      leftOut: 1234,
      confusion: { good: { good: 1, bad: 0 }, bad: { good: 12, bad: 12345 } },
    }),
  }).run('evaluate', 'model')
  expect(stdout).toBe(
    [
      '  leftOut',
      '    1,234',
      '',
      '       accuracy  rows',
      'model      1.00    24',
      '',
      '                good     bad',
      'confusion good     1       0',
      'confusion bad     12  12,345',
      '',
    ].join('\n'),
  )
})

test('the JSON object has the measures beside the folder', async () => {
  const { exitCode, stdout } = await run('evaluate', 'model', '--json')
  expect(exitCode).toBe(0)
  expect(stdout).toBe(`${JSON.stringify({ folder: 'model', ...measures })}\n`)
})

test('a place that cannot be written to is refused before anything is measured', async () => {
  const { run, files } = createFakeCommandLine()
  await files.write('taken', 'a file')
  for (const out of ['taken', 'taken/report']) {
    expect(await run('evaluate', 'model', '--out', out)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'taken: it is a file, not a folder. Name another place by --out.\n',
    })
  }
})

test('measures are written as JSON, and what was taken for what as a picture', async () => {
  const { run, files } = createFakeCommandLine({
    evaluate: async (_folder, { against, base }) => ({
      model: { accuracy: against === 'other' && base === 'stories' ? 0.75 : 0, rows: 4 },
      confusion: { 体育: { 体育: 2, news: 0 }, news: { 体育: 1, news: 1 } },
    }),
  })
  const { exitCode } = await run(
    ...['evaluate', 'model', '--base', 'stories', '--against', 'other', '--out', 'report'],
  )
  expect(exitCode).toBe(0)
  expect(JSON.parse(await files.readText('report/measures.json'))).toMatchObject({
    folder: 'model',
    model: { accuracy: 0.75 },
  })
  expect(await files.readText('report/confusion.svg')).toContain('>体育</text>')
  const png = await files.read('report/confusion.png')
  expect([...png.subarray(1, 4)]).toEqual([...'PNG'].map((letter) => letter.charCodeAt(0)))
})
