import { beforeEach, describe, expect, test } from 'vitest'
import { foreignModel, readTokens, relativeError } from '../../../test/support/foreign-models.js'
import { addMaskedHead } from '../../../test/support/masked-head.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import { StorageError } from '../../errors.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import type { Files } from '../../storage/files.js'
import { readJson, writeJson } from '../../storage/json.js'
import { writeModelFolder } from '../../storage/model-folder.js'
import { readSafetensors, writeSafetensors } from '../../storage/safetensors.js'
import { huggingFaceEntries } from './export.js'
import { importHuggingFace } from './import.js'

const runtime = createInlineRuntime({ threads: 1 })

const weightsOf = async (files: Files, folder: string) => [
  ...(await readSafetensors(files, `${folder}/model.safetensors`)).tensors,
]

const changeConfig = async (files: Files, folder: string, change: object) => {
  const path = `${folder}/config.json`
  await writeJson(files, path, { ...((await readJson(files, path)) as object), ...change })
}

describe('GPT-2', () => {
  const folder = 'hf-tiny-gpt2'

  test('has the states and logits that were computed independently in float64', async () => {
    const { files, expected } = await foreignModel(folder)
    const model = await importHuggingFace(files, folder)
    expect(model).toMatchObject({ format: 'gpt2', leftOut: [] })
    const { states, logits } = await readTokens(runtime, model, expected.input_ids)
    expect(relativeError(states, expected.last_hidden_state)).toBeLessThan(1e-4)
    expect(relativeError(logits, expected.tied_logits)).toBeLessThan(1e-4)
  })

  test('reads its vocabulary and merges, with the special tokens that its files name', async () => {
    const { files } = await foreignModel(folder)
    const { text, config } = await importHuggingFace(files, folder)
    expect(text.encode(' low')).toEqual([14])
    expect(text.encode('<|endoftext|>', { allowSpecial: true })).toEqual([20])
    expect(config.tokens).toEqual({ pad: 19, eos: 20 })
  })

  test('has its usual special token where no file names it', async () => {
    const { files } = await foreignModel(folder)
    for (const name of ['tokenizer_config.json', 'special_tokens_map.json']) {
      if ((await files.stat(`${folder}/${name}`)) !== undefined) {
        await files.remove(`${folder}/${name}`)
      }
    }
    const { text } = await importHuggingFace(files, folder)
    expect(text.specialTokens).toEqual(['<|endoftext|>'])
  })

  test('has the chat template of its own file, or the default one of several', async () => {
    const { files } = await foreignModel(folder)
    const path = `${folder}/tokenizer_config.json`
    const named = { name: 'default', template: 'first' }
    await writeJson(files, path, {
      ...((await files.stat(path)) === undefined ? {} : ((await readJson(files, path)) as object)),
      chat_template: [{ name: 'tool_use', template: 'second' }, named],
    })
    const templateOf = async () => (await importHuggingFace(files, folder)).config.chatTemplate
    expect(await templateOf()).toBe('first')
    await files.write(`${folder}/chat_template.jinja`, 'third')
    expect(await templateOf()).toBe('third')
  })

  test('may have a prefix before its names, in shards', async () => {
    const { files } = await foreignModel(folder)
    const whole = await importHuggingFace(files, folder)
    const prefixed = (await weightsOf(files, folder)).map(
      ([name, tensor]) => [`transformer.${name}`, tensor] as const,
    )
    const shards = { 'a.safetensors': prefixed.slice(0, 5), 'b.safetensors': prefixed.slice(5) }
    const map: Record<string, string> = {}
    for (const [name, tensors] of Object.entries(shards)) {
      await writeSafetensors(files, `${folder}/${name}`, tensors)
      for (const [tensor] of tensors) map[tensor] = name
    }
    await files.remove(`${folder}/model.safetensors`)
    await writeJson(files, `${folder}/model.safetensors.index.json`, { weight_map: map })
    expect((await importHuggingFace(files, folder)).tensors).toEqual(whole.tensors)

    await files.remove(`${folder}/b.safetensors`)
    await expect(importHuggingFace(files, folder)).rejects.toThrow(
      /b\.safetensors: expected the shard that model\.safetensors\.index\.json names, found nothing\./,
    )
  })

  test.each(['../other/model.safetensors', '..\\model.safetensors', '/etc/passwd', 'c:\\x'])(
    'has no shards outside of its folder: %s',
    async (name) => {
      const { files } = await foreignModel(folder)
      await files.remove(`${folder}/model.safetensors`)
      const index = `${folder}/model.safetensors.index.json`
      await writeJson(files, index, { weight_map: { 'wte.weight': name } })
      await expect(importHuggingFace(files, folder)).rejects.toThrow(
        /model\.safetensors\.index\.json: the file name ".+" (leads out of the model|is absolute)/,
      )
    },
  )

  test.each(['n_layer', 'n_positions', 'n_embd', 'vocab_size'])(
    'is refused with a size beyond all models: %s',
    async (key) => {
      const { files } = await foreignModel(folder)
      await changeConfig(files, folder, { [key]: 2_000_000_000 })
      const opened = importHuggingFace(files, folder)
      await expect(opened).rejects.toThrow(StorageError)
      await expect(opened).rejects.toThrow(key)
    },
  )
})

