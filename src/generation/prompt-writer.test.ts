import { expect, test } from 'vitest'
import { createMemoryFiles } from '../../test/support/memory-files.js'
import { tinyTextModel } from '../../test/support/tiny-text-model.js'
import { createInlineRuntime } from '../platform/node/runtime.js'
import { writeModelFolder } from '../storage/model-folder.js'
import { createCharacterTokenizer } from '../tokenizers/text/index.js'
import { openPromptWriter } from './prompt-writer.js'
import { languageEntries } from './text/model-folder.js'

test('what a model never read of a prompt is told', async () => {
  const runtime = createInlineRuntime({ threads: 1 })
  const { model: _, text, ...parts } = await tinyTextModel(runtime)
  const { vocabulary, specialTokens } = text.definition
  const unknownToken = specialTokens[0]!
  const own = createCharacterTokenizer({
    kind: 'character',
    vocabulary,
    specialTokens,
    unknownToken,
  })
  const files = createMemoryFiles()
  await writeModelFolder(files, 'model', languageEntries({ ...parts, text: own }))
  const writer = await openPromptWriter(files, runtime, 'model')
  expect(writer.read('abc')).not.toHaveProperty('notice')
  expect(writer.read('aß苹ß').notice).toBe(
    'the model never read "ß", "苹"; it sees unknown characters there',
  )
  expect(writer.read('αβγδεζηθικλμ').notice).toContain('"κ" and 2 others; it sees')
  await writer.close()
})
