import { beforeAll, describe, expect, test } from 'vitest'
import { expectClose } from '../../../test/support/expect-close.js'
import { foreignModel } from '../../../test/support/foreign-models.js'
import { tinyEnvironment } from '../../../test/support/tiny-recipes.js'
import type { Media } from '../../data/media/media.js'
import { numbersOf, tensorOf } from '../../engine/tensor/tensor.js'
import { StorageError } from '../../errors.js'
import { type OpenModelOptions, openModel } from '../../generation/adapter/open-model.js'
import { exportHuggingFace } from '../../generation/export-hugging-face.js'
import { exportModel } from '../../generation/export-model.js'
import { exportOnnx } from '../../generation/export-onnx.js'
import { importModel } from '../../generation/import-model.js'
import { createPipeline } from '../../generation/pipelines/index.js'
import { openTextModel, readLanguageModel } from '../../generation/text/model-folder.js'
import {
  openTextClassifier,
  readTextClassification,
} from '../../generation/text-classification/model-folder.js'
import type { Files } from '../../storage/files.js'
import { readJson } from '../../storage/json.js'
import { listTree } from '../../storage/manifest.js'
import { openModelFolder, writeModelFolder } from '../../storage/model-folder.js'
import { openSafetensors, readSafetensors } from '../../storage/safetensors.js'
import { evaluateModel } from '../evaluate/evaluate-model.js'
import { parseRecipe } from '../parse-recipe.js'
import { runRecipe } from './run-recipe.js'
import { readStartConfig } from './start-config.js'

const media = {} as Media // No picture is looked at.
const base = 'models/stories'
let files: Files
let environment: ReturnType<typeof tinyEnvironment>['environment']

const tuning = 'tuning: { kind: adapters, rank: 2, strength: 8 }'
const common = 'training: { steps: 3, batch: 2, learningRate: 0.01, schedule: constant }'

beforeAll(async () => {
  ;({ files } = await foreignModel('stories260K'))
  ;({ environment } = tinyEnvironment(files, media))
  await importModel(files, 'stories260K', base)
  const lines = Array.from({ length: 20 }, (_, line) => `Tim saw ${line} whales.`)
  await files.write('texts/whales.txt', lines.join('\n'))
  const language = `
task: language-model
start: ${base}
data: { path: texts, documents: line, validation: { share: 0.2 } }
model: { context: 16 }
${tuning}
${common}
samples: []`
  await runRecipe(parseRecipe(language, { name: 'a.yaml' }), { out: 'runs/whales' }, environment)
  const rows = lines.map((line, row) => `${line}\t${row % 2 === 0 ? 'even' : 'odd'}`)
  await files.write('rows.tsv', rows.join('\n'))
  const labels = `
task: text-classification
start: ${base}
data: { path: rows.tsv, validation: 0.2 }
model: { context: 16, dropout: 0 }
${tuning}
${common}`
  await runRecipe(parseRecipe(labels, { name: 'b.yaml' }), { out: 'runs/labels' }, environment)
  const pairs = `
task: text-pairs
start: ${base}
data: { path: rows.tsv, source: text, target: label, validation: 0.2 }
model: { kind: decoder-only, sourceLength: 16, targetLength: 8, dropout: 0 }
writing: { beams: 1 }
${tuning}
${common}`
  await runRecipe(parseRecipe(pairs, { name: 'c.yaml' }), { out: 'runs/pairs' }, environment)
})

const write = async (folder: string, options = {}): Promise<string> => {
  const model = await openTextModel(files, environment.runtime, folder, options)
  let text = ''
  for await (const piece of model.write(model.promptOf('Tim saw'), {
    temperature: 0,
    maxTokens: 12,
  })) {
    text += piece.text
  }
  await model.close()
  return text
}

const open = <Task extends Parameters<typeof createPipeline>[0]>(
  task: Task,
  folder: string,
  options: OpenModelOptions = {},
) => createPipeline(task, folder, { ...environment, versions: { tesserae: '1' } }, options)

