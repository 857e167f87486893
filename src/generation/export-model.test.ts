import { describe, expect, test } from 'vitest'
import { expectSameTensors } from '../../test/support/expect-close.js'
import { fullAfter, killedAfter } from '../../test/support/failing-files.js'
import { foreignModel } from '../../test/support/foreign-models.js'
import { createMemoryFiles } from '../../test/support/memory-files.js'
import { tinyPixels } from '../../test/support/tiny-image-tokenizer.js'
import { writeTinyModel } from '../../test/support/tiny-model-folder.js'
import { numbersOf, tensorOf } from '../engine/tensor/tensor.js'
import { StorageError } from '../errors.js'
import { createInlineRuntime } from '../platform/node/runtime.js'
import type { Files } from '../storage/files.js'
import { openModelFolder, writeModelFolder } from '../storage/model-folder.js'
import { openSafetensors } from '../storage/safetensors.js'
import { readImageTokenizer } from '../tokenizers/image/model-folder.js'
import { exportHuggingFace } from './export-hugging-face.js'
import { exportModel } from './export-model.js'
import { exportOnnx } from './export-onnx.js'
import { importModel } from './import-model.js'
import { openTextModel, readLanguageModel } from './text/model-folder.js'
import { openTextImageModel } from './text-image/model-folder.js'

const runtime = createInlineRuntime({ threads: 1 })

const writeFolders = async () => {
  const files = createMemoryFiles()
  await writeTinyModel(files, runtime, {
    'README.md': { text: '# A model\n' },
    'samples/a.txt': { text: 'a' },
  })
  return files
}

const half = { precision: 'float16' } as const

const phrases = ['red cat', 'cat', 'red', 'cat red']

/** Both choose the same codes for phrases, whose pixels are nearly the same. */
const expectSameDrawings = async (files: Files, folder: string, other: string) => {
  const [drawings, expected] = await Promise.all(
    [folder, other].map(async (one) => {
      const model = await openTextImageModel(files, runtime, one)
      const drawing = { temperature: 0, guidance: 1 }
      const drawn = await model.draw(
        phrases.map((phrase) => ({ phrase })),
        drawing,
      )
      await model.close()
      return drawn
    }),
  )
  expect(drawings!.map(({ codes }) => [...codes])).toEqual(expected!.map(({ codes }) => [...codes]))
  for (const [place, { pixels }] of drawings!.entries()) {
    for (const [at, pixel] of pixels.entries()) {
      expect(Math.abs(pixel - expected![place]!.pixels[at]!)).toBeLessThanOrEqual(3)
    }
  }
}

/** Both say the same first characters; further on, rounding may part them. */
const expectSameWords = async (files: Files, folder: string, other: string) => {
  const [caption, expected] = await Promise.all(
    [folder, other].map(async (one) =>
      (await openTextImageModel(files, runtime, one)).caption(tinyPixels(1)),
    ),
  )
  expect(caption!.slice(0, 4)).toBe(expected!.slice(0, 4))
}

