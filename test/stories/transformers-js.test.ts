/**
 * From a model of ours, or one that was imported, to a folder that npm's @huggingface/transformers
 * runs offline. What that client says is compared with what the model says here, and with what was
 * recorded elsewhere.
 */

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AutoModelForCausalLM,
  AutoModelForMaskedLM,
  Tensor as ClientTensor,
  env,
  pipeline,
} from '@huggingface/transformers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportModel } from '../../src/generation/export-model.js'
import { exportOnnx } from '../../src/generation/export-onnx.js'
import { importModel, readForeignModel } from '../../src/generation/import-model.js'
import { createFillMask } from '../../src/generation/pipelines/fill-mask.js'
import { createTextGeneration } from '../../src/generation/pipelines/text-generation.js'
import type { LanguageConfig } from '../../src/generation/text/config.js'
import {
  languageEntries,
  openTextModel,
  readLanguageModel,
} from '../../src/generation/text/model-folder.js'
import {
  textClassificationSchema,
  textClassifierOf,
} from '../../src/generation/text-classification/config.js'
import {
  openTextClassifier,
  textClassificationEntries,
} from '../../src/generation/text-classification/model-folder.js'
import { createTextClassifier } from '../../src/generation/text-classification/text-classifier.js'
import { createNodeFiles } from '../../src/platform/node/files.js'
import { createInlineRuntime } from '../../src/platform/node/runtime.js'
import { readJson } from '../../src/storage/json.js'
import { openModelFolder, writeModelFolder } from '../../src/storage/model-folder.js'
import { learnGrams } from '../../src/tokenizers/text/grams.js'
import { randomParameters } from '../support/compute.js'
import { expectClose } from '../support/expect-close.js'
import { foreignModel, readTokens, relativeError } from '../support/foreign-models.js'
import { addMaskedHead } from '../support/masked-head.js'
import { type TinyTextModelOptions, tinyTextModel } from '../support/tiny-text-model.js'

const runtime = createInlineRuntime({ threads: 1 })
const files = createNodeFiles()
const folder = mkdtempSync(join(tmpdir(), 'tesserae-client-'))
const fixtures = join(import.meta.dirname, '../fixtures/models')
const at = (name: string) => join(folder, name)

beforeAll(() => {
  env.allowRemoteModels = false
  env.localModelPath = folder
})
afterAll(() => rmSync(folder, { recursive: true }))

const openFillMask = async (name: string) =>
  createFillMask(await openTextModel(files, runtime, at(`ours/${name}`)))

/** Imports a fixture and exports it for the client, under its own name. */
const bring = async (fixture: string) => {
  cpSync(join(fixtures, fixture), at(`theirs/${fixture}`), { recursive: true })
  await importModel(files, at(`theirs/${fixture}`), at(`ours/${fixture}`))
  return exportOnnx(files, at(`ours/${fixture}`), at(fixture))
}

const rows = (ids: readonly (readonly number[])[]) =>
  new ClientTensor('int64', BigInt64Array.from(ids.flat(), BigInt), [ids.length, ids[0]!.length])

/** A model of the client's, as far as these tests know it. */
interface ClientModel {
  (inputs: object): Promise<{ logits: ClientTensor }>
  generate(options: object): Promise<ClientTensor>
  dispose(): Promise<unknown>
}

// The client's own types leave out what its models return.
const openCausal = async (name: string) =>
  (await AutoModelForCausalLM.from_pretrained(name)) as unknown as ClientModel

/** The logits of one row of ids, [time][vocabulary]. */
const theirLogits = async (model: ClientModel, ids: readonly number[]): Promise<number[][]> => {
  const { logits } = await model({
    input_ids: rows([ids]),
    attention_mask: rows([ids.map(() => 1)]),
  })
  return logits.tolist()[0]
}

