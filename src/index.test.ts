import { expect, test } from 'vitest'
import { createMemoryFiles } from '../test/support/memory-files.js'
import { tinyTextModel } from '../test/support/tiny-text-model.js'
import { watchRuntime } from '../test/support/watched-runtime.js'
import { languageEntries } from './generation/text/model-folder.js'
import { createTesserae } from './index.js'
import { createNodePlatform } from './platform/node/platform.js'
import { createInlineRuntime } from './platform/node/runtime.js'
import { writeModelFolder } from './storage/model-folder.js'

const inline = createInlineRuntime({ threads: 1 })
const { model, ...parts } = await tinyTextModel(inline)
await model.close()

/** Tesserae with one model folder, on a runtime whose closings are counted. */
const open = async () => {
  const files = createMemoryFiles()
  await writeModelFolder(files, 'model', languageEntries(parts))
  const watched = watchRuntime(inline)
  let closed = 0
  const runtime = { ...watched, close: async () => void closed++ }
  const platform = { ...createNodePlatform(), files, createRuntime: () => runtime }
  return { ...createTesserae(platform), runtime, closed: () => closed }
}

test('a pipeline may be disposed of more than once', async () => {
  const { pipeline, runtime, closed } = await open()
  const generate = await pipeline('text-generation', 'model')
  await generate('abc', { max_new_tokens: 2 })
  await Promise.all([generate.dispose(), generate.dispose()])
  await generate.dispose()
  expect(runtime.open()).toEqual({ buffers: 0, programs: 0 })
  expect(closed()).toBe(1)
})

test('the runtime is closed where a pipeline fails to be', async () => {
  const { pipeline, runtime, closed } = await open()
  const { createBuffers } = runtime
  runtime.createBuffers = async (tensors) =>
    Object.assign(await createBuffers(tensors), {
      close: () => Promise.reject(new Error('the buffers are stuck')),
    })
  const generate = await pipeline('text-generation', 'model')
  await expect(generate.dispose()).rejects.toThrow('stuck')
  expect(closed()).toBe(1)
})

test('a pipeline that cannot be opened leaves no runtime open', async () => {
  const { pipeline, closed } = await open()
  await expect(pipeline('fill-mask', 'model')).rejects.toThrow('fill-mask: expected')
  await expect(pipeline('text-to-image', 'model', { base: 'other' })).rejects.toThrow(
    'model: expected an adapter to go with the base other, found the task language-model',
  )
  expect(closed()).toBe(2)
})