describe('the adapter of a language model', () => {
  test('is a small folder: two factors for each matrix, and where they belong', async () => {
    const { tensors } = await openSafetensors(files, 'runs/whales/adapter/model.safetensors')
    expect(tensors.size).toBe(5 * 4 * 2)
    expect(tensors.get('adapter.down/layers.4.mlp.output')?.shape).toEqual([172, 2])
    const sizeOf = async (folder: string) =>
      (await listTree(files, folder)).reduce((sum, { size }) => sum + size, 0)
    expect(await sizeOf('runs/whales/adapter')).toBeLessThan(0.15 * (await sizeOf(base)))
    expect(await readJson(files, 'runs/whales/adapter/config.json')).toMatchObject({
      task: 'adapter',
      base: { folder: base },
      rank: 2,
      strength: 8,
      leftOut: [],
      model: { task: 'language-model' },
    })
  })

  test('makes with its base the model that the run ended with', async () => {
    const [merged, whole, plain] = [
      await readLanguageModel(await openModel(files, 'runs/whales/adapter')),
      await readLanguageModel(await openModelFolder(files, 'runs/whales/model')),
      await readLanguageModel(await openModelFolder(files, base)),
    ]
    expect(merged.config).toEqual(whole.config)
    expect(Object.keys(merged.tensors).sort()).toEqual(Object.keys(whole.tensors).sort())
    for (const [name, tensor] of Object.entries(whole.tensors)) {
      expectClose(numbersOf(merged.tensors[name]!), numbersOf(tensor), { absolute: 0, relative: 0 })
    }
    expect(numbersOf(merged.tensors['layers.0.mlp.input']!)).not.toEqual(
      numbersOf(plain.tensors['layers.0.mlp.input']!),
    )
  })

  test('writes what the whole model writes', async () => {
    expect(await write('runs/whales/adapter')).toBe(await write('runs/whales/model'))
  })

  test('is merged by every export', async () => {
    const { bytes } = await exportModel(files, 'runs/whales/adapter', 'out/plain', {
      precision: 'float32',
    })
    expect(bytes).toBeGreaterThan(1e6)
    expect(await write('out/plain')).toBe(await write('runs/whales/model'))
    expect(await files.stat('out/plain/recipe.yaml')).toBeDefined()
    expect(await exportHuggingFace(files, 'runs/whales/adapter', 'out/theirs')).toMatchObject({
      architecture: 'llama',
    })
    expect(await exportOnnx(files, 'runs/whales/adapter', 'out/onnx')).toMatchObject({
      pipeline: 'text-generation',
    })
  })
})

test('what a run starts from says of itself what it is, also an adapter', async () => {
  const { config } = await readLanguageModel(await openModelFolder(files, base))
  expect(await readStartConfig(files, base)).toEqual(config)
  expect(await readStartConfig(files, 'runs/whales/adapter')).toMatchObject({
    task: 'language-model',
    network: config.network,
  })
  expect(await readStartConfig(files, 'models/none')).toBeUndefined()
})

test('the adapter of a classifier has the head that was trained beside it', async () => {
  const { tensors } = await openSafetensors(files, 'runs/labels/adapter/model.safetensors')
  expect([...tensors.keys()].filter((name) => !name.startsWith('adapter.')).sort()).toEqual([
    'output.head.bias',
    'output.head.weight',
  ])
  const [merged, whole] = [
    await readTextClassification(await openModel(files, 'runs/labels/adapter')),
    await readTextClassification(await openModelFolder(files, 'runs/labels/model')),
  ]
  expect(merged.config).toEqual(whole.config)
  for (const [name, tensor] of Object.entries(whole.tensors)) {
    expectClose(numbersOf(merged.tensors[name]!), numbersOf(tensor), { absolute: 0, relative: 0 })
  }
  const classify = async (folder: string) => {
    const model = await openTextClassifier(files, environment.runtime, folder)
    const found = await model.classify(['Tim saw 3 whales.'])
    await model.close()
    return found
  }
  expect(await classify('runs/labels/adapter')).toEqual(await classify('runs/labels/model'))
})

