/** Models of other projects: the fixtures, in a file system in memory, and what models compute. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { input } from '../../src/engine/graph/graph.js'
import type { Runtime } from '../../src/engine/runtime/runtime.js'
import { tensorOf } from '../../src/engine/tensor/tensor.js'
import { languageModelOf } from '../../src/generation/text/config.js'
import type { LanguageParts } from '../../src/generation/text/model-folder.js'
import type { Sight } from '../../src/network/models/language-model.js'
import { parameterInputs } from '../../src/network/parameters.js'
import { compute } from './compute.js'
import { createMemoryFiles } from './memory-files.js'
import { rowsOf } from './rows.js'

const fixtures = join(import.meta.dirname, '../fixtures/models')

/** A file system with the folder of a fixture in it, under its name, and what is expected of it. */
export const foreignModel = async (name: string) => {
  const files = createMemoryFiles()
  for (const file of readdirSync(join(fixtures, name))) {
    await files.write(`${name}/${file}`, readFileSync(join(fixtures, name, file)))
  }
  const expected = JSON.parse(await files.readText(`${name}/expected.json`))
  return { files, expected }
}

/** Hidden states and logits of a text's tokens. */
export const readTokens = async (
  runtime: Runtime,
  { config, tensors }: LanguageParts,
  ids: readonly number[],
  sight: Sight = 'causal',
) => {
  const model = languageModelOf(config)
  const { values } = parameterInputs(model.parameters)
  const given = input('ids', { dtype: 'int32', shape: [ids.length] })
  const states = model.read(values, { ids: given }, { batch: 1, sight })
  const found = await compute(
    runtime,
    { states, logits: model.score(values, states) },
    { ...tensors, ids: tensorOf('int32', ids) },
  )
  return { states: rowsOf(found.states!), logits: rowsOf(found.logits!) }
}

/** The largest difference between rows, relative to the largest expected number. */
export const relativeError = (
  found: readonly (readonly number[])[],
  expected: readonly (readonly number[])[],
): number => {
  const differences = expected.flatMap((row, index) =>
    row.map((value, column) => Math.abs(value - found[index]![column]!)),
  )
  return Math.max(...differences) / Math.max(...expected.flat().map(Math.abs))
}
