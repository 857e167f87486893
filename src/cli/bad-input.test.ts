/**
 * What a user may get wrong when drawing, and about clips, through the real library: one line that
 * names the fault and the mend, an exit code that is not 0, and a disk as it was before.
 */

import { beforeEach, describe, expect, test } from 'vitest'
import { fullAfter } from '../../test/support/failing-files.js'
import { createFakeCommandLine } from '../../test/support/fake-command-line.js'
import { gifOfFrames, withCanvas } from '../../test/support/gifs.js'
import { createMemoryFiles } from '../../test/support/memory-files.js'
import { tinyPixels } from '../../test/support/tiny-image-tokenizer.js'
import { writeTinyClipModel, writeTinyModel } from '../../test/support/tiny-model-folder.js'
import { createRuntime, localHost } from '../engine/runtime/connect.js'
import { createHost } from '../engine/runtime/host.js'
import { createRawClip } from '../generation/pipelines/raw-clip.js'
import { createNodeMedia } from '../platform/node/media.js'
import { createInlineRuntime } from '../platform/node/runtime.js'
import type { Platform } from '../platform/platform.js'
import type { Files } from '../storage/files.js'
import { bindLibrary } from './bind-library.js'
import { runCommandLine } from './run-command-line.js'

/** Lends one runtime to all tests, which therefore may not close it. */
const cpu = { ...createInlineRuntime({ threads: 1 }), close: async () => {} }

let files: Files

beforeEach(async () => {
  files = createMemoryFiles()
  await writeTinyModel(files, cpu)
})

/** All paths and hashes. */
const contentOf = async (folder = '.'): Promise<string[]> => {
  const entries = await files.list(folder)
  const lists = await Promise.all(
    entries.map(async ({ path, kind }) =>
      kind === 'folder'
        ? [path, ...(await contentOf(path))]
        : `${path} ${await files.sha256(path)}`,
    ),
  )
  return lists.flat()
}

const run = async (words: readonly string[], changes: Partial<Platform> = {}) => {
  const { environment } = createFakeCommandLine()
  const platform = { ...environment.platform, files, createRuntime: () => cpu, ...changes }
  const folders = {
    ...{ dataFolder: 'data', cacheFolder: 'cache' },
    ...{ pretrainedFolder: 'model', pretrainedClipsFolder: 'clips' },
  }
  const [stdout, stderr]: [string[], string[]] = [[], []]
  const outputTo = (texts: string[]) => ({
    isTTY: false,
    columns: 80,
    write: (text: string) => void texts.push(text),
  })
  const exitCode = await runCommandLine(words, {
    ...environment,
    platform,
    library: bindLibrary(platform, folders),
    stdout: outputTo(stdout),
    stderr: outputTo(stderr),
  })
  return { exitCode, stdout: stdout.join(''), stderr: stderr.join('') }
}

/** Runs a command that has to fail, and returns its one line. */
const refusal = async (words: readonly string[], changes: Partial<Platform> = {}) => {
  const before = await contentOf()
  const { exitCode, stdout, stderr } = await run(words, changes)
  expect(exitCode).toBe(1)
  expect(stdout).toBe('')
  expect(stderr).toMatch(/^[^\n]+\n$/)
  expect(await contentOf()).toEqual(before)
  return stderr.trimEnd()
}

const draw = (phrase: string, ...words: string[]) => [
  ...['generate', 'image', phrase, '--out', 'a.png', ...words],
]

test('what is right draws', async () => {
  expect(await run(draw('red cat'))).toMatchObject({ exitCode: 0, stderr: '' })
  expect((await files.stat('a.png'))?.kind).toBe('file')
})

describe('a phrase', () => {
  test.each([
    ['that is empty', '', 'the phrase is empty: say what to draw, such as "a red apple"'],
    ['of white space', ' \t\n', 'the phrase is empty: say what to draw, such as "a red apple"'],
    [
      'of 10,000 characters',
      'red cat '.repeat(1250),
      /^the phrase has \d+ pieces and the model reads 11: say it in fewer words$/,
    ],
    [
      'of one character, 10,000 times',
      'a'.repeat(10_000),
      /^the phrase has \d+ pieces and the model reads 11/,
    ],
    [
      'in a script that the tokenizer has not seen',
      'красный кот',
      'the phrase: expected words in Latin, which the model has learned, found к р а с н ы й о ' +
        'and 1 more (Cyrillic); say it in those',
    ],
    ['of symbols that it has not seen', '🍎', /^the phrase: expected words in Latin.* found 🍎;/],
    [
      'with half of a surrogate pair',
      'red \ud83c',
      'the phrase: expected whole characters, found the half character U+D83C, at character 5; type it again',
    ],
    ['that the terminal could not decode', 'red \ufffd', /found U\+FFFD.* at character 5/],
  ])('%s', async (_, phrase, message) => {
    expect(await refusal(draw(phrase))).toMatch(message)
  })
})