describe('a model in float16', () => {
  test('is half as large and draws what it draws in float32, or nearly', async () => {
    const files = await writeFolders()
    const { bytesBefore, bytes } = await exportModel(files, 'model', 'half', half)
    const weights = (folder: string) => openSafetensors(files, `${folder}/model.safetensors`)
    for (const folder of ['half', 'half/image-tokenizer']) {
      const stored = Array.from((await weights(folder)).tensors.values(), ({ type }) => type)
      expect(new Set(stored)).toEqual(new Set(['F16']))
    }
    expect(bytes).toBeLessThan(bytesBefore)
    const [whole, narrow] = [await weights('model'), await weights('half')]
    for (const name of whole.tensors.keys()) {
      const [before, after] = [await whole.read(name), await narrow.read(name)].map(numbersOf)
      for (const [index, value] of before!.entries()) {
        const tolerance = Math.max(2 ** -25, Math.abs(value) * 2 ** -11)
        expect(Math.abs(after![index]! - value)).toBeLessThanOrEqual(tolerance)
      }
    }

    await expectSameDrawings(files, 'half', 'model')
    await expectSameWords(files, 'half', 'model')
  })

  test('says so in its manifests, which keep what was said before', async () => {
    const files = await writeFolders()
    await exportModel(files, 'model', 'half', half)
    const folder = await openModelFolder(files, 'half')
    expect(folder.about).toEqual({ seed: 7, precision: 'float16' })
    expect(folder.names).toEqual((await openModelFolder(files, 'model')).names)
    expect(await folder.text('README.md')).toBe('# A model\n')
    // The tokenizer inside is a model folder of its own, as it was.
    const inside = await openModelFolder(files, 'half/image-tokenizer')
    expect(inside.about).toEqual({ seed: 3, precision: 'float16' })
  })

  test('may be an image tokenizer alone, and become float32 again', async () => {
    const files = await writeFolders()
    await exportModel(files, 'tokenizer', 'half', half)
    const { tokenizer } = await readImageTokenizer(runtime, await openModelFolder(files, 'half'))
    expect(await tokenizer.encode(tinyPixels(1))).toHaveLength(4)
    await exportModel(files, 'half', 'whole', { precision: 'float32' })
    expect((await openModelFolder(files, 'whole')).about).toEqual({ seed: 3, precision: 'float32' })
    // What is float16 already loses nothing any more.
    await exportModel(files, 'whole', 'half-again', half)
    expect(await files.sha256('half-again/model.safetensors')).toBe(
      await files.sha256('half/model.safetensors'),
    )
  })
})

/** The scores of the ids after a text, in a model folder as it is stored. */
const scoresOf = async (files: Files, folder: string, ids: readonly number[]) => {
  const model = await openTextModel(files, runtime, folder)
  try {
    return Array.from(await model.scoresAt(ids, ids.length - 1))
  } finally {
    await model.close()
  }
}

const squares = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x * x, 0)

describe('a model of few bits', () => {
  test.each([
    { precision: 'int8', error: 0.02, share: 0.31 },
    { precision: 'int4', error: 0.25, share: 0.25 },
  ] as const)('says nearly the same in $precision and writes', async (given) => {
    const { precision, error, share } = given
    const { files, expected } = await foreignModel('stories260K')
    await importModel(files, 'stories260K', 'model')
    await exportModel(files, 'model', 'small', { precision })
    const sizes = ['model', 'small'].map(async (folder) => {
      const weights = await files.stat(`${folder}/model.safetensors`)
      return weights!.size
    })
    const [before, after] = await Promise.all(sizes)
    expect(after! / before!).toBeLessThan(share)
    expect((await openModelFolder(files, 'small')).about).toMatchObject({ precision })

    const ids = expected.greedy_ids.slice(0, 40)
    const [exact, near] = [await scoresOf(files, 'model', ids), await scoresOf(files, 'small', ids)]
    const differences = exact.map((score, id) => score - near[id]!)
    expect(squares(differences) / squares(exact)).toBeLessThan(error ** 2)
    const model = await openTextModel(files, runtime, 'small')
    let text = ''
    const options = { maxTokens: 20, temperature: 0 }
    for await (const piece of model.write(model.promptOf('Once upon a time'), options)) {
      text += piece.text
    }
    await model.close()
    expect(text).toMatch(/^, there was a (little|big) (girl|boy) named [A-Z]/)
  })

  test('draws with matrices of 8 bits, by an image tokenizer in float16', async () => {
    const files = await writeFolders()
    await exportModel(files, 'model', 'small', { precision: 'int8' })
    expect((await openModelFolder(files, 'small/image-tokenizer')).about).toEqual({
      seed: 3,
      precision: 'float16',
    })
    await exportModel(files, 'small', 'wide', { precision: 'float32' })
    await expectSameDrawings(files, 'small', 'wide')
    await expectSameWords(files, 'small', 'wide')
  })

  test('becomes float32 again, without what was lost', async () => {
    const { files } = await foreignModel('stories260K')
    await importModel(files, 'stories260K', 'model')
    await exportModel(files, 'model', 'small', { precision: 'int8' })
    await exportModel(files, 'small', 'wide', { precision: 'float32' })
    const [small, wide] = [
      await readLanguageModel(await openModelFolder(files, 'small')),
      await readLanguageModel(await openModelFolder(files, 'wide')),
    ]
    expectSameTensors(wide.tensors, small.tensors)
    const { metadata, tensors } = await openSafetensors(files, 'wide/model.safetensors')
    expect(metadata).toEqual({})
    expect([...tensors.keys()]).not.toContain('embedding.codes')
  })
})

