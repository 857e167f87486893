import { PassThrough } from 'node:stream'
import { describe, expect, test, vi } from 'vitest'
import { createFakeCommandLine } from '../../../test/support/fake-command-line.js'
import type { ChatMessage } from '../../generation/text/chat/chat-template.js'
import { fitConversation } from '../../generation/text/chat/fit-conversation.js'
import type { TextModel } from '../../generation/text/text-model.js'
import type { WriteOptions } from '../../generation/text/writer.js'
import { createCharacterTokenizer } from '../../tokenizers/text/index.js'
import { createLineReader } from '../terminal/line-reader.js'

const specialTokens = ['<pad>', '<end>']
const text = createCharacterTokenizer({
  kind: 'character',
  vocabulary: [...specialTokens, ...'abcdefghijklmnopqrstuvwxyz0123456789 :|'],
  specialTokens,
})
const chatTemplate = '{% for m in messages %}{{ m.role[0] }}:{{ m.content }}|{% endfor %}a:'

const createFake = (lines: readonly string[], { context = 200, skills = ['continue'] } = {}) => {
  const prompts: string[] = []
  const asked: WriteOptions[] = []
  const model = {
    config: { network: { context }, tokens: { pad: 0, eos: 1 }, skills, chatTemplate },
    text,
    async *write(ids: readonly number[], options: WriteOptions) {
      prompts.push(text.decode(ids))
      asked.push(options)
      yield { text: 'an ', ids: [2] }
      yield { text: `answer ${prompts.length}`, ids: [3], finish: 'stop' as const }
    },
    close: async () => {},
  }
  const line = createFakeCommandLine({ openTextModel: async () => model as unknown as TextModel })
  const input = new PassThrough()
  input.end(lines.map((one) => `${one}\n`).join(''))
  const environment = Object.assign(line.environment, {
    openLines: () => createLineReader(input, new PassThrough(), false),
  })
  return { ...line, environment, prompts, asked }
}

test('each line is answered in the light of those before', async () => {
  const { run, prompts } = createFake(['hi', '', 'more', '/exit', 'unread'])
  const { exitCode, stdout } = await run('chat', '--system', 'be brief')
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'an answer 1\nan answer 2\n' })
  expect(prompts).toEqual(['s:be brief|u:hi|a:', 's:be brief|u:hi|a:an answer 1|u:more|a:'])
})

test('the end of the input ends the conversation, which --json prints', async () => {
  const { run } = createFake(['hi'])
  const { stdout } = await run('chat', '--json')
  expect(JSON.parse(stdout)).toEqual({
    messages: [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: 'an answer 1' },
    ],
    refused: 0,
  })
})

test('is written as texts are, with the same options', async () => {
  const { run, asked } = createFake(['hi'])
  await run('chat', '--min-p', '0.1', '--no-repeat-ngram', '3', '--top-k', '4')
  expect(asked).toMatchObject([{ seed: 0, topK: 4, minP: 0.1, noRepeatNgram: 3 }])
})

test('/reset forgets', async () => {
  const { run, prompts } = createFake(['one', '/reset', 'two'])
  const { stderr } = await run('chat')
  expect(prompts).toEqual(['u:one|a:', 'u:two|a:'])
  expect(stderr).toContain('The conversation starts anew.')
})

test('what the model cannot read any more is forgotten, and that is told', async () => {
  const { run, prompts } = createFake(['one', 'two'], { context: 24 })
  const { stderr } = await run('chat', '--max-tokens', '6')
  expect(prompts).toEqual(['u:one|a:', 'u:two|a:'])
  expect(stderr).toContain(
    'The model reads 24 tokens at most: the oldest 2 messages are forgotten.',
  )
})

test('a message that is too long is told, and the conversation goes on', async () => {
  const { run, prompts } = createFake(['a'.repeat(30), 'two'], { context: 24 })
  const { exitCode, stdout, stderr } = await run('chat', '--max-tokens', '6')
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: 'an answer 1\n' })
  expect(stderr).toContain('the message: expected at most 24 tokens')
  expect(prompts).toEqual(['u:two|a:'])
})

test('Ctrl-C stops the answer and not the conversation', async () => {
  const { run, environment, interrupt, listeners } = createFake(['one', 'two'])
  const { write } = environment.stdout
  let isFirst = true
  environment.stdout.write = (shown) => {
    write(shown)
    if (isFirst) interrupt()
    isFirst = false
  }
  const onInterrupt = vi.spyOn(environment, 'onInterrupt')
  const { stdout } = await run('chat')
  expect(stdout).toBe('an \nan answer 2\n')
  // Each answer listens anew, since whoever interrupts the same listener twice ends the program.
  expect(onInterrupt).toHaveBeenCalledTimes(3)
  expect(listeners.size).toBe(0)
})

test('a signal at the prompt leaves', async () => {
  const { environment, run, interrupt, listeners } = createFake([])
  const input = new PassThrough()
  environment.openLines = () => createLineReader(input, new PassThrough(), false)
  const running = run('chat')
  await vi.waitFor(() => expect(listeners.size).toBe(1))
  interrupt()
  const { exitCode } = await running
  expect(exitCode).toBe(0)
})

test('Ctrl-C a second time leaves', async () => {
  const { run, environment, interrupt } = createFake(['one', 'two'])
  const { write } = environment.stdout
  environment.stdout.write = (shown) => {
    write(shown)
    if (shown === 'an ') for (let time = 0; time < 2; time++) interrupt()
  }
  const { exitCode, stdout } = await run('chat')
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'an \n' })
})

test('a model that only fills gaps is refused', async () => {
  const { exitCode, stderr } = await createFake(['one'], { skills: ['fill'] }).run('chat')
  expect(exitCode).toBe(1)
  expect(stderr).toContain('chat: expected a model that was trained to continue texts')
})

test('a model without a chat template is refused', async () => {
  const { environment, run } = createFake(['one'])
  const open = environment.library.openTextModel
  Object.assign(environment.library, {
    openTextModel: async () => {
      const model = await open(undefined, 'cpu')
      return { ...model, config: { ...model.config, chatTemplate: undefined } }
    },
  })
  const { exitCode, stderr } = await run('chat')
  expect(exitCode).toBe(1)
  expect(stderr).toContain('the model has no chat template')
})

describe('fitting a conversation', () => {
  const say = (role: string, content: string): ChatMessage => ({ role, content })
  const template = {
    encode: (messages: readonly ChatMessage[]) =>
      messages.flatMap(({ content }) => Array.from(content, () => 1)),
  }
  const messages = [
    say('system', 'ss'),
    say('user', 'aaa'),
    say('assistant', 'bbb'),
    say('user', 'ccc'),
    say('assistant', 'ddd'),
    say('user', 'eee'),
  ]

  test.each([
    [17, 0],
    [16, 2],
    [11, 2],
    [10, 4],
    [1, 4],
  ])('to %d tokens drops %d messages, the oldest after the system', (limit, dropped) => {
    const fitted = fitConversation(messages, template, { limit, context: 20 })
    expect(fitted.dropped).toBe(dropped)
    expect(fitted.messages).toEqual([messages[0], ...messages.slice(1 + dropped)])
  })
})
