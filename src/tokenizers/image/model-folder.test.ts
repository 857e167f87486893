import { describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import {
  tinyPixels,
  tinyTokenizerConfig,
  tinyTokenizerTensors,
} from '../../../test/support/tiny-image-tokenizer.js'
import type { Tensor } from '../../engine/tensor/tensor.js'
import { zeroTensor } from '../../engine/tensor/tensor.js'
import { StorageError } from '../../errors.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { openModelFolder, writeModelFolder } from '../../storage/model-folder.js'
import { createImageTokenizer } from './image-tokenizer.js'
import { imageTokenizerEntries, readImageTokenizer } from './model-folder.js'

const runtime = createInlineRuntime({ threads: 1 })
const config = tinyTokenizerConfig()
const tensors = tinyTokenizerTensors(config)

/** Writes a folder with changes to what belongs there, and reads the tokenizer of it. */
const writeAndRead = async (
  change: { tensors?: Record<string, Tensor>; config?: unknown } = {},
) => {
  const files = createMemoryFiles()
  const entries = imageTokenizerEntries(config, change.tensors ?? tensors)
  const json = 'config' in change ? { 'config.json': { json: change.config } } : {}
  await writeModelFolder(files, 'model', { ...entries, ...json })
  return readImageTokenizer(runtime, await openModelFolder(files, 'model'))
}

test('a tokenizer that was written and read gives the same codes and pictures', async () => {
  const pixels = tinyPixels(3)
  const written = await createImageTokenizer({ runtime, config, tensors })
  const read = await writeAndRead()
  expect(read.config).toEqual(config)
  const codes = await written.encode(pixels)
  expect(await read.tokenizer.encode(pixels)).toEqual(codes)
  expect(await read.tokenizer.decode(codes)).toEqual(await written.decode(codes))
})

describe('what does not fit is named', () => {
  const { 'encoder.output.bias': bias, ...rest } = tensors

  test('a missing tensor', async () => {
    await expect(writeAndRead({ tensors: rest })).rejects.toThrow(
      'model/model.safetensors: tensor encoder.output.bias is missing',
    )
  })

  test('a tensor of another shape', async () => {
    const wrong = { ...rest, 'encoder.output.bias': zeroTensor({ dtype: 'float32', shape: [4] }) }
    await expect(writeAndRead({ tensors: wrong })).rejects.toThrow(
      'tensor encoder.output.bias: expected float32 [3], found F32 [4]',
    )
  })

  test('a tensor too many', async () => {
    await expect(writeAndRead({ tensors: { ...tensors, other: bias! } })).rejects.toThrow(
      'unknown tensor other',
    )
  })

  test.each([{ task: 'text-image', ...config }, { ...config }, null, [], 'image-tokenizer'])(
    'another task: %j',
    async (content) => {
      const reading = writeAndRead({ config: content })
      await expect(reading).rejects.toThrow(StorageError)
      await expect(reading).rejects.toThrow('model/config.json: expected the task image-tokenizer')
    },
  )

  test('a configuration that was changed', async () => {
    const reading = writeAndRead({ config: { task: 'image-tokenizer', ...config, patch: -1 } })
    await expect(reading).rejects.toThrow(/config\.json: patch: .*not as it was written/)
  })
})
