import { beforeAll, describe, expect, test } from 'vitest'
import { foreignModel, readTokens } from '../../../../test/support/foreign-models.js'
import { tinyEnvironment } from '../../../../test/support/tiny-recipes.js'
import type { Media } from '../../../data/media/media.js'
import { exportHuggingFace } from '../../../generation/export-hugging-face.js'
import { exportOnnx } from '../../../generation/export-onnx.js'
import { importModel, readForeignModel } from '../../../generation/import-model.js'
import { createPipeline } from '../../../generation/pipelines/index.js'
import { openPromptWriter } from '../../../generation/prompt-writer.js'
import type { LanguageConfig } from '../../../generation/text/config.js'
import { readLanguageModel } from '../../../generation/text/model-folder.js'
import type { Files } from '../../../storage/files.js'
import { readJson } from '../../../storage/json.js'
import { openModelFolder } from '../../../storage/model-folder.js'
import { parseRecipe } from '../../parse-recipe.js'
import { type RunRecipeOptions, runRecipe } from '../run-recipe.js'

const media = {} as Media // No picture is looked at.
let files: Files

const run = async (
  out: string,
  overrides: readonly string[],
  options: Omit<RunRecipeOptions, 'out'> = {},
) => {
  const recipe = parseRecipe(
    `
task: language-model
data: { path: lines.txt, documents: line, validation: { share: 0.2 } }
text: { kind: characters }
model: { depth: 1, width: 16, heads: 2, context: 16 }
training: { steps: 2, batch: 2, learningRate: 0.01, sampleEvery: 1 }`,
    { name: 'lines.yaml', overrides },
  )
  const { environment, samples } = tinyEnvironment(files, media)
  await runRecipe(recipe, { out, ...options }, environment)
  return { environment: { ...environment, versions: { tesserae: '1' } }, samples }
}

const configOf = async (out: string) =>
  (await readJson(files, `${out}/model/config.json`)) as LanguageConfig

const toFill = ['objective.nextToken=0', 'objective.maskedSpans=1']

beforeAll(async () => {
  ;({ files } = await foreignModel('hf-tiny-bert'))
  const lines = Array.from({ length: 40 }, (_, line) => `t${line} t17 t6`)
  await files.write('lines.txt', lines.join('\n'))
  await run('continuing', [])
  await run('filling', toFill)
})

describe('a model that goes on from another can do what it was trained for', () => {
  test('one that continued texts fills gaps', async () => {
    const { environment } = await run('now filling', ['start=continuing/model', ...toFill])
    expect((await configOf('now filling')).skills).toEqual(['fill'])
    const fill = await createPipeline('fill-mask', 'now filling/model', environment)
    expect(await fill('t1 [MASK]17', { top_k: 3 })).toHaveLength(3)
    await fill.dispose()
  })

  test('one that filled gaps continues texts: in samples, and as others get it', async () => {
    expect((await exportOnnx(files, 'filling/model', 'theirs/gaps')).pipeline).toBe('fill-mask')
    const { samples } = await run('now continuing', ['start=filling/model'])
    expect((await configOf('now continuing')).skills).toEqual(['continue'])
    expect(samples).toContain('text')
    const { pipeline } = await exportOnnx(files, 'now continuing/model', 'theirs/texts')
    expect(pipeline).toBe('text-generation')
  })

  test('one that is trained for both does both', async () => {
    const { environment } = await run('both', ['start=continuing/model', 'objective.maskedSpans=1'])
    expect(await configOf('both')).toMatchObject({
      skills: ['continue', 'fill'],
      readsGapsBefore: true,
    })
    const fill = await createPipeline('fill-mask', 'both/model', environment)
    expect(await fill('t1 [MASK]17')).toHaveLength(5)
    await fill.dispose()
    const write = await createPipeline('text-generation', 'both/model', environment)
    expect(await write('t1 ', { max_new_tokens: 2 })).toHaveLength(1)
    await write.dispose()
    await run('no longer both', ['start=both/model', ...toFill])
    expect(await configOf('no longer both')).not.toHaveProperty('readsGapsBefore')
  })

  test('BERT, which read from both sides, reads prompts as it learned to continue', async () => {
    await importModel(files, 'hf-tiny-bert', 'bert')
    expect(await readJson(files, 'bert/config.json')).toMatchObject({ prefixes: 'bidirectional' })
    await run('continuing bert', ['start=bert'])
    expect(await configOf('continuing bert')).toMatchObject({
      skills: ['continue'],
      prefixes: 'causal',
    })
    await run('filling bert', ['start=bert', ...toFill])
    expect(await configOf('filling bert')).toMatchObject({
      skills: ['fill'],
      prefixes: 'bidirectional',
    })
  })
})

test('what only fills gaps is refused in one line by what writes or judges texts', async () => {
  const { environment } = tinyEnvironment(files, media)
  const world = { ...environment, versions: { tesserae: '1' } }
  const reason =
    'expected a model that was trained to continue texts (skills: continue), got one that was ' +
    "trained to fill gaps. Take pipeline('fill-mask') instead"
  for (const task of ['text-generation', 'zero-shot-classification'] as const) {
    await expect(createPipeline(task, 'filling/model', world)).rejects.toThrow(`${task}: ${reason}`)
  }
  await expect(openPromptWriter(files, environment.runtime, 'filling/model')).rejects.toThrow(
    `filling/model: ${reason}`,
  )
})

test('a recipe trains a Llama from nothing, which others read and which comes back the same', async () => {
  const { environment } = await run('llama', [
    ...['model.activation=swiglu', 'model.queryKeyNorm=false', 'model.keyValueHeads=1'],
  ])
  expect(await exportHuggingFace(files, 'llama/model', 'theirs/llama')).toMatchObject({
    architecture: 'llama',
  })
  const own = await readLanguageModel(await openModelFolder(files, 'llama/model'))
  const again = await readForeignModel(files, 'theirs/llama')
  const ids = own.text.encode('t1 t17 t6')
  const { runtime } = environment
  expect(await readTokens(runtime, again, ids)).toEqual(await readTokens(runtime, own, ids))
  await expect(exportHuggingFace(files, 'continuing/model', 'theirs/none')).rejects.toThrow(
    'hasQueryKeyNorm is true, llama has false',
  )
})

test.each([
  ['to continue texts', []],
  ['to fill gaps', toFill],
])(
  'a run that learns %s ends where it would have, however often it is stopped',
  async (name, ways) => {
    const both = [...ways, 'training.steps=6', 'model.dropout=0.2', 'training.accumulation=2']
    await run(`straight ${name}`, both)
    await run(`stopped ${name}`, both, { maximumSteps: 3 })
    await run(`stopped ${name}`, both, { shouldResume: true })
    const [straight, stopped] = await Promise.all(
      ['straight', 'stopped'].map((how) => files.sha256(`${how} ${name}/model/model.safetensors`)),
    )
    expect(stopped).toBe(straight)
  },
)