describe('BERT', () => {
  const folder = 'hf-tiny-bert'

  test('has the states that were computed independently in float64', async () => {
    const { files, expected } = await foreignModel(folder)
    const model = await importHuggingFace(files, folder)
    const { states } = await readTokens(runtime, model, expected.input_ids, 'bidirectional')
    expect(relativeError(states, expected.last_hidden_state)).toBeLessThan(1e-4)
    expect(model.config).toMatchObject({
      tokens: { pad: 0, bos: 2, eos: 3, mask: 4 },
      skills: ['fill'],
      prefixes: 'bidirectional',
    })
  })

  test('has the same tokenizer by vocab.txt', async () => {
    const { files } = await foreignModel(folder)
    const whole = await importHuggingFace(files, folder)
    await files.remove(`${folder}/tokenizer.json`)
    const { text } = await importHuggingFace(files, folder)
    for (const tokenizer of [whole.text, text]) {
      expect(tokenizer.encode('t5 t17, t6', { addSpecial: true })).toEqual([2, 5, 17, 1, 6, 3])
      expect(tokenizer.idOf('[MASK]')).toBe(4)
      expect(tokenizer.isSpecial(4)).toBe(true)
      expect(tokenizer.decode([2, 5, 17, 3])).toBe('t5 t17')
    }
  })

  test('has its usual special tokens where no file names them', async () => {
    const { files } = await foreignModel(folder)
    for (const name of ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json']) {
      if ((await files.stat(`${folder}/${name}`)) !== undefined) {
        await files.remove(`${folder}/${name}`)
      }
    }
    const { text, config } = await importHuggingFace(files, folder)
    expect(config.tokens).toEqual({ pad: 0, bos: 2, eos: 3, mask: 4 })
    expect(text.isSpecial(4)).toBe(true)
  })

  test.each(['', 'bert.'])(
    'has its head for masked tokens, with names that start with %j',
    async (prefix) => {
      const { files, expected } = await foreignModel(folder)
      const logitsOf = await addMaskedHead(files, folder, prefix)
      const model = await importHuggingFace(files, folder)
      expect(model.leftOut).toEqual([])
      expect(model.config.network.hasHeadTransform).toBe(true)
      const { logits } = await readTokens(runtime, model, expected.input_ids, 'bidirectional')
      expect(relativeError(logits, logitsOf(expected.last_hidden_state))).toBeLessThan(1e-4)
    },
  )

  test('gives a head for masked tokens back as it was', async () => {
    const { files } = await foreignModel(folder)
    await addMaskedHead(files, folder)
    const model = await importHuggingFace(files, folder)
    const { architecture, entries } = huggingFaceEntries(model, folder)
    expect(architecture).toBe('bert')
    await writeModelFolder(files, 'again', entries)
    expect(await readJson(files, 'again/config.json')).toMatchObject({
      architectures: ['BertForMaskedLM'],
    })
    const names = (await weightsOf(files, 'again')).map(([name]) => name)
    expect(names).toContain('cls.predictions.bias')
    expect(names).toContain('bert.embeddings.word_embeddings.weight')
    const again = await importHuggingFace(files, 'again')
    expect(again.tensors).toEqual(model.tensors)
    expect(again.config).toEqual(model.config)
  })

  test('names the heads that have no place here', async () => {
    const { files } = await foreignModel(folder)
    const pooler = ['pooler.dense.bias', tensorOf('float32', [1])] as const
    const tensors = [...(await weightsOf(files, folder)), pooler]
    await writeSafetensors(files, `${folder}/model.safetensors`, tensors)
    expect((await importHuggingFace(files, folder)).leftOut).toEqual(['pooler.dense.bias'])
  })
})