describe('is refused', () => {
  test('few bits for an image tokenizer', async () => {
    const files = await writeFolders()
    await expect(exportModel(files, 'tokenizer', 'small', { precision: 'int8' })).rejects.toThrow(
      'tokenizer: expected float16 or float32 for an image tokenizer, got int8.',
    )
  })

  test('a place where something is, whatever it is', async () => {
    const files = await writeFolders()
    await files.write('precious/thesis.txt', 'precious')
    for (const [place, finding] of [
      ['model', 'model: it exists already. Choose another place'],
      ['precious', 'precious: it exists already'],
      ['precious/thesis.txt', 'precious/thesis.txt: a file is there already'],
    ] as const) {
      await expect(exportModel(files, 'model', place, half)).rejects.toThrow(finding)
    }
    expect(await files.readText('precious/thesis.txt')).toBe('precious')
    await files.createFolder('empty')
    await exportModel(files, 'model', 'empty', half)
  })

  test.each([
    ['exportModel', (files: Files) => exportModel(files, 'nowhere', 'precious', half)],
    ['exportHuggingFace', (files: Files) => exportHuggingFace(files, 'nowhere', 'precious')],
    ['exportOnnx', (files: Files) => exportOnnx(files, 'nowhere', 'precious')],
    ['importModel', (files: Files) => importModel(files, 'nowhere', 'precious')],
  ])('such a place by %s before anything is read', async (_, write) => {
    const files = createMemoryFiles()
    await files.write('precious/thesis.txt', 'precious')
    await expect(write(files)).rejects.toThrow('precious: it exists already')
  })

  test('a folder that is no model, or a damaged one', async () => {
    const files = await writeFolders()
    await writeModelFolder(files, 'other', { 'config.json': { json: { task: 'poetry' } } })
    await expect(exportModel(files, 'other', 'half', half)).rejects.toThrow(
      'other/config.json: expected the task text-image or image-tokenizer',
    )
    await expect(exportModel(files, 'nowhere', 'half', half)).rejects.toThrow(StorageError)
    await files.write('model/image-tokenizer/config.json', '{}')
    await expect(exportModel(files, 'model', 'half', half)).rejects.toThrow('it has 2 bytes')
    expect(await files.stat('half')).toBeUndefined()
  })

  test('a weight that float16 cannot hold, by its name', async () => {
    const files = createMemoryFiles()
    await writeModelFolder(files, 'large', {
      'config.json': { json: { task: 'image-tokenizer' } },
      'model.safetensors': { tensors: [['encoder.w', tensorOf('float32', [1, -70_000])]] },
    })
    await expect(exportModel(files, 'large', 'half', half)).rejects.toThrow(
      'tensor "encoder.w" has the number -70000, float16 reaches 65504. Keep this model in float32.',
    )
    expect((await files.list('.')).map(({ path }) => path)).toEqual(['./large'])
  })
})

test.each([
  { what: 'killed at any operation', failing: killedAfter },
  { what: 'full after any write', failing: fullAfter },
])('$what, the disk holds the whole export or none', async ({ what, failing }) => {
  const files = await writeFolders()
  for (let changes = 0; ; changes++) {
    await files.remove('half')
    await files.remove('half.partial')
    const isDone = await exportModel(failing(files, changes), 'model', 'half', half).then(
      () => true,
      () => false,
    )
    if (await files.stat('half')) {
      const model = await openModelFolder(files, 'half')
      expect(model.about.precision).toBe('float16')
    } else if (what.startsWith('full')) {
      expect(await files.stat('half.partial')).toBeUndefined()
    }
    if (isDone) break
  }
})
