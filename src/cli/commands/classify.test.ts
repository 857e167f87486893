import { afterEach, expect, test, vi } from 'vitest'
import { createFakeCommandLine } from '../../../test/support/fake-command-line.js'
import { StorageError } from '../../errors.js'
import type { TextClassifierModel } from '../../generation/text-classification/text-classifier.js'

afterEach(() => void vi.useRealTimers())

/** A model that is sure of texts with an exclamation mark, and reads three characters. */
const openClassifier = async () =>
  ({
    config: { labels: ['calm', 'loud'], network: { context: 3 } },
    classify: async (texts: readonly string[]) =>
      texts.map((text) => ({
        probabilities: text.includes('!') ? [0.25, 0.75] : [0.75, 0.25],
        isCut: text.length > 3,
      })),
    close: async () => {},
  }) as unknown as TextClassifierModel // The rest is not asked for.

const createLine = () => createFakeCommandLine({ openClassifier })

test('each text has its likeliest label, and how likely that is', async () => {
  const { stdout, exitCode } = await createLine().run('classify', 'a', 'b!', '--model', 'm')
  expect(exitCode).toBe(0)
  expect(stdout).toBe('calm  0.750  a\nloud  0.750  b!\n')
})

test('several labels are shown where they are asked for', async () => {
  const { stdout } = await createLine().run(
    'classify',
    'b!',
    '--model',
    'm',
    '--top-k',
    '2',
    '--json',
  )
  expect(JSON.parse(stdout).texts).toEqual([
    {
      text: 'b!',
      labels: [
        { label: 'loud', score: 0.75 },
        { label: 'calm', score: 0.25 },
      ],
      isCut: false,
    },
  ])
})

test('lines of a file are texts; empty ones are counted and named, and long ones as well', async () => {
  const { run, files } = createLine()
  await files.write('texts.txt', 'a\n\nlonger!\n')
  const { stdout, stderr } = await run('classify', '--file', 'texts.txt', '--model', 'm')
  expect(stdout).toBe('calm  0.750  a\nloud  0.750  longer!\n')
  expect(stderr).toContain('1 rows left out: texts.txt:2: the text is empty')
  expect(stderr).toContain('1 texts are longer than 3 tokens')
})

test('a table may have no header', async () => {
  const { run, files } = createLine()
  await files.write('texts.csv', 'good one!,x\nanother,y\n')
  const asked = ['classify', '--file', 'texts.csv', '--model', 'm']
  expect((await run(...asked)).stderr).toContain('--header absent')
  const { stdout } = await run(...asked, '--header', 'absent')
  expect(stdout).toBe('loud  0.750  good one!\ncalm  0.750  another\n')
})

test('a table has a column of texts', async () => {
  const { run, files } = createLine()
  await files.write('texts.csv', 'id,title\n1,b!\n2,\n')
  const { stdout } = await run(
    ...['classify', '--file', 'texts.csv', '--column', 'title', '--model', 'm', '--json'],
  )
  const { texts, leftOut } = JSON.parse(stdout)
  expect(texts).toMatchObject([{ text: 'b!', line: 2 }])
  expect(leftOut).toEqual({
    count: 1,
    first: [
      {
        file: 'texts.csv',
        line: 3,
        message: '"title": the text is empty; write one or remove the row',
      },
    ],
  })
})

test.each([
  [['classify', '--model', 'm'], 2, 'expected a text, or --file'],
  [
    ['classify', 'a'],
    2,
    'missing --model DIR, the folder of a model that classifies texts; train one',
  ],
  [
    ['classify', '--file', 'blank.txt', '--model', 'm'],
    1,
    'none of the 2 rows can be used; blank.txt:1: the text is empty',
  ],
])('%j is refused', async (words, exitCode, message) => {
  const { run, files } = createLine()
  await files.write('blank.txt', '\n \n')
  const found = await run(...words)
  expect(found.exitCode).toBe(exitCode)
  expect(found.stderr).toContain(message)
})

test('without a model, one that fits is named: of the newest run, or of the package', async () => {
  const { run, files } = createLine()
  const said = async (...words: string[]) => (await run('classify', ...words)).stderr
  await files.write('pretrained/csl-zh/config.json', '{"task":"text-classification"}')
  expect(await said('a')).toContain('classifies texts; there is pretrained/csl-zh.')
  vi.useFakeTimers({ toFake: ['Date'] })
  for (const [folder, time] of [
    ['runs/first', 1],
    ['runs/newest', 3],
    ['runs/old', 2],
  ] as const) {
    vi.setSystemTime(time)
    await files.write(`${folder}/model/config.json`, '{"task":"text-classification"}')
  }
  await files.write('runs/clips/model/config.json', '{"task":"text-image"}')
  await files.write('runs/torn/model/config.json', '{"task":')
  await files.write('runs/no-model/metrics.jsonl', '{}')
  for (const words of [['a'], ['--file', 'texts.txt'], ['a', 'walk.gif']]) {
    expect(await said(...words)).toMatch(/^[^\n]*; there is runs\/newest\/model\.\n$/)
  }
})

test('without a model, clips go to the pretrained one', async () => {
  const opened: unknown[] = []
  const openClipModel = async (folder: string | undefined): Promise<never> => {
    opened.push(folder)
    throw new StorageError('opened')
  }
  const { run, files } = createFakeCommandLine({ openClipModel })
  await files.createFolder('frames')
  expect((await run('classify', 'walk.gif', 'film.mp4', 'frames')).stderr).toBe('opened\n')
  expect(opened).toEqual([undefined])
})