describe('refuses in one line', () => {
  const folder = 'hf-tiny-gpt2'
  let files: Files

  beforeEach(async () => {
    ;({ files } = await foreignModel(folder))
  })

  const message = async (): Promise<string> => {
    const error = await importHuggingFace(files, folder).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(StorageError)
    const { message } = error as StorageError
    expect(message).not.toContain('\n')
    return message
  }

  test.each([
    [{ model_type: 'mamba' }, 'model_type: expected gpt2, llama, bert, found "mamba"'],
    [{ activation_function: 'mish' }, 'activation_function: expected gelu_new, '],
    [{ scale_attn_by_inverse_layer_idx: true }, 'expected false, found true, which Tesserae does'],
    [{ n_layer: 0 }, 'n_layer: '],
    [{ n_head: 3 }, 'expected a number of heads that divides the width 2, found 3'],
    [{ vocab_size: 12 }, 'expected a tokenizer of at most 12 tokens'],
    [{ vocab_size: 22 }, 'tensor wte.weight: expected float32 [22, 2], found float32 [21, 2]'],
    [{ n_layer: 2 }, 'tensor h.1.ln_1.weight is missing'],
    [{ quantization_config: { bits: 4 } }, 'quantization_config: '],
    [{ eos_token_id: 99 }, 'expected an id below 21 for eos, found 99'],
  ])('config.json with %j', async (change, expected) => {
    await changeConfig(files, folder, change)
    expect(await message()).toContain(expected)
  })

  test.each([
    [{ rope_scaling: { rope_type: 'yarn', factor: 4 } }, 'rope_scaling: expected null, found {'],
    [{ sliding_window: 4096 }, 'sliding_window: expected null, found 4096'],
    [{ hidden_act: 'gelu' }, 'hidden_act: expected silu, swish, found "gelu"'],
    [{ attention_bias: true }, 'mlp_bias: expected the same as attention_bias'],
    [{ num_key_value_heads: 3 }, 'expected heads of keys and values that divide the 4 heads'],
  ])('a Llama with %j', async (change, expected) => {
    const sizes = { vocab_size: 21, hidden_size: 8, intermediate_size: 8, num_hidden_layers: 1 }
    await writeJson(files, `${folder}/config.json`, {
      ...{ model_type: 'llama', num_attention_heads: 4, ...sizes },
      ...change,
    })
    expect(await message()).toContain(expected)
  })

  test('a pickle file, missing weights and a missing tokenizer', async () => {
    await files.remove(`${folder}/model.safetensors`)
    expect(await message()).toContain('expected model.safetensors or model.safetensors.index.json')
    await files.write(`${folder}/pytorch_model.bin`, new Uint8Array(8))
    expect(await message()).toContain(
      'pytorch_model.bin: expected model.safetensors, found a pickle',
    )
    await files.remove(`${folder}/merges.txt`)
    expect(await message()).toContain(
      'expected tokenizer.json, vocab.json with merges.txt, or vocab',
    )
  })

  test('a tensor that would change what the model computes', async () => {
    const extra = ['h.0.attn.q_norm.weight', tensorOf('float32', [1])] as const
    const tensors = [...(await weightsOf(files, folder)), extra]
    await writeSafetensors(files, `${folder}/model.safetensors`, tensors)
    expect(await message()).toContain('tensor h.0.attn.q_norm.weight is no part of gpt2')
  })
})
