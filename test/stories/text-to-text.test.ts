/**
 * From a few rows to a model that is used, with the command line and the library as they are, in
 * memory: one that writes texts from texts, and one that was fine-tuned to answer.
 */

import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { bindLibrary } from '../../src/cli/bind-library.js'
import { createLineReader } from '../../src/cli/terminal/line-reader.js'
import { createInlineRuntime } from '../../src/platform/node/runtime.js'
import { createFakeCommandLine } from '../support/fake-command-line.js'

/** For a machine that has much else to do. */
const patience = 180_000

/** A command line whose library is the real one, on a disk in memory. */
const createLine = () => {
  const line = createFakeCommandLine()
  const { platform } = line.environment
  const real = {
    ...platform,
    createRuntime: () => ({ ...createInlineRuntime({ threads: 1 }), close: async () => {} }),
  }
  Object.assign(
    line.environment.library,
    bindLibrary(real, {
      ...{ dataFolder: 'data', cacheFolder: 'cache' },
      ...{ pretrainedFolder: 'none', pretrainedClipsFolder: 'none' },
    }),
  )
  return line
}

test(
  'pairs of texts: train, measure, write',
  async () => {
    const { files, run } = createLine()
    const rows = Array.from({ length: 30 }, (_, index) => {
      const number = String(10 + index * 3)
      return JSON.stringify({ number, reversed: [...number].reverse().join('') })
    })
    await files.write('digits.jsonl', rows.join('\n'))
    await files.write(
      'reverse.yaml',
      `
task: text-pairs
data: { path: digits.jsonl, source: number, target: reversed, test: digits.jsonl }
text: { kind: characters }
model: { depth: 1, width: 32, heads: 2, sourceLength: 8, targetLength: 8, dropout: 0 }
training: { steps: 120, batch: 16, learningRate: 0.01, average: 0.5 }
`,
    )
    expect((await run('train', 'reverse.yaml', '--json')).exitCode).toBe(0)
    const model = 'runs/reverse/model'
    const measured = JSON.parse((await run('evaluate', model, '--json')).stdout)
    expect(measured.test).toMatchObject({ rows: 30, cut: 0 })
    expect(measured.test.chrf).toBeGreaterThan(50)
    expect(measured.baseline).toMatchObject({ rows: 30 })
    expect(measured.chrf).toContain('nc:6|nw:0|space:no')
    const written = JSON.parse(
      (await run('generate', 'text', '13', '--model', model, '--json')).stdout,
    )
    expect(written.texts).toMatchObject([{ text: '31', finish: 'stop' }])
    const cut = await run('generate', 'text', '1'.repeat(9), '--model', model)
    expect(cut.stderr).toContain('the text is longer than 8 tokens; its end is left out')
    const wrong = await run('generate', 'text', '13', '--model', model, '--to', 'zh')
    expect(wrong.exitCode).toBe(1)
    expect(wrong.stderr).toContain('the language: expected en, got zh')
  },
  patience,
)

test(
  'conversations: a language model is trained, taught to answer, and talked with',
  async () => {
    const { files, run, environment } = createLine()
    const words = ['red', 'blue', 'green']
    const plain = Array.from({ length: 40 }, (_, index) => `${words[index % 3]} is a colour`)
    await files.write('plain.txt', plain.join('\n'))
    const network = 'model: { depth: 2, width: 32, heads: 2, context: 96 }'
    await files.write(
      'language.yaml',
      `
task: language-model
data: { path: plain.txt, documents: line, filters: { exactDuplicates: false } }
text: { vocabulary: 300 }
${network}
training: { steps: 5, batch: 4 }
samples: []
`,
    )
    const say = (role: string, content: string) => ({ role, content })
    const talks = Array.from({ length: 27 }, (_, index) => {
      const [first, second] = [words[index % 3]!, words[Math.floor(index / 3) % 3]!]
      return JSON.stringify({
        messages: [
          say('user', first),
          say('assistant', `${first}!`),
          say('user', second),
          say('assistant', `${second}!`),
        ],
      })
    })
    await files.write('talks.jsonl', [...talks, '{"messages":[]}'].join('\n'))
    await files.write(
      'answers.yaml',
      `
task: language-model
start: runs/language/model
data: { path: talks.jsonl, conversations: messages, validation: { share: 0.3 } }
${network}
training: { steps: 200, batch: 4, learningRate: 0.01, average: 0.5 }
samples: []
`,
    )
    expect((await run('train', 'language.yaml', '--json')).exitCode).toBe(0)
    const check = await run('data', 'check', 'answers.yaml')
    expect(check.exitCode).toBe(1)
    expect(check.stdout).toMatch(/^talks\.jsonl:28: "messages": expected a list/)
    const trained = await run('train', 'answers.yaml')
    expect(trained.exitCode).toBe(0)
    expect(trained.stderr).toContain('1 rows left out: talks.jsonl:28')

    const input = new PassThrough()
    input.end('blue\nred\n')
    Object.assign(environment, {
      openLines: () => createLineReader(input, new PassThrough(), false),
    })
    const chat = await run('chat', '--model', 'runs/answers/model', '--temperature', '0')
    expect(chat).toMatchObject({ exitCode: 0, stdout: 'blue!\nred!\n' })
  },
  patience,
)
