import { expect, test } from 'vitest'
import { createFakeCommandLine } from '../../../test/support/fake-command-line.js'
import { foreignModel } from '../../../test/support/foreign-models.js'
import { openModelFolder } from '../../storage/model-folder.js'

/** A command line whose files are those of a fixture. */
const createFake = async (name: string) => {
  const line = createFakeCommandLine()
  const { files } = await foreignModel(name)
  for (const { path } of await files.list(name))
    await line.files.write(path, await files.read(path))
  return line
}

test('a Hugging Face directory becomes a model folder', async () => {
  const { run, files } = await createFake('hf-tiny-gpt2')
  const { exitCode, stdout, stderr } = await run('import', 'hf-tiny-gpt2', '--out', 'model')
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 0,
    stdout: 'model: gpt2, 2,168 parameters, 21 tokens\n',
    stderr: '',
  })
  const { about, names } = await openModelFolder(files, 'model')
  expect(about).toEqual({ importedFrom: 'gpt2' })
  expect(names).toEqual(['config.json', 'model.safetensors', 'tokenizer.json'])
})

test('a model of llama2.c does too, and the result as JSON has the sizes', async () => {
  const { run } = await createFake('stories260K')
  const { stdout } = await run('import', 'stories260K', '--out', 'model', '--json')
  expect(JSON.parse(stdout)).toEqual({
    folder: 'stories260K',
    out: 'model',
    format: 'llama2.c',
    parameters: 260_032,
    vocabulary: 512,
    hasChatTemplate: false,
    leftOut: [],
  })
})

test('what can be imported comes back by an export', async () => {
  const { run, files } = await createFake('stories260K')
  await run('import', 'stories260K', '--out', 'model')
  const { exitCode, stdout } = await run(
    ...['export', 'model', '--format', 'hugging-face', '--out', 'exported'],
  )
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(
    /^exported: a directory of the architecture llama, .* in float32; model has /,
  )
  await run('import', 'exported', '--out', 'again')
  for (const name of ['model.safetensors', 'tokenizer.json']) {
    expect(await files.read(`again/${name}`)).toEqual(await files.read(`model/${name}`))
  }
})

test('a model that is one already is not imported', async () => {
  const { run, files } = await createFake('hf-tiny-gpt2')
  await run('import', 'hf-tiny-gpt2', '--out', 'model')
  const { exitCode, stderr } = await run('import', 'model', '--out', 'a')
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr:
      'model: expected a model of another project, found one of Tesserae (language-model), which needs no import. Use the folder as it is.\n',
  })
  expect(await files.stat('a')).toBeUndefined()
})

test.each([
  [['import', 'hf-tiny-gpt2'], 2, 'missing --out DIR for "tesserae import": where the model goes'],
  [['import', 'nowhere', '--out', 'a'], 1, 'nowhere: expected a folder, found nothing.'],
  [['import', 'hf-tiny-gpt2', '--out', 'hf-tiny-gpt2'], 1, 'it exists already'],
  [
    ['export', 'a', '--format', 'pickle', '--out', 'b'],
    2,
    'expected tesserae or hugging-face or onnx, got "pickle"',
  ],
  [['export', 'nowhere', '--format', 'hugging-face', '--out', 'b'], 1, 'nowhere: no such folder'],
])('%j is refused', async (words, code, message) => {
  const { run, files } = await createFake('hf-tiny-gpt2')
  const { exitCode, stderr } = await run(...words)
  expect(exitCode).toBe(code)
  expect(stderr).toContain(message)
  expect(await files.stat('a')).toBeUndefined()
})
