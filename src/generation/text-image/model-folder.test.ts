import { describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import {
  tinyPixels,
  tinyTokenizerConfig,
  tinyTokenizerTensors,
} from '../../../test/support/tiny-image-tokenizer.js'
import { tinyModel } from '../../../test/support/tiny-model.js'
import { tinyTextTokenizer } from '../../../test/support/tiny-text-tokenizer.js'
import type { Runtime } from '../../engine/runtime/runtime.js'
import { StorageError } from '../../errors.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { writeModelFolder } from '../../storage/model-folder.js'
import { imageTokenizerEntries } from '../../tokenizers/image/model-folder.js'
import { trainBytePairEncoding } from '../../tokenizers/text/index.js'
import { specialTokens } from '../../tokenizers/vocabulary.js'
import { openTextImageModel, textImageEntries } from './model-folder.js'

const runtime = createInlineRuntime({ threads: 1 })
const { model, config, tensors } = await tinyModel(runtime)
const text = await tinyTextTokenizer()

/** Writes the model's folder with changes, beside that of its image tokenizer. */
const writeFolder = async (
  changes: Partial<Parameters<typeof textImageEntries>[0]> = {},
  tokenizerConfig = tinyTokenizerConfig(),
) => {
  const files = createMemoryFiles()
  const tokenizerTensors = tinyTokenizerTensors(tokenizerConfig)
  await writeModelFolder(
    files,
    'tokenizer',
    imageTokenizerEntries(tokenizerConfig, tokenizerTensors),
  )
  const content = { config, tensors, text, imageTokenizer: 'tokenizer', ...changes }
  await writeModelFolder(files, 'model', textImageEntries(content))
  // The model is whole without the tokenizer that it was made with.
  await files.remove('tokenizer')
  return files
}

test('a model that was written and opened draws the same bytes and says the same words', async () => {
  const opened = await openTextImageModel(await writeFolder(), runtime, 'model')
  const requests = [0, 1, 2].map((index) => ({ phrase: 'red cat', seed: 1, index }))
  expect(await opened.draw(requests)).toEqual(await model.draw(requests))
  const pixels = tinyPixels(1)
  expect(await opened.caption(pixels)).toBe(await model.caption(pixels))
  expect(opened.config).toEqual(config)
  await opened.close()
})

test('what was opened is closed again where the rest cannot be', async () => {
  let open = 0
  const full: Runtime = {
    ...runtime,
    createBuffers: async (...given) => {
      if (open > 0) throw new Error('the memory is full')
      const buffers = await runtime.createBuffers(...given)
      open++
      return {
        ...buffers,
        close: async () => {
          open--
          await buffers.close()
        },
      }
    },
  }
  const opening = openTextImageModel(await writeFolder(), full, 'model')
  await expect(opening).rejects.toThrow('the memory is full')
  expect(open).toBe(0)
})

test('a model says which folder it came from', async () => {
  const files = await writeFolder()
  const { source } = await openTextImageModel(files, runtime, 'model')
  expect(source).toEqual({ name: 'model', sha256: await files.sha256('model/manifest.json') })
  await files.rename('model', 'emoji')
  await files.createFolder('a/runs')
  await files.rename('emoji', 'a/runs/emoji')
  const moved = await openTextImageModel(files, runtime, 'a/runs/emoji/')
  expect(moved.source).toEqual({ ...source, name: 'runs/emoji' })
})

test('holds all that it needs', async () => {
  const files = await writeFolder()
  const names = (await files.list('model')).map(({ path }) => path)
  expect(names).toEqual([
    'model/config.json',
    'model/image-tokenizer',
    'model/manifest.json',
    'model/model.safetensors',
    'model/tokenizer.json',
  ])
})

describe('what does not fit is named', () => {
  const refusal = async (files: Awaited<ReturnType<typeof writeFolder>>, path = 'model') => {
    const opening = openTextImageModel(files, runtime, path)
    await expect(opening).rejects.toThrow(StorageError)
    return opening.catch((error: Error) => error.message)
  }

  test('the folder of an image tokenizer', async () => {
    const files = createMemoryFiles()
    const tokenizer = tinyTokenizerConfig()
    const entries = imageTokenizerEntries(tokenizer, tinyTokenizerTensors(tokenizer))
    await writeModelFolder(files, 'model', entries)
    expect(await refusal(files)).toMatch(
      /^model: expected a model of words and pictures, found an image tokenizer\. Choose another/,
    )
  })

  test('a text tokenizer with another vocabulary', async () => {
    const other = await trainBytePairEncoding({
      texts: ['red cat'],
      vocabularySize: 264,
      specialTokens: [...specialTokens],
    })
    expect(await refusal(await writeFolder({ text: other }))).toMatch(
      /tokenizer\.json: expected \d+ pieces .*, found 262; the tokenizer does not belong/,
    )
  })

  test('an image tokenizer with other codes', async () => {
    const fewer = tinyTokenizerConfig({ quantizer: { kind: 'finite-scalar', levels: [5, 4] } })
    expect(await refusal(await writeFolder({}, fewer))).toContain(
      'model/image-tokenizer: expected 2 × 2 codes out of 60 as config.json says, found 2 × 2 out of 20',
    )
    const finer = tinyTokenizerConfig({ patch: 2 })
    expect(await refusal(await writeFolder({}, finer))).toContain('found 4 × 4 out of 60')
  })

  test('missing weights', async () => {
    const { embedding: _, ...rest } = tensors
    expect(await refusal(await writeFolder({ tensors: rest }))).toContain(
      'model/model.safetensors: tensor embedding is missing',
    )
  })

  test('a file that was changed, and a folder that is not there', async () => {
    const files = await writeFolder()
    const weights = await files.read('model/model.safetensors')
    weights[weights.length - 1]! ^= 1
    await files.write('model/model.safetensors', weights)
    expect(await refusal(files)).toContain('model.safetensors')
    expect(await refusal(files, 'nowhere')).toContain('nowhere: no such folder exists')
  })
})
