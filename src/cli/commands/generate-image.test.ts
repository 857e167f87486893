import { describe, expect, test } from 'vitest'
import { createFakeCommandLine } from '../../../test/support/fake-command-line.js'
import { createFakeModel } from '../../../test/support/fake-model.js'
import { tinyModel } from '../../../test/support/tiny-model.js'
import { readPngText } from '../../data/media/png-text.js'
import { originOf, readOrigin } from '../../generation/pipelines/drawing-origin.js'
import { createRawImage } from '../../generation/pipelines/raw-image.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'

const createFake = () => {
  const { model, calls } = createFakeModel()
  const opened: (string | undefined)[] = []
  const line = createFakeCommandLine({
    openModel: async (folder) => {
      opened.push(folder)
      return model
    },
  })
  const generate = (...words: string[]) => line.run('generate', 'image', ...words)
  const namesOfFiles = async () => (await line.files.list('.')).map(({ path }) => path)
  return { ...line, calls, opened, generate, namesOfFiles }
}

describe('drawing one picture', () => {
  test('writes a file that says how it was made', async () => {
    const { generate, files, calls, opened } = createFake()
    const { exitCode, stdout } = await generate('a red apple', '--out', 'apple.png', '--seed', '7')
    expect(exitCode).toBe(0)
    expect(stdout).toBe('apple.png\ndrawn in 0 ms\n')
    const { tesserae } = readPngText(await files.read('apple.png'))
    expect(JSON.parse(tesserae!)).toEqual({
      ...{ phrase: 'a red apple', seed: 7, index: 0 },
      ...{ guidance: 3, temperature: 1, topK: 0, topP: 1, candidates: 1 },
      model: { name: 'pretrained/fake', sha256: 'abc' },
      device: 'cpu',
      tesserae: '1.2.3',
    })
    expect(calls.isClosed).toBe(true)
    expect(opened).toEqual([undefined])
  })

  test('leaves to the model what is not given', async () => {
    const { generate, calls } = createFake()
    await generate('x', '--out', 'a.png')
    await generate('x', '--out', 'a.png', '--guidance', '4', '--top-k', '9', '--top-p', '0.9')
    expect(calls.draw.map(({ options }) => options)).toEqual([
      {},
      { guidance: 4, topK: 9, topP: 0.9 },
    ])
  })

  test('takes the model that is named', async () => {
    const { generate, opened } = createFake()
    await generate('x', '--out', 'a.png', '--model', 'mine')
    expect(opened).toEqual(['mine'])
  })
})

describe('drawing several pictures', () => {
  test('writes each of them, and a sheet of all', async () => {
    const { generate, calls, files } = createFake()
    await files.createFolder('out')
    const { stdout } = await generate('一个红苹果', '--out', 'out/a.png', '--count', '3', '--json')
    expect(JSON.parse(stdout)).toEqual({
      phrases: ['一个红苹果'],
      seed: 0,
      files: ['out/a-1.png', 'out/a-2.png', 'out/a-3.png'],
      sheet: 'out/a.png',
      seconds: 0,
    })
    const written = (await files.list('out')).map(({ path }) => path)
    expect(written).toEqual(['out/a-1.png', 'out/a-2.png', 'out/a-3.png', 'out/a.png'])
    expect(calls.draw[0]?.requests.map(({ index }) => index)).toEqual([0, 1, 2])
  })
})

test('several phrases are drawn into files and a sheet of all', async () => {
  const { generate, calls, files } = createFake()
  const words = ['一个红苹果', '--also', 'a cat', '--also', 'a dog', '--out', 'a.png']
  const { stdout } = await generate(...words, '--candidates', '2')
  expect(stdout).toBe('a.png\na-1.png\na-2.png\na-3.png\n3 drawn in 0 ms\n')
  expect(calls.draw[0]).toMatchObject({ options: { candidates: 2 } })
  expect(calls.draw[0]?.requests).toEqual(
    ['一个红苹果', 'a cat', 'a dog'].map((phrase) => ({ phrase, index: 0, seed: 0 })),
  )
  expect(readOrigin(await files.read('a-2.png')).request.phrase).toBe('a cat')
})

describe('going on from a picture', () => {
  test('keeps the codes of its upper rows and leaves the others open', async () => {
    const { generate, calls } = createFake()
    await generate('x', '--out', 'a.png')
    await generate('x', '--out', 'b.png', '--from', 'a.png', '--keep-rows', '1')
    expect(Array.from(calls.draw[1]!.requests[0]!.start!)).toEqual([
      ...[0, 1, 2, 3],
      ...new Array(12).fill(-1),
    ])
  })

  test.each([
    [['--from', 'a.png'], '--from and --keep-rows of "tesserae generate image" belong together.'],
    [
      ['--from', 'a.png', '--keep-rows', '4'],
      '--keep-rows of "tesserae generate image": expected at most 3 of the model’s 4 rows, got 4.',
    ],
  ])('is refused with %j', async (words, message) => {
    const { generate } = createFake()
    expect(await generate('x', '--out', 'b.png', ...words)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `${message}\n`,
    })
  })
})

test('the picture has to be a PNG file', async () => {
  const { generate, opened } = createFake()
  const { exitCode, stderr } = await generate('x', '--out', 'a.jpg')
  expect(exitCode).toBe(2)
  expect(stderr).toContain('expected a name that ends in .png, got a.jpg')
  expect(opened).toEqual([])
})

test('more pictures than a sheet has room for are refused before the model is opened', async () => {
  const { generate, opened } = createFake()
  const words = ['a', '--also', 'b', '--count', '10000', '--out', 'a.png']
  const { exitCode, stderr } = await generate(...words)
  expect([exitCode, opened]).toEqual([2, []])
  expect(stderr).toContain('20000 drawings are more than the sheet')
})

test.each(['next-code', 'masked-codes'] as const)(
  'what a file says is enough to draw it again, byte by byte: %s',
  async (drawing) => {
    const { model } = await tinyModel(createInlineRuntime({ threads: 1 }), { drawing })
    const { run, files, environment } = createFakeCommandLine({
      openModel: async () => ({ ...model, close: async () => {} }),
    })
    const draw = (...words: string[]) =>
      run('generate', 'image', 'red cat', '--out', 'a.png', '--count', '3', ...words)
    await draw('--seed', '5')
    await draw('--from', 'a-1.png', '--keep-rows', '1', '--guidance', '2', '--temperature', '1.5')
    for (const number of [1, 2, 3]) {
      const png = await files.read(`a-${number}.png`)
      const { request, options } = readOrigin(png)
      const [{ pixels } = { pixels: new Uint8Array() }] = await model.draw([request], options)
      const { media, versions } = environment.platform
      const origin = originOf(model, request, options, versions)
      const again = createRawImage(pixels, model.image.size, { files, media, origin })
      expect(await again.toPng()).toEqual(png)
      expect(request.start!.filter((code) => code >= 0)).toHaveLength(2)
    }
  },
)
