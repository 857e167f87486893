import { expect, test } from 'vitest'
import { createFakeCommandLine } from '../../../test/support/fake-command-line.js'
import { createFakeTextModel } from '../../../test/support/fake-text-model.js'

const createFake = (pieces?: readonly string[]) => {
  const { model, calls } = createFakeTextModel(pieces)
  return { ...createFakeCommandLine({ openPromptWriter: async () => model }), calls }
}

test('a text is shown piece by piece as it is written, and how long it took beside it', async () => {
  const { run, environment, calls } = createFake(['one', ' two', '\n三'])
  const shown: string[] = []
  const { write } = environment.stdout
  environment.stdout.write = (text) => {
    shown.push(text)
    write(text)
  }
  expect(await run('generate', 'text', 'zero', '--model', 'm')).toEqual({
    exitCode: 0,
    stdout: 'one two\n三\n',
    stderr: '3 tokens in 0 ms\n',
  })
  expect(shown).toEqual(['one', ' two', '\n三', '\n'])
  expect(calls.isClosed).toBe(true)
})

test('options reach the model, and those that are left out do not', async () => {
  const { run, calls } = createFake()
  const words =
    '--max-tokens 5 --seed 3 --top-k 4 --min-p 0.1 --stop a --stop b --keep-end --no-repeat-ngram 3'
  await run('generate', 'text', 'zero', ...words.split(' '))
  expect(calls.write).toEqual([
    {
      prompt: 'zero',
      options: {
        maxTokens: 5,
        seed: 3,
        topK: 4,
        minP: 0.1,
        noRepeatNgram: 3,
        stop: ['a', 'b'],
        shouldKeepEnd: true,
      },
    },
  ])
})

test('--json prints all texts as one object and nothing before', async () => {
  const { run } = createFake(['one', ' two'])
  const { stdout, stderr } = await run('generate', 'text', 'zero', '--count', '2', '--json')
  expect(JSON.parse(stdout)).toEqual({
    prompt: 'zero',
    seed: 0,
    texts: [
      { text: 'one two', tokens: 2, finish: 'length' },
      { text: 'one two', tokens: 2, finish: 'length' },
    ],
    seconds: 0,
  })
  expect(stderr).toBe('')
})

test('a language and a notice pass between the user and the model', async () => {
  const { run, calls } = createFake()
  const { stderr } = await run('generate', 'text', 'a'.repeat(65), '--to', 'zh', '--beams', '1')
  expect(calls.write[0]!.prompt).toMatch(/^zh: a/)
  expect(calls.write[0]!.options).toMatchObject({ beams: 1 })
  expect(stderr).toContain('the text is longer than 64 tokens')
})

test('Ctrl-C ends the text where it is', async () => {
  const { run, environment, interrupt, listeners } = createFake(['one', ' two', ' three'])
  const { write } = environment.stdout
  environment.stdout.write = (text) => {
    write(text)
    if (text === ' two') interrupt()
  }
  const { exitCode, stdout } = await run('generate', 'text', 'zero')
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'one two\n' })
  expect(listeners.size).toBe(0)
})

test('several texts are told apart', async () => {
  const { run, calls } = createFake()
  await run('generate', 'text', 'zero', '--count', '2')
  expect(calls.write.map(({ options }) => options?.index)).toEqual([0, 1])
})