describe('stories260K, a Llama with shared heads', () => {
  const name = 'stories260K'

  beforeAll(async () => {
    expect(await bring(name)).toMatchObject({ pipeline: 'text-generation', architecture: 'llama' })
  })

  test('has the logits that were recorded, and writes the recorded text', async () => {
    const { expected } = await foreignModel(name)
    const model = await openCausal(name)
    const logits = await theirLogits(model, expected.greedy_ids.slice(0, 64))
    const found = expected.logits_positions.map((place: number) => logits[place])
    expect(relativeError(found, expected.logits)).toBeLessThan(1e-4)
    const written = await model.generate({
      input_ids: rows([[1]]),
      attention_mask: rows([[1]]),
      max_new_tokens: 256,
    })
    expect(Array.from(written.data, Number)).toEqual(expected.greedy_ids)
    await model.dispose()
  })

  test('goes on with several texts at once as with each alone', async () => {
    const generate = await pipeline('text-generation', name)
    const ours = createTextGeneration(await openTextModel(files, runtime, at(`ours/${name}`)))
    const prompts = ['Once upon a time', 'Lily', 'The little dog was very']
    const found = await generate(prompts, { max_new_tokens: 24 })
    expect(found).toEqual(await ours(prompts, { max_new_tokens: 24 }))
    await generate.dispose()
    await ours.dispose()
  })
})

test.each([
  ['int8', 'onnx/model_quantized.onnx'],
  ['int4', 'onnx/model_q4.onnx'],
] as const)(
  'in %s it goes on with a text as here with the same matrices',
  async (precision, file) => {
    const name = `stories-${precision}`
    const whole = at('ours/stories260K')
    await exportModel(files, whole, at(`ours/${name}`), { precision })
    // From the model in float32, whose matrices become the same ones.
    await exportOnnx(files, whole, at(name), { precision })
    const graph = await files.stat(at(`${name}/${file}`))
    const before = await files.stat(at('stories260K/onnx/model.onnx'))
    expect(graph!.size).toBeLessThan(0.45 * before!.size)
    const generate = await pipeline('text-generation', name)
    const ours = createTextGeneration(await openTextModel(files, runtime, at(`ours/${name}`)))
    const limit = { max_new_tokens: 24 }
    expect(await generate('Once upon a time', limit)).toEqual(await ours('Once upon a time', limit))
    await generate.dispose()
    await ours.dispose()
  },
)

test('GPT-2 has the logits that were recorded', async () => {
  const name = 'hf-tiny-gpt2'
  expect(await bring(name)).toMatchObject({ pipeline: 'text-generation', architecture: 'gpt2' })
  const { expected } = await foreignModel(name)
  const model = await openCausal(name)
  const logits = await theirLogits(model, expected.input_ids)
  expect(relativeError(logits, expected.tied_logits)).toBeLessThan(1e-4)
  await model.dispose()
})

/** Writes a model with random parameters as `ours/NAME` and exports it as NAME. */
const makeOwn = async (name: string, options: TinyTextModelOptions) => {
  const { model, ...parts } = await tinyTextModel(runtime, options)
  await writeModelFolder(files, at(`ours/${name}`), languageEntries(parts))
  const exported = await exportOnnx(files, at(`ours/${name}`), at(name))
  return { model, exported, ...parts }
}

