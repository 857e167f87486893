import { describe, expect, test } from 'vitest'
import { randomParameters } from '../../../test/support/compute.js'
import { foreignModel } from '../../../test/support/foreign-models.js'
import { createMemoryFiles } from '../../../test/support/memory-files.js'
import { StorageError } from '../../errors.js'
import type { Files } from '../../storage/files.js'
import { readJson } from '../../storage/json.js'
import { writeModelFolder } from '../../storage/model-folder.js'
import { openSafetensors } from '../../storage/safetensors.js'
import { trainCharacterTokenizer } from '../../tokenizers/text/index.js'
import { type LanguageConfig, languageModelOf, languageSchema } from '../text/config.js'
import type { LanguageParts } from '../text/model-folder.js'
import { huggingFaceEntries } from './export.js'
import { completeNetwork } from './fit.js'
import { importHuggingFace } from './import.js'

const text = await trainCharacterTokenizer({
  texts: ['abc'],
  specialTokens: ['<pad>', '<bos>', '<eos>', '<mask>'],
  unknownToken: '<mask>',
})

const modelOf = (network: object, rest: object = {}): LanguageParts => {
  const config = languageSchema.parse({
    task: 'language-model',
    network: { vocabularySize: 7, context: 6, width: 8, depth: 2, heads: 4, ...network },
    tokens: { pad: 0, bos: 1, eos: 2 },
    ...rest,
  })
  return { config, text, tensors: randomParameters(languageModelOf(config).parameters) }
}

const plain = { hasQueryKeyNorm: false }
const gpt2 = { ...plain, norm: 'layer', hasBias: true, activation: 'gelu', positions: 'learned' }
const llama = { ...plain, activation: 'swiglu' }
const bert = { ...gpt2, isPostNorm: true, hasEmbeddingNorm: true, segments: 2, hasTiedHead: true }

const write = async (model: LanguageParts): Promise<{ files: Files; architecture: string }> => {
  const files = createMemoryFiles()
  const { architecture, entries } = huggingFaceEntries(model, 'model')
  await writeModelFolder(files, 'out', entries)
  return { files, architecture }
}

const meaningOf = ({ network, ...rest }: LanguageConfig) => ({
  ...rest,
  network: completeNetwork(network),
})

describe('a model comes back bit by bit', () => {
  test.each([
    ['gpt2', { ...gpt2 }],
    ['gpt2', { ...gpt2, hasTiedHead: true, activation: 'gelu-tanh', hidden: 12 }],
    ['llama', { ...llama }],
    ['llama', { ...llama, keyValueHeads: 2, rotaryBase: 5e5, epsilon: 1e-5, hasTiedHead: true }],
    ['llama', { ...llama, headWidth: 6, hasBias: true, hidden: 20 }],
    ['bert', { ...bert }],
  ])('as %s: %j', async (name, network) => {
    const model = modelOf(network, { skills: ['continue', 'fill'], chatTemplate: '{{ messages }}' })
    const { files, architecture } = await write(model)
    expect(architecture).toBe(name)
    const again = await importHuggingFace(files, 'out')
    expect(again.tensors).toEqual(model.tensors)
    expect(meaningOf(again.config)).toEqual(meaningOf(model.config))
    expect(again.text.definition).toEqual(model.text.definition)
    expect(again.leftOut).toEqual([])
  })

  test.each(['hf-tiny-gpt2', 'hf-tiny-bert'])('%s as it was imported', async (folder) => {
    const fixture = await foreignModel(folder)
    const model = await importHuggingFace(fixture.files, folder)
    const { files } = await write(model)
    const again = await importHuggingFace(files, 'out')
    expect({ ...again, text: again.text.definition }).toEqual({
      ...model,
      text: model.text.definition,
    })
  })
})

test('the files say what Hugging Face’s library asks for', async () => {
  const { files } = await write(modelOf({ ...llama, keyValueHeads: 2, hasTiedHead: true }))
  expect(await readJson(files, 'out/config.json')).toMatchObject({
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    num_key_value_heads: 2,
    tie_word_embeddings: true,
    eos_token_id: 2,
  })
  const { tensors } = await openSafetensors(files, 'out/model.safetensors')
  expect(tensors.get('model.layers.1.self_attn.k_proj.weight')?.shape).toEqual([4, 8])
  expect([...tensors.keys()]).not.toContain('lm_head.weight')
  expect(await readJson(files, 'out/tokenizer_config.json')).toMatchObject({ bos_token: '<bos>' })
})

test.each([
  [{}, 'hasQueryKeyNorm is true, llama has false'],
  [{ ...plain }, 'activation is "squared-relu", llama has "swiglu"'],
  [{ ...llama, positions: 'none' }, 'positions is "none", llama has "rotary"'],
  [{ ...gpt2, positionOffset: 2 }, 'positionOffset is 2, gpt2 has 0'],
])('%j fits nowhere, and the error says why', (network, message) => {
  const model = modelOf(network)
  expect(() => huggingFaceEntries(model, 'runs/a')).toThrow(StorageError)
  expect(() => huggingFaceEntries(model, 'runs/a')).toThrow(message)
  expect(() => huggingFaceEntries(model, 'runs/a')).toThrow(
    /^runs\/a: expected a network that.*queryKeyNorm: false.*the format onnx/,
  )
})

test.each([
  ['llama', llama, { skills: ['fill'] }, 'trained to continue, found skills fill'],
  ['gpt2', gpt2, { skills: ['fill'] }, 'trained to continue, found skills fill'],
  ['bert', bert, { skills: ['continue'] }, 'trained to fill, found skills continue'],
  ['llama', llama, { prefixes: 'bidirectional' }, 'causal ones, found prefixes bidirectional'],
])(
  'a model with the network of %s that is used otherwise is refused',
  (name, network, use, why) => {
    const model = modelOf(network, use)
    expect(() => huggingFaceEntries(model, 'runs/a')).toThrow(StorageError)
    expect(() => huggingFaceEntries(model, 'runs/a')).toThrow(
      new RegExp(`^runs/a: its network is that of ${name}; .*${why}\\. Choose the format onnx`),
    )
  },
)
