import { describe, expect, test } from 'vitest'
import { killedAfter } from '../../test/support/failing-files.js'
import { createMemoryFiles } from '../../test/support/memory-files.js'
import { numbersOf, tensorOf } from '../engine/tensor/tensor.js'
import { StorageError } from '../errors.js'
import { findTask, openModelFolder, writeModelFolder } from './model-folder.js'

const entries = (value: number) => ({
  'config.json': { json: { depth: value } },
  'model.safetensors': {
    tensors: [['w', tensorOf('float32', [value])]] as const,
    metadata: { format: 'pt' },
  },
  'recipe.yaml': { text: 'depth: 2\n' },
  'README.md': { text: '# A model\n' },
})

const withModel = async () => {
  const files = createMemoryFiles()
  await writeModelFolder(files, 'm', entries(1), { about: { seed: 7 } })
  return files
}

describe('a model folder', () => {
  test('reads back as it was written', async () => {
    const model = await openModelFolder(await withModel(), 'm/')
    expect(model.about).toEqual({ seed: 7 })
    expect(model.names).toEqual(['README.md', 'config.json', 'model.safetensors', 'recipe.yaml'])
    expect(await model.json('config.json')).toEqual({ depth: 1 })
    expect(await model.text('recipe.yaml')).toBe('depth: 2\n')
    const { tensors, metadata } = await model.tensors('model.safetensors')
    expect(metadata).toEqual({ format: 'pt' })
    expect(numbersOf(tensors.get('w')!)).toEqual([1])
  })

  test('says its task, and that only, while other files of it are damaged', async () => {
    const files = createMemoryFiles()
    await writeModelFolder(files, 'm', {
      ...entries(1),
      'config.json': { json: { task: 'drawing' } },
    })
    await files.write('m/model.safetensors', 'damaged')
    expect(await findTask(files, 'm/')).toBe('drawing')
    expect(await findTask(files, 'none')).toBeUndefined()
    expect(await findTask(files, 'm/recipe.yaml')).toBeUndefined()
  })

  test('holds other folders: files with slashes in their names, and copies', async () => {
    const files = await withModel()
    await writeModelFolder(files, 'outer', {
      'a/config.json': { json: 1 },
      tokenizer: { copyOf: 'm' },
    })
    await files.remove('m')
    const outer = await openModelFolder(files, 'outer')
    expect(await outer.folder('a').json('config.json')).toBe(1)
    const inner = outer.folder('tokenizer')
    expect(numbersOf((await inner.tensors('model.safetensors')).tensors.get('w')!)).toEqual([1])
    // The copy is a model folder of its own.
    expect((await openModelFolder(files, 'outer/tokenizer')).about).toEqual({ seed: 7 })
  })

  test('may have its card edited', async () => {
    const files = await withModel()
    await files.write('m/README.md', '# My model\n')
    expect(await (await openModelFolder(files, 'm')).text('README.md')).toBe('# My model\n')
  })

  test('does not take in a damaged copy', async () => {
    const files = await withModel()
    await files.write('m/config.json', '{}')
    await expect(writeModelFolder(files, 'outer', { t: { copyOf: 'm' } })).rejects.toThrow(
      'm/config.json: it has 2 bytes',
    )
    expect(await files.list('')).toHaveLength(1)
  })
})

