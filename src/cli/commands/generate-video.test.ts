import { describe, expect, test } from 'vitest'
import { createFakeCommandLine } from '../../../test/support/fake-command-line.js'
import { tinyPixels } from '../../../test/support/tiny-image-tokenizer.js'
import { tinyClipModel, tinyModel } from '../../../test/support/tiny-model.js'
import { readOrigin } from '../../generation/pipelines/drawing-origin.js'
import type { TextImageModel } from '../../generation/text-image/text-image-model.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'

const runtime = createInlineRuntime({ threads: 1 })
const { model } = await tinyClipModel(runtime, { drawing: 'masked-codes' })

const createFake = (changes: Partial<TextImageModel> = {}) => {
  const calls = { opened: [] as (string | undefined)[], closed: 0 }
  const line = createFakeCommandLine({
    openClipModel: async (folder) => {
      calls.opened.push(folder)
      return { ...model, ...changes, close: async () => void calls.closed++ }
    },
  })
  const generate = (...words: string[]) => line.run('generate', 'video', ...words)
  return { ...line, calls, generate }
}

test('writes a clip that says how it was made, the same bytes each time', async () => {
  const { generate, files, calls } = createFake()
  const draw = () => generate('red cat', '--out', 'walk.gif', '--seed', '7', '--fps', '4')
  expect(await draw()).toEqual({
    exitCode: 0,
    stdout: 'walk.gif\ndrawn in 0 ms\n',
    stderr: '',
  })
  const first = await files.read('walk.gif')
  expect(readOrigin(first).origin).toMatchObject({
    ...{ phrase: 'red cat', seed: 7, index: 0, frames: 3, framesPerSecond: 4 },
    ...{ order: 'first-frame', device: 'cpu', tesserae: '1.2.3' },
  })
  await draw()
  expect(await files.read('walk.gif')).toEqual(first)
  expect(calls).toEqual({ opened: [undefined, undefined], closed: 2 })
})

test('writes a strip where the name asks for one, with as many frames as asked', async () => {
  const { generate, files, environment } = createFake()
  await generate('red cat', '--out', 'walk.png', '--frames', '2', '--model', 'mine')
  const bytes = await files.read('walk.png')
  const clip = await environment.platform.media.decodeClip(
    { name: 'walk.png', files: [{ name: 'walk.png', bytes }] },
    { size: 8 },
  )
  expect(clip.frames).toBe(2)
  const [drawn] = await model.draw([{ phrase: 'red cat' }], { frames: 2 })
  expect(clip.data).toEqual(drawn!.pixels)
})

test('goes on from a first frame', async () => {
  const { generate, files, environment } = createFake()
  const picture = { width: 8, height: 8, channels: 3 as const, data: tinyPixels(1) }
  await files.write('first.png', await environment.platform.media.encodePng(picture))
  await generate('red cat', '--out', 'on.webp', '--from', 'first.png')
  const { request } = readOrigin(await files.read('on.webp'))
  expect(request.start).toEqual(await model.image.encode(picture.data))
})

test.each(['gif', 'webp', 'png'])('several clips are on one sheet as well: %s', async (ending) => {
  const { generate, files } = createFake()
  const out = `all.${ending}`
  const { stdout } = await generate('red cat', '--out', out, '--count', '2', '--json')
  expect(JSON.parse(stdout)).toEqual({
    ...{ phrases: ['red cat'], seed: 0, frames: 3, unknownWords: [] },
    files: [`all-1.${ending}`, `all-2.${ending}`],
    sheet: out,
    seconds: 0,
  })
  const names = (await files.list('.')).map(({ path }) => path)
  expect(names).toEqual([`./all-1.${ending}`, `./all-2.${ending}`, `./${out}`])
  expect(await files.read(`all-1.${ending}`)).not.toEqual(await files.read(`all-2.${ending}`))
})

test('names the words that the model never read, and draws', async () => {
  const { generate, files } = createFake({ words: new Set(['red', 'a', '红', '猫']) })
  const { exitCode, stderr, stdout } = await generate('a red cat', '--out', 'a.gif', '--json')
  expect(exitCode).toBe(0)
  expect(stderr).toBe('the model never read "cat"; it draws what the other words say\n')
  expect(JSON.parse(stdout).unknownWords).toEqual(['cat'])
  expect(await files.stat('a.gif')).toBeDefined()
})

describe('what cannot be drawn leaves nothing behind', () => {
  test.each([
    {
      words: ['red cat', '--out', 'a.mp4'],
      message: '--out of "tesserae generate video": expected a name that ends in .gif, .webp, .png',
    },
    { words: ['red cat', '--out', 'no/a.gif'], message: 'no: the folder does not exist' },
    { words: ['', '--out', 'a.gif'], message: 'the phrase is empty' },
    {
      words: ['red cat', '--out', 'a.gif', '--frames', '4'],
      message: 'the model draws clips of 1 to 3 frames, got 4; ask for fewer',
    },
    {
      words: ['red cat', '--out', 'a.gif', '--frames', '1000000000', '--count', '2'],
      message: 'frames: the model draws clips of 1 to 3 frames',
    },
    {
      words: [
        'red cat',
        ...Array.from({ length: 9 }, () => ['--also', 'cat']).flat(),
        '--out',
        'a.gif',
        '--count',
        '1000',
      ],
      message: '10000 drawings are more than the sheet',
    },
    { words: ['red cat', '--out', 'a.gif', '--from', 'no.png'], message: 'no.png' },
    { words: ['red cat', '--out', 'a.gif', '--fps', '0'], message: '--fps' },
  ])('$words', async ({ words, message }) => {
    const { generate, files } = createFake()
    const { exitCode, stderr } = await generate(...words)
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(await files.list('.')).toEqual([])
  })

  test('for a model of pictures', async () => {
    const { model: pictures } = await tinyModel(runtime)
    const { generate, files } = createFake({ config: pictures.config })
    const { exitCode, stderr } = await generate('red cat', '--out', 'a.gif', '--frames', '1')
    expect([exitCode, stderr]).toEqual([
      1,
      'the model: it knows pictures only; choose a model of clips\n',
    ])
    expect(await files.list('.')).toEqual([])
  })
})