describe('a model that no architecture describes', () => {
  const networks: Record<string, Partial<LanguageConfig['network']>> = {
    'our own default': {},
    'gates, shared keys, a tied head': {
      activation: 'swiglu',
      heads: 4,
      keyValueHeads: 2,
      hasTiedHead: true,
    },
    'learned places': { positions: 'learned', positionOffset: 2, norm: 'layer', hasBias: true },
    'no places, norms behind': { positions: 'none', isPostNorm: true, activation: 'relu' },
  }

  test.each(Object.entries(networks))('writes the same: %s', async (what, network) => {
    const name = what.replaceAll(/\W+/g, '-')
    const { model, config, tensors, text, exported } = await makeOwn(name, {
      network,
      hasEnd: false,
    })
    expect(exported).toMatchObject({ pipeline: 'text-generation', architecture: null })
    expect(await readJson(files, at(`${name}/config.json`))).toMatchObject({
      model_type: 'llama',
      tesserae: { network: { width: 16 } },
    })
    const ids = model.promptOf('abc é中')
    const client = await openCausal(name)
    const { logits } = await readTokens(runtime, { config, tensors, text }, ids)
    expect(relativeError(await theirLogits(client, ids), logits)).toBeLessThan(1e-5)
    await client.dispose()
    const generate = await pipeline('text-generation', name)
    const ours = createTextGeneration(model)
    const prompts = ['abc', 'é', 'hgfedc']
    const limit = { max_new_tokens: 8 }
    expect(await generate(prompts, limit)).toEqual(await ours(prompts, limit))
    await generate.dispose()
    await ours.dispose()
  })

  test('reads prompts from both sides where the model does', async () => {
    const { model, config, tensors, text } = await makeOwn('prefix', { prefixes: 'bidirectional' })
    const ids = model.promptOf('cabbage')
    const client = await openCausal('prefix')
    const found = await theirLogits(client, ids)
    const { logits } = await readTokens(runtime, { config, tensors, text }, ids, 'bidirectional')
    expect(relativeError(found, logits)).toBeLessThan(1e-5)
    // After the prompt, tokens see what is before them alone.
    const generate = await pipeline('text-generation', 'prefix')
    const ours = createTextGeneration(model)
    const limit = { max_new_tokens: 6 }
    expect(await generate('cabbage', limit)).toEqual(await ours('cabbage', limit))
    await generate.dispose()
    await client.dispose()
    await ours.dispose()
  })

  test('answers in a conversation by its chat template', async () => {
    const chatTemplate = '{% for m in messages %}{{ m.content }}<eos>{% endfor %}'
    const { model } = await makeOwn('chat', { chatTemplate, hasEnd: false })
    const messages = [{ role: 'user', content: 'abc' }]
    const limit = { max_new_tokens: 6 }
    const generate = await pipeline('text-generation', 'chat')
    const ours = createTextGeneration(model)
    expect(await generate(messages, limit)).toEqual(await ours(messages, limit))
    await generate.dispose()
    await ours.dispose()
  })
})

describe('gaps', () => {
  test('are filled as here', async () => {
    const { model, exported } = await makeOwn('gaps', { skills: ['fill'] })
    expect(exported).toMatchObject({ pipeline: 'fill-mask' })
    const fill = await pipeline('fill-mask', 'gaps')
    const ours = createFillMask(model)
    const texts = ['ab<mask>de', 'c<mask>', 'abcdefgh<mask>']
    const found = await fill(texts, { top_k: 3 })
    const expected = await ours(texts, { top_k: 3 })
    for (const [index, guesses] of expected.entries()) {
      const theirs = found[index]!
      expect(theirs.map(({ token_str }) => token_str)).toEqual(
        guesses.map(({ token_str }) => token_str),
      )
      expect(theirs.map(({ sequence }) => sequence)).toEqual(
        guesses.map(({ sequence }) => sequence),
      )
      expectClose(
        theirs.map(({ score }) => score),
        guesses.map(({ score }) => score),
      )
    }
    await fill.dispose()
    await ours.dispose()
  })

  test.each([
    { what: 'by its embeddings alone', hasHead: false },
    { what: 'by its head for masked tokens', hasHead: true },
  ])('BERT scores tokens $what', async ({ hasHead }) => {
    const name = 'hf-tiny-bert'
    const own = `${name}-${hasHead}`
    const { expected } = await foreignModel(name)
    cpSync(join(fixtures, name), at(`theirs/${own}`), { recursive: true })
    const logitsOf = hasHead ? await addMaskedHead(files, at(`theirs/${own}`)) : undefined
    await importModel(files, at(`theirs/${own}`), at(`ours/${own}`))
    expect(await exportOnnx(files, at(`ours/${own}`), at(own))).toMatchObject({
      pipeline: 'fill-mask',
      architecture: hasHead ? 'bert' : null,
    })
    const parts = await readLanguageModel(await openModelFolder(files, at(`ours/${own}`)))
    const { logits } = await readTokens(runtime, parts, expected.input_ids, 'bidirectional')
    const model = (await AutoModelForMaskedLM.from_pretrained(own)) as unknown as ClientModel
    const found = await theirLogits(model, expected.input_ids)
    expect(relativeError(found, logits)).toBeLessThan(1e-5)
    const recorded = logitsOf?.(expected.last_hidden_state)
    if (recorded !== undefined) expect(relativeError(found, recorded)).toBeLessThan(1e-4)
    await model.dispose()
    const fill = await pipeline('fill-mask', own)
    const [guess] = await fill('t5 [MASK] t17', { top_k: 1 })
    const [ours] = await (await openFillMask(own))('t5 [MASK] t17', { top_k: 1 })
    expect(guess).toMatchObject({ token: ours!.token, token_str: ours!.token_str })
    await fill.dispose()
  })
})

