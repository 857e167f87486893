import { expect, test } from 'vitest'
import { createFakeCommandLine } from '../../../test/support/fake-command-line.js'
import { createFakeModel } from '../../../test/support/fake-model.js'
import { blankPicture } from '../../data/media.js'

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