describe('a place for pictures', () => {
  /** Nothing is opened, let alone drawn, for a place that cannot be written to. */
  const withoutRuntime = {
    createRuntime: () => {
      throw new Error('opened')
    },
  }

  test.each([
    [
      'in a folder that does not exist',
      'nowhere/deep/a.png',
      'nowhere/deep: the folder does not exist. Create it first, or name another place by --out.',
    ],
    [
      'in a file',
      'model/config.json/a.png',
      'model/config.json: it is a file, not a folder. Remove it, or name another place by --out.',
    ],
    [
      'where a folder is',
      'taken.png',
      'taken.png: it is a folder. Name a file, in it or elsewhere',
    ],
  ])('%s', async (_, out, message) => {
    await files.createFolder('taken.png')
    expect(await refusal([...draw('red cat'), '--out', out], withoutRuntime)).toContain(message)
  })

  test('where a folder has the name of one of several', async () => {
    await files.createFolder('a-2.png')
    const words = draw('red cat', '--count', '3')
    expect(await refusal(words, withoutRuntime)).toContain('a-2.png: it is a folder.')
  })

  test('on a disk that is full after any of several pictures', async () => {
    await files.write('a-2.png', 'precious')
    for (let writes = 0; writes < 4; writes++) {
      const full = { files: fullAfter(files, writes) }
      expect(await refusal(draw('red cat', '--count', '3'), full)).toContain('the disk is full')
    }
    expect(await run(draw('red cat', '--count', '3'))).toMatchObject({ exitCode: 0 })
  })
})

test('a device that is not there', async () => {
  // As ONNX Runtime says it where no adapter is, whatever this machine has.
  const failing = {
    Tensor: class {
      dispose() {}
    },
    InferenceSession: {
      create: async () => {
        throw new Error('Failed to get a WebGPU adapter: No supported adapters')
      },
    },
  } as unknown as Parameters<typeof createHost>[0]
  const host = localHost(createHost(failing, { device: 'webgpu' }))
  const webgpu = createRuntime(host, 'webgpu', async () => {})
  const words = draw('red cat', '--device', 'webgpu')
  expect(await refusal(words, { createRuntime: () => webgpu })).toBe(
    'webgpu: no adapter was found; choose the device cpu, or install a driver for Vulkan, Metal or Direct3D 12',
  )
})

test('a model that is not there, or damaged', async () => {
  expect(await refusal(draw('red cat', '--model', 'nowhere'))).toBe(
    'nowhere: no such folder exists, expected a model folder. Check the path.',
  )
  const weights = await files.read('model/model.safetensors')
  await files.write('model/model.safetensors', weights.subarray(0, 100))
  expect(await refusal(draw('red cat'))).toMatch(/^model\/model\.safetensors: it has 100 bytes/)
})

describe('a clip', () => {
  const media = createNodeMedia({ film: { ffmpeg: 'no-such-program', secondsAtMost: 1 } })

  /** What each command says of a file, without a model being named and with one. */
  const refusals = async (file: string): Promise<string[]> => {
    const lines = []
    for (const words of [
      ['caption', file],
      ['caption', file, '--model', 'clips'],
      ['analyze', file, '--out', 'a.png'],
      ['classify', file],
    ]) {
      lines.push(await refusal(words, { media }))
    }
    return lines
  }

  /** Frames of noise, which do not become short when they are packed. */
  const gif = (frames: number) =>
    createRawClip(tinyPixels(frames, 1, 32), { size: 32, frames }, { files, media }).toFile('gif')

  beforeEach(() => writeTinyClipModel(files, cpu))

  test('that is right is captioned, analyzed and classified', async () => {
    await files.write('a.gif', await gif(5))
    for (const words of [
      ['caption', 'a.gif'],
      ['analyze', 'a.gif', '--out', 'a.png'],
      ['classify', 'a.gif'],
    ]) {
      expect(await run(words)).toMatchObject({ exitCode: 0 })
    }
    expect((await files.stat('a.png'))?.kind).toBe('file')
  })

  test('that is cut off', async () => {
    const whole = await gif(5)
    await files.write('a.gif', whole.subarray(0, Math.round(0.6 * whole.length)))
    for (const line of await refusals('a.gif')) {
      expect(line).toMatch(/^a\.gif: the (GIF file is cut short|picture is damaged)/)
    }
  })

  test('of too many frames', async () => {
    await files.write('a.gif', gifOfFrames(10_000))
    for (const line of await refusals('a.gif')) {
      expect(line).toMatch(/^a\.gif: the clip has 10000 frames, more than the limit of 4096; cut/)
    }
  })

  test('that claims a huge canvas', async () => {
    await files.write('a.gif', withCanvas(await gif(3), 65_000))
    for (const line of await refusals('a.gif')) {
      expect(line).toMatch(/^a\.gif: the picture has 65000 x 65000 pixels, more than the limit/)
    }
  })

  test('of frames that differ in size', async () => {
    for (const [name, side] of [
      ['walk/1.png', 8],
      ['walk/2.png', 4],
    ] as const) {
      const data = tinyPixels(1, 1, side)
      await files.write(
        name,
        await media.encodePng({ width: side, height: side, channels: 3, data }),
      )
    }
    for (const line of await refusals('walk')) {
      expect(line).toMatch(/^walk\/2\.png: the frames differ in size: this one has 4 x 4 pixels/)
    }
  })

  test('of one frame, in which nothing happens', async () => {
    await files.write('a.gif', await gif(1))
    for (const words of [
      ['analyze', 'a.gif', '--out', 'a.png'],
      ['classify', 'a.gif'],
    ]) {
      expect(await refusal(words)).toMatch(
        /: it has one frame, in which nothing happens; give it two/,
      )
    }
  })

  test('in a film where no ffmpeg is', async () => {
    await files.write('a.mp4', 'a film')
    for (const line of await refusals('a.mp4')) {
      expect(line).toMatch(
        /^a\.mp4: .* needs the program ffmpeg, which is not on the path; install/,
      )
    }
  })
})
