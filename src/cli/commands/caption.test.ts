import { describe, expect, test } from 'vitest'
import { createFakeCommandLine } from '../../../test/support/fake-command-line.js'
import { createFakeModel } from '../../../test/support/fake-model.js'
import { blankPicture } from '../../../test/support/pictures.js'
import { tinyPixels } from '../../../test/support/tiny-image-tokenizer.js'
import { tinyClipModel } from '../../../test/support/tiny-model.js'
import { createRawClip } from '../../generation/pipelines/raw-clip.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'

const createFake = async () => {
  const { model, calls } = createFakeModel()
  const line = createFakeCommandLine({ openModel: async () => model })
  const { files, media } = line.environment.platform
  await files.write('gray.png', await media.encodePng(blankPicture(30, 20, [255, 255, 255])))
  await files.write('text.png', 'no picture')
  return { ...line, calls }
}

test('a picture is resized to what the model reads, and its caption printed', async () => {
  const { run, calls } = await createFake()
  expect(await run('caption', 'gray.png')).toEqual({
    exitCode: 0,
    stdout: 'a picture of the shade 255\n',
    stderr: '',
  })
  expect(calls.isClosed).toBe(true)
})

test('the result names the file', async () => {
  const { run } = await createFake()
  const { stdout } = await run('caption', 'gray.png', '--json')
  expect(JSON.parse(stdout)).toEqual({ file: 'gray.png', text: 'a picture of the shade 255' })
})

test('what is no picture is refused, and the model closed', async () => {
  const { run, calls } = await createFake()
  const { exitCode, stderr } = await run('caption', 'text.png')
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/^text\.png: /)
  expect(calls.isClosed).toBe(true)
})

describe('a clip', async () => {
  const { model } = await tinyClipModel(createInlineRuntime({ threads: 1 }))
  const opened: string[] = []
  const open = (kind: string) => async (folder?: string) => {
    opened.push(`${kind} ${folder ?? ''}`)
    return { ...model, close: async () => {} }
  }
  const { run, files, environment } = createFakeCommandLine({
    openModel: open('pictures'),
    openClipModel: open('clips'),
  })
  const { media } = environment.platform
  const pixels = tinyPixels(3)
  const clip = createRawClip(pixels, { size: 8, frames: 3 }, { files, media })
  await clip.save('walk.webp')
  await clip.save('walk.png')
  const words = await model.caption(pixels)

  test('is read by the model of clips', async () => {
    const { stdout } = await run('caption', 'walk.webp', '--json')
    expect(JSON.parse(stdout)).toEqual({ file: 'walk.webp', text: words })
    expect(opened.splice(0)).toEqual(['clips '])
  })

  test('may be a strip where a model of clips is named', async () => {
    const { stdout } = await run('caption', 'walk.png', '--model', 'mine', '--json')
    expect(JSON.parse(stdout).text).toBe(words)
    expect(opened.splice(0)).toEqual(['pictures mine'])
  })

  test('is not what a wide picture is taken for', async () => {
    const { data } = blankPicture(16, 8, [0, 0, 0])
    const wide = { width: 16, height: 8, channels: 3, data, frames: 1 } as const
    await files.write(
      'wide.webp',
      await media.encodeClip(wide, { format: 'webp', framesPerSecond: 8 }),
    )
    await run('caption', 'wide.webp')
    expect(opened.splice(0)).toEqual(['pictures '])
  })

  test('is a strip by itself where it was drawn here', async () => {
    const origin = {
      ...{ phrase: 'x', seed: 1, index: 0, guidance: 1, temperature: 1, topK: 0, topP: 1 },
      ...{ candidates: 1, frames: 3, model: null, device: 'cpu', tesserae: '0' },
    }
    const drawn = createRawClip(pixels, { size: 8, frames: 3 }, { files, media, origin })
    await drawn.save('drawn.png')
    const { stdout } = await run('caption', 'drawn.png', '--json')
    expect(JSON.parse(stdout).text).toBe(words)
    expect(opened.splice(0)).toEqual(['clips '])
  })

  test('that is not there or is cut short is named', async () => {
    const whole = await files.read('walk.webp')
    await files.write('cut.webp', whole.subarray(0, whole.length / 2))
    for (const name of ['cut.webp', 'nowhere.gif', 'film.mp4']) {
      const { exitCode, stderr } = await run('caption', name, '--model', 'mine')
      expect(exitCode).toBe(1)
      expect(stderr).toMatch(new RegExp(`^${name}: .*\n$`))
    }
  })
})
