import { expect, test } from 'vitest'
import { createFakeCommandLine } from '../../../test/support/fake-command-line.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import { openModelFolder, writeModelFolder } from '../../storage/model-folder.js'

const createFake = async () => {
  const line = createFakeCommandLine()
  await writeModelFolder(line.files, 'model', {
    'config.json': { json: { task: 'image-tokenizer' } },
    'model.safetensors': { tensors: [['w', tensorOf('float32', new Array(1000).fill(0.5))]] },
  })
  return line
}

test('a model is copied in the precision that is asked for', async () => {
  const { run, files } = await createFake()
  const { exitCode, stdout } = await run(
    ...['export', 'model', '--out', 'half', '--precision', 'float16'],
  )
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: 'half: a model folder, 2.5 kB in float16; model has 4.4 kB\n',
  })
  expect((await openModelFolder(files, 'half')).about).toEqual({ precision: 'float16' })
})

test('the precision stays what it was where none is asked for and the format has it', async () => {
  const { run } = await createFake()
  const precisionOf = async (from: string, out: string, ...more: string[]) =>
    JSON.parse((await run('export', from, '--out', out, '--json', ...more)).stdout).precision
  expect(await precisionOf('model', 'whole')).toBe('float32')
  expect(await precisionOf('model', 'half', '--precision', 'float16')).toBe('float16')
  expect(await precisionOf('half', 'again')).toBe('float16')
  expect(await precisionOf('half', 'wide', '--precision', 'float32')).toBe('float32')
})

test('the result as JSON has the sizes in bytes', async () => {
  const { run } = await createFake()
  const { stdout } = await run('export', 'model', '--out', 'a', '--precision', 'float32', '--json')
  const { bytes, bytesBefore, ...rest } = JSON.parse(stdout)
  expect(rest).toEqual({
    ...{ folder: 'model', out: 'a', format: 'tesserae', precision: 'float32' },
    kind: 'a model folder',
  })
  expect(bytes).toBeGreaterThan(bytesBefore) // by the precision in the manifest
})

test.each([
  [['model'], 2, 'missing --out DIR for "tesserae export": where the copy goes'],
  [['model', '--out', 'a', '--precision', 'float8'], 2, 'expected float32 or float16 or int8'],
  [['model', '--out', 'model', '--precision', 'float16'], 1, 'model: it exists already.'],
  [['nowhere', '--out', 'a', '--precision', 'float16'], 1, 'nowhere: no such folder exists'],
  [
    ['model', '--out', 'a', '--format', 'onnx', '--precision', 'float16'],
    2,
    'expected float32 or int8 or int4 for',
  ],
  [['model', '--out', 'a', '--format', 'onnx'], 1, 'expected the task language-model or'],
])('%j is refused', async (words, code, message) => {
  const { run, files } = await createFake()
  const { exitCode, stderr } = await run('export', ...words)
  expect(exitCode).toBe(code)
  expect(stderr).toContain(message)
  expect(await files.stat('a')).toBeUndefined()
})