describe('goes where a whole model does', () => {
  test('the adapter of a model of text pairs, in pipelines and to be measured', async () => {
    const { tensors } = await openSafetensors(files, 'runs/pairs/adapter/model.safetensors')
    expect(tensors.size).toBe(5 * 4 * 2)
    const written = async (folder: string) => {
      const generate = await open('text2text-generation', folder)
      const found = await generate('Tim saw 3 whales.', { max_new_tokens: 4 })
      await generate.dispose()
      return found
    }
    expect(await written('runs/pairs/adapter')).toEqual(await written('runs/pairs/model'))
    expect(await evaluateModel('runs/pairs/adapter', environment)).toEqual(
      await evaluateModel('runs/pairs/model', environment),
    )
  })

  test('the adapter of a language model, to judge labels', async () => {
    const judged = async (folder: string) => {
      const judge = await open('zero-shot-classification', folder)
      const found = await judge('Tim saw a whale.', ['sea', 'land'])
      await judge.dispose()
      return found
    }
    expect(await judged('runs/whales/adapter')).toEqual(await judged('runs/whales/model'))
    expect(await judged('runs/whales/adapter')).not.toEqual(await judged(base))
  })

  test.each([
    ['language-model', 'data: { path: texts, documents: line, validation: { share: 0.2 } }'],
    ['text-classification', 'data: { path: rows.tsv, validation: 0.2 }'],
    [
      'text-pairs',
      'data: { path: rows.tsv, source: text, target: label, validation: 0.2 }',
      'model: { kind: decoder-only, sourceLength: 16, targetLength: 8 }',
    ],
  ])('as what a run of the task %s starts from, which trains no adapter again', async (...own) => {
    const [task, data, model = 'model: { context: 16 }'] = own
    const recipeOf = (wanted: string) =>
      parseRecipe(
        `
task: ${task}
start: runs/whales/adapter
${[data, model, wanted].join('\n')}
training: { steps: 1, batch: 2, learningRate: 0.01, schedule: constant }`,
        { name: 'd.yaml' },
      )
    const out = `runs/from adapter ${task}`
    await runRecipe(recipeOf('tuning: head'), { out }, environment)
    const name = 'layers.0.mlp.input'
    const [start, end] = await Promise.all(
      ['runs/whales/model', `${out}/model`].map((folder) =>
        openSafetensors(files, `${folder}/model.safetensors`).then((file) => file.read(name)),
      ),
    )
    expect(numbersOf(end!)).toEqual(numbersOf(start!))
    await expect(runRecipe(recipeOf(tuning), { out: `${out} again` }, environment)).rejects.toThrow(
      'start: expected a whole model for adapters to stand beside, found the adapter ' +
        'runs/whales/adapter. Merge it with its base first: "tesserae export" writes both as one.',
    )
  })
})

describe('is refused in one line', () => {
  const refusal = async (folder: string, options = {}): Promise<string> => {
    const error = await openTextModel(files, environment.runtime, folder, options).catch(
      (error: unknown) => error,
    )
    expect(error).toBeInstanceOf(StorageError)
    const { message } = error as StorageError
    expect(message).not.toContain('\n')
    return message
  }

  test('a base with other weights', async () => {
    expect(await refusal('runs/whales/adapter', { base: 'runs/whales/model' })).toMatch(
      /^runs\/whales\/adapter: it was trained beside models\/stories, whose model\.safetensors has the SHA-256 [0-9a-f]{12}…; that of runs\/whales\/model has [0-9a-f]{12}…\. Choose the model/,
    )
  })

  test('a base that is not where it was; another place can be named', async () => {
    const config = (await readJson(files, 'runs/whales/adapter/config.json')) as {
      base: { folder: string }
    }
    const { tensors } = await readSafetensors(files, 'runs/whales/adapter/model.safetensors')
    const moved = { ...config, base: { ...config.base, folder: 'gone/stories' } }
    await writeModelFolder(files, 'moved', {
      'config.json': { json: moved },
      'recipe.yaml': { copyOf: 'runs/whales/adapter/recipe.yaml' },
      'model.safetensors': { tensors },
    })
    expect(await refusal('moved')).toBe(
      'moved: its base was at gone/stories, where nothing is any more. Put it back, or say where it is now by the option base.',
    )
    expect(await write('moved', { base })).toBe(await write('runs/whales/model'))
    const generate = await open('text-generation', 'moved', { base })
    const [found] = await generate('Tim saw', { max_new_tokens: 12, return_full_text: false })
    await generate.dispose()
    expect(found).toEqual({ generated_text: await write('runs/whales/model') })
    expect(await evaluateModel('moved', environment, { base })).toEqual(
      await evaluateModel('runs/whales/model', environment),
    )
  })

  test('an adapter whose factors do not fit the base', async () => {
    const config = await readJson(files, 'runs/whales/adapter/config.json')
    const { tensors } = await readSafetensors(files, 'runs/whales/adapter/model.safetensors')
    const name = 'adapter.up/layers.0.mlp.input'
    for (const [change, found] of [
      [tensorOf('float32', new Array(20).fill(0), [2, 10]), 'F32 [2, 10]'],
      [undefined, 'nothing'],
    ] as const) {
      const changed = [...tensors].flatMap(([own, tensor]) =>
        own !== name
          ? [[own, tensor] as const]
          : change === undefined
            ? []
            : [[own, change] as const],
      )
      const entries = { 'config.json': { json: config }, 'model.safetensors': { tensors: changed } }
      await writeModelFolder(files, 'unfit', entries, { replace: true })
      expect(await refusal('unfit')).toContain(
        `tensor ${name}: expected F32 [2, 344] beside layers.0.mlp.input, found ${found}.`,
      )
    }
  })

  test('a base for what is no adapter', async () => {
    expect(await refusal('runs/whales/model', { base })).toContain(
      'runs/whales/model: expected an adapter to go with the base models/stories, found the task language-model.',
    )
  })
})
