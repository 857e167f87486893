import { expect, test } from 'vitest'
import { createFakeCommandLine } from '../../../test/support/fake-command-line.js'
import type { PreparedData } from '../../recipes/run/pictures/prepare-data.js'
import { imageTokenizerSchema } from '../../tokenizers/image/config.js'
import type { PrepareOptions } from '../library.js'

const prepared = {
  cache: { examples: new Array(1200) },
  split: { train: new Array(1000), heldOut: new Array(150), heldOutPairs: new Array(50) },
} as unknown as PreparedData // The command counts, and looks at nothing else.

const createFake = (tokenizerSize?: number) => {
  const asked: PrepareOptions[] = []
  const line = createFakeCommandLine({
    prepare: async (_, options) => {
      asked.push(options)
      options.onProgress('pictures', 1200)
      return prepared
    },
    findTokenizer: async () =>
      tokenizerSize === undefined ? undefined : imageTokenizerSchema.parse({ size: tokenizerSize }),
  })
  return { ...line, asked }
}

test('the pictures are counted by what they are for', async () => {
  const { run, files } = createFake()
  await files.write(
    'a.yaml',
    'task: image-tokenizer\nsize: 32\ndata: { source: emoji }\ntraining: { steps: 1 }\n',
  )
  const { exitCode, stdout, stderr } = await run('prepare', 'a.yaml')
  expect(exitCode).toBe(0)
  expect(stderr).toBe('pictures: 1,200\n')
  expect(stdout).toBe(
    [
      '1,200 pictures are ready, after 0 ms:',
      '1,000  to train on',
      '  150  of held-out groups',
      '   50  of known groups in a held-out style',
      '',
    ].join('\n'),
  )
})

test('a model of words and pictures takes the size of its tokenizer', async () => {
  const text =
    'task: text-image\ntokenizer: tokens\ndata: { source: emoji }\ntraining: { steps: 1 }\n'
  const known = createFake(48)
  await known.files.write('a.yaml', text)
  await known.run('prepare', 'a.yaml')
  expect(known.asked[0]?.size).toBe(48)

  const unknown = createFake()
  await unknown.files.write('a.yaml', text)
  const { exitCode, stderr } = await unknown.run('prepare', 'a.yaml')
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/^tokens: there is no image tokenizer yet/)
})

test('may be stopped, and says what to do then', async () => {
  const line = createFakeCommandLine({
    prepare: async (_, { signal }) => {
      line.interrupt()
      signal.throwIfAborted()
      return prepared
    },
  })
  await line.files.write(
    'a.yaml',
    'task: image-tokenizer\ndata: { source: emoji }\ntraining: { steps: 1 }\n',
  )
  const { exitCode, stderr } = await line.run('prepare', 'a.yaml')
  expect(exitCode).toBe(1)
  expect(stderr).toContain('stopped before all pictures were ready; prepare them again\n')
  expect(line.listeners.size).toBe(0)
})

test('a start that is not there is named', async () => {
  const { run, files } = createFake()
  await files.write(
    'a.yaml',
    'task: text-image\nstart: nowhere\ndata: { source: emoji }\ntraining: { steps: 1 }\n',
  )
  const { exitCode, stderr } = await run('prepare', 'a.yaml')
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/^nowhere: there is no image tokenizer yet.* by --set start=DIR/)
})
