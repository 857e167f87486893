import { describe, expect, test } from 'vitest'
import { createFakeCommandLine } from '../../test/support/fake-command-line.js'
import { StorageError } from '../errors.js'

const failing = (error: unknown) =>
  createFakeCommandLine({
    evaluate: async () => {
      throw error
    },
  })

test('errors of the library name options, and the command line its flags for them', async () => {
  const createFaulty = (message: string) =>
    createFakeCommandLine({
      openPromptWriter: async () => {
        throw new StorageError(message)
      },
    })
  const messages = [
    ['Say where it is by the option base.', 'Say where it is by --base.'],
    ['Read its end by the option shouldKeepEnd.', 'Read its end by --keep-end.'],
    ['Use fewer bits by the option precision.', 'Use fewer bits by the option precision.'],
  ] as const
  for (const [message, shown] of messages) {
    const { stderr } = await createFaulty(message).run('generate', 'text', 'a', '--model', 'm')
    expect(stderr).toBe(`${shown}\n`)
  }
})

describe('a command line that cannot be understood', () => {
  test.each([
    ['train a --stpes 3', 'unknown option --stpes for "tesserae train". Did you mean --steps?'],
    ['train a --stpes=3', 'unknown option --stpes for "tesserae train". Did you mean --steps?'],
    ['train a --dryrun', 'unknown option --dryrun for "tesserae train". Did you mean --dry-run?'],
    [
      'generate image a --temp 1',
      'unknown option --temp for "tesserae generate image". Did you mean --temperature?',
    ],
    [
      'caption a --zzz',
      'unknown option --zzz for "tesserae caption". See tesserae caption --help.',
    ],
    ['train a -r', 'unknown option -r for "tesserae train". See tesserae train --help.'],
    ['--verbos', 'unknown option --verbos for "tesserae". Did you mean --verbose?'],
    ['trian a', 'unknown command trian for "tesserae". Did you mean train?'],
    ['fly', 'unknown command fly for "tesserae". See tesserae --help.'],
    ['data chekc a', 'unknown command chekc for "tesserae data". Did you mean check?'],
    [
      'generate',
      'missing command for "tesserae generate": image, video, or text. See tesserae generate --help.',
    ],
    [
      'train',
      'missing <recipe> for "tesserae train": a recipe file, the name of a built-in recipe, or a table of texts and labels.',
    ],
    [
      'generate image a red apple --out a.png',
      'too many words for "tesserae generate image": expected 1, got "a" "red" "apple". Put quotes around words that belong together.',
    ],
    ['train a --out', '--out of "tesserae train": expected <DIR> after it, got nothing.'],
    [
      'generate image a',
      'missing --out FILE.png for "tesserae generate image": where the picture goes; several also get a number each.',
    ],
    [
      'train a --max-steps 1.5',
      '--max-steps of "tesserae train": expected a whole number, got 1.5.',
    ],
    [
      'train a --max-steps -3',
      '--max-steps of "tesserae train": expected a whole number, at least 1, got "-3".',
    ],
    [
      'train a --device cpus',
      '--device of "tesserae train": expected cpu or webgpu, got "cpus". Did you mean cpu?',
    ],
  ])('tesserae %s', async (words, message) => {
    const result = await createFakeCommandLine().run(...words.split(' '))
    expect(result).toEqual({ exitCode: 2, stdout: '', stderr: `${message}\n` })
  })
})

describe('help and version', () => {
  test('go to standard output', async () => {
    const { run } = createFakeCommandLine()
    expect(await run('--version')).toEqual({ exitCode: 0, stdout: '1.2.3\n', stderr: '' })
    const help = await run('--help')
    expect(help).toMatchObject({ exitCode: 0, stderr: '' })
    expect(help.stdout).toContain('Usage: tesserae')
  })

  test('are what a command line without words shows', async () => {
    const { run } = createFakeCommandLine()
    expect(await run()).toEqual(await run('--help'))
  })
})

describe('errors', () => {
  test('that the user can mend are one line, and the exit code is 1', async () => {
    const { run } = failing(new StorageError('model: there is no such folder. Check the path.'))
    expect(await run('evaluate', 'model')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'model: there is no such folder. Check the path.\n',
    })
  })

  test('of ours say so', async () => {
    const { run } = failing(new TypeError('x is undefined'))
    const { exitCode, stdout, stderr } = await run('evaluate', 'model', '--json')
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toBe(
      'x is undefined\nThis is a bug in Tesserae: please report it with the output of --verbose.\n',
    )
  })

  test('show where they come from with --verbose, before or behind the command', async () => {
    const cause = new Error('disk')
    const { run } = failing(new StorageError('cannot read a', { cause }))
    for (const words of [
      ['--verbose', 'evaluate', 'model'],
      ['evaluate', 'model', '--verbose'],
    ]) {
      const { stderr } = await run(...words)
      expect(stderr).toMatch(/^StorageError: cannot read a\n +at .*\n/)
      expect(stderr).toMatch(/\ncaused by: Error: disk\n/)
    }
  })

  test('that are no errors at all are still told', async () => {
    const { stderr } = await failing('just a text').run('evaluate', 'model')
    expect(stderr).toMatch(/^just a text\nThis is a bug/)
  })
})

test('--json prints one object and nothing else on standard output', async () => {
  const { run } = createFakeCommandLine({
    evaluate: async (_, { onProgress }) => {
      onProgress('drawings', 1, 2)
      return { top1: 0.5 }
    },
  })
  const { exitCode, stdout, stderr } = await run('evaluate', 'model', '--json')
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toEqual({ folder: 'model', top1: 0.5 })
  expect(stdout.trimEnd()).not.toContain('\n')
  expect(stderr).toBe('drawings: 1 of 2\n')
})