describe('opening', () => {
  test('names what is wrong and what to do', async () => {
    const files = await withModel()
    await files.write('file', '')
    await files.createFolder('empty')
    await files.write('runs/begun/recipe.yaml', '')
    await files.write('done/model/manifest.json', '')
    await files.write('foreign/config.json', '{}')
    for (const [path, message] of [
      ['nowhere', 'nowhere: no such folder exists, expected a model folder. Check the path.'],
      [
        'runs/titles/model',
        'runs/titles/model: no such folder exists, expected a model folder. Check the path, or train titles first.',
      ],
      [
        'runs/begun/model',
        'or finish the run by tesserae train runs/begun/recipe.yaml --resume --out runs/begun.',
      ],
      ['done', 'done: it is not a model folder, it has no manifest.json. Choose done/model.'],
      ['foreign', 'A model of another project becomes one by tesserae import.'],
      ['file', 'file: it is a file, expected a model folder. Check the path.'],
      ['empty', 'empty: it is not a model folder, it has no manifest.json. Choose the folder'],
    ] as const) {
      await expect(openModelFolder(files, path)).rejects.toThrow(StorageError)
      await expect(openModelFolder(files, path)).rejects.toThrow(message)
    }
  })

  test('finds truncated weights, changed files and missing files', async () => {
    const files = await withModel()
    const weights = await files.read('m/model.safetensors')
    await files.write('m/model.safetensors', weights.subarray(0, -1))
    await expect(openModelFolder(files, 'm')).rejects.toThrow('m/model.safetensors: it has')
    const changed = weights.slice()
    changed[changed.length - 1]! ^= 1
    await files.write('m/model.safetensors', changed)
    await expect(openModelFolder(files, 'm')).rejects.toThrow('m/model.safetensors: its SHA-256')
    await files.remove('m/model.safetensors')
    await expect(openModelFolder(files, 'm')).rejects.toThrow('m/model.safetensors: it is missing')
  })

  test('a name that the model does not have is refused with those that it has', async () => {
    const files = await withModel()
    await files.write('m/stranger.json', '{}')
    const model = await openModelFolder(files, 'm')
    for (const name of ['tokenizer.json', 'stranger.json']) {
      await expect(model.json(name)).rejects.toThrow(
        `m: it has no ${name}; its manifest names README.md, config.json,`,
      )
    }
    expect(() => model.folder('tokenizer')).toThrow('m: it has no tokenizer/;')
  })
})

test('a file that is larger than what is copied at once is copied whole', async () => {
  const files = createMemoryFiles()
  const bytes = new Uint8Array(2 ** 26 + 5).map((_, place) => place % 251)
  await files.write('large', bytes)
  await writeModelFolder(files, 'm', { large: { copyOf: 'large' } }, { about: {} })
  expect(await files.sha256('m/large')).toBe(await files.sha256('large'))
})

describe('replacing', () => {
  test('happens only when asked for', async () => {
    const files = await withModel()
    await expect(writeModelFolder(files, 'm', entries(2))).rejects.toThrow(
      'm: it exists already. Choose another place for the model folder.',
    )
    await writeModelFolder(files, 'm', entries(2), { replace: true })
    expect(await (await openModelFolder(files, 'm')).json('config.json')).toEqual({ depth: 2 })
    expect(await files.list('')).toHaveLength(1)
  })

  test('never touches what is not a model, or more than one', async () => {
    const files = await withModel()
    await files.write('m/samples/cat.png', 'precious')
    await files.write('documents/thesis.txt', 'precious')
    await files.write('file', 'precious')
    await files.createFolder('empty')
    for (const [path, finding] of [
      ['m', 'm: it contains samples/cat.png, which is not part of the model that is there.'],
      ['documents', 'documents: it is not a model folder.'],
      ['file', 'file: a file is there already.'],
    ] as const) {
      await expect(writeModelFolder(files, path, entries(2), { replace: true })).rejects.toThrow(
        finding,
      )
    }
    await writeModelFolder(files, 'empty', entries(2))
    expect(await files.readText('m/samples/cat.png')).toBe('precious')
    expect(await files.readText('documents/thesis.txt')).toBe('precious')
    expect(await files.readText('file')).toBe('precious')
  })

  test('and being killed at any moment leaves a model that opens', async () => {
    for (let changes = 0; ; changes++) {
      const files = await withModel()
      const isDone = await writeModelFolder(killedAfter(files, changes), 'm', entries(2), {
        replace: true,
      }).then(
        () => true,
        () => false,
      )
      const model = await openModelFolder(files, 'm')
      const { depth } = (await model.json('config.json')) as { depth: number }
      const { tensors } = await model.tensors('model.safetensors')
      expect(numbersOf(tensors.get('w')!)).toEqual([depth])
      await writeModelFolder(files, 'm', entries(3), { replace: true })
      expect(await files.list('')).toHaveLength(1)
      if (isDone) break
    }
  })
})
