import { describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import { tinyTextModel } from '../../../test/support/tiny-text-model.js'
import { StorageError } from '../../errors.js'
import { createNodeMedia } from '../../platform/node/media.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { writeModelFolder } from '../../storage/model-folder.js'
import { createPipeline, type PipelineTask } from '../pipelines/index.js'
import { languageEntries } from './model-folder.js'

const runtime = createInlineRuntime({ threads: 1 })
const { model, ...parts } = await tinyTextModel(runtime)
const media = createNodeMedia()

/** Writes the model's folder with changes. */
const writeFolder = async (changes: Partial<typeof parts> = {}) => {
  const files = createMemoryFiles()
  await writeModelFolder(files, 'model', languageEntries({ ...parts, ...changes }))
  return { files, media, runtime, versions: { tesserae: '1.2.3' } }
}

describe('the folder of a language model', () => {
  test('opens as a pipeline that writes what the model writes', async () => {
    const generate = await createPipeline('text-generation', 'model', await writeFolder())
    let expected = ''
    const options = { temperature: 0, maxTokens: 8 }
    for await (const { text } of model.write(model.promptOf('abc'), options)) expected += text
    expect(await generate('abc', { max_new_tokens: 8 })).toEqual([
      { generated_text: `abc${expected}` },
    ])
    await generate.dispose()
  })

  test('is no pipeline for what the model was not trained for', async () => {
    const opened = createPipeline('fill-mask', 'model', await writeFolder())
    await expect(opened).rejects.toThrow(
      'fill-mask: expected a model that was trained to fill gaps',
    )
  })

  test('is refused when its tokenizer does not belong to the weights', async () => {
    const { text } = await tinyTextModel(runtime, { letters: 'abcdefghijklmnopqrstuvwxyz' })
    const opened = createPipeline('text-generation', 'model', await writeFolder({ text }))
    await expect(opened).rejects.toThrow(/the tokenizer does not belong to these weights/)
    await expect(opened).rejects.toThrow(StorageError)
  })

  test('tells somebody who chose another kind of model what it is', async () => {
    const environment = await writeFolder()
    const opening = (task: PipelineTask) => createPipeline(task, 'model', environment)
    await expect(opening('text-classification')).rejects.toThrow(
      'model: expected a model that classifies texts, found a language model. Choose another folder, or ' +
        'use this one with tesserae generate text or pipeline("text-generation").',
    )
    await expect(opening('text-to-image')).rejects.toThrow(
      'model: expected a model of words and pictures, found a language model.',
    )
    const { files } = environment
    const write = (folder: string, config: object) =>
      writeModelFolder(files, folder, { 'config.json': { json: config } })
    const open = (folder: string) => createPipeline('text-generation', folder, environment)
    await write('exported', { model_type: 'gpt2' })
    await expect(open('exported')).rejects.toThrow('found a folder that was exported for other')
    await write('odd', { task: 'weather' })
    await expect(open('odd')).rejects.toThrow(
      'odd: expected a language model, found the task "weather"',
    )
    await write('damaged', { task: 'language-model' })
    await expect(open('damaged')).rejects.toThrow(
      /^damaged\/config\.json: .*not the folder of a language/,
    )
  })
})