describe('a model that classifies texts', () => {
  const texts = ['a b c', 'hh', 'bad cab', 'abcdefgh abcdefgh abcdefgh', 'é', 't5 t17, t6']
  const own = () => tinyTextModel(runtime)
  const bert = async () => {
    const { files } = await foreignModel('hf-tiny-bert')
    return readForeignModel(files, 'hf-tiny-bert')
  }

  test.each([
    ['by the mean of its tokens', own, { pooling: 'mean' }],
    ['by its first token', own, { pooling: 'first' }],
    ['by what BERT reads, to the end', bert, { pooling: 'mean' }],
  ] as const)('says the same: %s', async (what, make, options) => {
    const name = what.replaceAll(/\W+/g, '-')
    const { text, config: language } = await make()
    const config = textClassificationSchema.parse({
      task: 'text-classification',
      network: language.network,
      tokens: language.tokens,
      labels: ['good', 'bad', 'ugly'],
      ...options,
    })
    const tensors = randomParameters(textClassifierOf(config).parameters)
    const entries = textClassificationEntries({ config, tensors, text })
    await writeModelFolder(files, at(`ours/${name}`), entries)
    await exportOnnx(files, at(`ours/${name}`), at(name))
    const classify = await pipeline('text-classification', name)
    const ours = await openTextClassifier(files, runtime, at(`ours/${name}`))
    const expected = await ours.classify(texts)
    const found = (await classify(texts, { top_k: 3 })) as { label: string; score: number }[][]
    for (const [index, { probabilities }] of expected.entries()) {
      const scores = Object.fromEntries(found[index]!.map(({ label, score }) => [label, score]))
      expectClose(
        config.labels.map((label) => scores[label]!),
        probabilities,
      )
    }
    await classify.dispose()
    await ours.close()
  })

  test('goes without the linear classifier, and the folder’s maker is told', async () => {
    const { text, config: language } = await tinyTextModel(runtime)
    const config = textClassificationSchema.parse({
      task: 'text-classification',
      ...{ network: language.network, tokens: { pad: 0, bos: 1, mask: 3 }, labels: ['a', 'b'] },
      linear: { kind: 'ngrams', unit: 'characters', orders: 1 },
    })
    const tensors = randomParameters(textClassifierOf(config).parameters)
    const linear = {
      vocabulary: await learnGrams(['ab'], { unit: 'characters', orders: 1 }),
      classifier: { weights: Float32Array.of(9, 0, 0, 9), bias: Float32Array.of(0, 0) },
      votes: { network: 0.5, linear: 0.5 },
    }
    const entries = textClassificationEntries({ config, tensors, text, linear })
    await writeModelFolder(files, at('ours/linear'), entries)
    expect(await exportOnnx(files, at('ours/linear'), at('linear'))).toMatchObject({
      leftOut: 'the linear classifier beside it',
    })
    const classify = await pipeline('text-classification', 'linear')
    const { linear: _, ...bare } = config
    const network = await createTextClassifier({ runtime, config: bare, tensors, text })
    const [expected] = await network.classify(['ab'])
    const found = await classify('ab', { top_k: 2 })
    const scores = Object.fromEntries(found.map(({ label, score }) => [label, score]))
    expectClose([scores.a!, scores.b!], expected!.probabilities)
    await classify.dispose()
    await network.close()
  })
})
