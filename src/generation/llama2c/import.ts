/**
 * Reads the models of llama2.c: a header of seven integers, then float32 weights one after another
 * (its version 0), and the tokenizer beside it. Its rotary pairs are neighbours, (2i, 2i + 1); here
 * they are (i, i + D/2), so the rows of queries and keys change places.
 */

import { ofRank, sizeOf } from '../../engine/tensor/shape.js'
import { createTensor, type Tensor } from '../../engine/tensor/tensor.js'
import { StorageError } from '../../errors.js'
import { listParameters } from '../../network/parameters.js'
import { baseName, type Files } from '../../storage/files.js'
import { joinParts, partsOf } from '../hugging-face/correspondence.js'
import { llama } from '../hugging-face/llama.js'
import { type LanguageConfig, languageModelOf, languageSchema } from '../text/config.js'
import type { ImportedModel } from '../text/imported-model.js'
import { parseLlama2cTokenizer } from './tokenizer.js'

const headerBytes = 7 * 4

/** The ids of every SentencePiece vocabulary of Llama. */
const [unknown, bos, eos] = [0, 1, 2]

/** Where a model is among the files of a folder: the weights are the larger one. */
export const findLlama2c = async (
  files: Files,
  folder: string,
): Promise<{ weights: string; tokenizer: string } | undefined> => {
  const binaries = (await files.list(folder)).filter(({ path }) => path.endsWith('.bin'))
  const tokenizer = binaries.find(({ path }) => /^tok.*\.bin$/.test(baseName(path)))
  const [weights, ...others] = binaries.filter((entry) => entry !== tokenizer)
  if (tokenizer === undefined || weights === undefined || others.length > 0) return undefined
  return { weights: weights.path, tokenizer: tokenizer.path }
}

/** Reads a model and its tokenizer. Throws StorageError on a damaged file. */
export const importLlama2c = async (
  files: Files,
  { weights: path, tokenizer }: { weights: string; tokenizer: string },
): Promise<ImportedModel> => {
  const { buffer } = await files.read(path)
  if (buffer.byteLength < headerBytes) {
    throw new StorageError(
      `${path}: expected a model of llama2.c, found ${buffer.byteLength} bytes. Download it again.`,
    )
  }
  const config = readConfig(new Int32Array(buffer, 0, 7), path)
  const text = parseLlama2cTokenizer(
    await files.read(tokenizer),
    config.network.vocabularySize,
    tokenizer,
  )
  const wholeNumbers = Math.floor((buffer.byteLength - headerBytes) / 4)
  const own = readTensors(config, new Float32Array(buffer, headerBytes, wholeNumbers), path)
  const parameters = listParameters(languageModelOf(config).parameters)
  const tensors = Object.fromEntries(
    llama.correspondences(config.network).map((correspondence) => {
      const { shape } = parameters.get(correspondence.own)!
      const parts = partsOf(correspondence, shape).map(({ name }) => own.get(name)!)
      return [correspondence.own, joinParts(correspondence, shape, parts)]
    }),
  )
  return { config, tensors, text, format: 'llama2.c', leftOut: [] }
}

const readConfig = (header: Int32Array, path: string): LanguageConfig => {
  const [width, hidden, depth, heads, keyValueHeads, vocabulary, context] = header
  const parsed = languageSchema.safeParse({
    task: 'language-model',
    network: {
      vocabularySize: Math.abs(vocabulary!),
      context,
      width,
      depth,
      heads,
      keyValueHeads,
      hidden,
      activation: 'swiglu',
      norm: 'rms',
      epsilon: 1e-5,
      hasQueryKeyNorm: false,
      positions: 'rotary',
      rotaryBase: 10_000,
      // A vocabulary below 0 means a head of its own.
      hasTiedHead: vocabulary! > 0,
    },
    tokens: { pad: unknown, bos, eos },
  })
  const isDivided = width! % heads! === 0 && heads! % keyValueHeads! === 0
  if (parsed.success && isDivided) return parsed.data
  throw new StorageError(
    `${path}: expected a header of llama2.c (width, hidden, layers, heads, key-value heads, ` +
      `vocabulary, length), found ${header.join(', ')}. Choose a file of its version 0.`,
  )
}

/** The tensors by the names that Hugging Face gives them, which `llama.ts` knows. */
const readTensors = (
  { network }: LanguageConfig,
  values: Float32Array<ArrayBuffer>,
  path: string,
): ReadonlyMap<string, Tensor> => {
  const { vocabularySize, context, width, depth, heads, keyValueHeads = heads } = network
  const hidden = network.hidden!
  const headWidth = width / heads
  const shared = keyValueHeads * headWidth
  const tensors = new Map<string, Tensor>()
  let start = 0
  const take = (name: string, shape: readonly number[]) => {
    const end = start + sizeOf(shape)
    if (end > values.length) {
      throw new StorageError(
        `${path}: expected ${end} numbers or more, found ${values.length}. Download it again.`,
      )
    }
    tensors.set(name, createTensor('float32', shape, values.slice(start, end)))
    start = end
  }
  const takeLayers = (name: string, shape: readonly number[]) => {
    for (let layer = 0; layer < depth; layer++) take(`layers.${layer}.${name}.weight`, shape)
  }
  take('embed_tokens.weight', [vocabularySize, width])
  takeLayers('input_layernorm', [width])
  takeLayers('self_attn.q_proj', [width, width])
  takeLayers('self_attn.k_proj', [shared, width])
  takeLayers('self_attn.v_proj', [shared, width])
  takeLayers('self_attn.o_proj', [width, width])
  takeLayers('post_attention_layernorm', [width])
  takeLayers('mlp.gate_proj', [hidden, width])
  takeLayers('mlp.down_proj', [width, hidden])
  takeLayers('mlp.up_proj', [hidden, width])
  take('norm.weight', [width])
  start += context * headWidth // tables of cosines and sines that nobody reads any more
  if (!network.hasTiedHead) take('lm_head.weight', [vocabularySize, width])
  for (const [name, tensor] of tensors) {
    if (!/self_attn\.[qk]_proj/.test(name)) continue
    tensors.set(name, separatePairs(tensor, headWidth))
  }
  return tensors
}

/** Rows 2i and 2i + 1 of each head become rows i and i + D/2: [heads · D, width] → the same. */
const separatePairs = ({ shape, data }: Tensor, headWidth: number): Tensor => {
  const [rows, width] = ofRank(shape, 2)
  // `take` made it of float32.
  const interleaved = data as Float32Array
  const separated = new Float32Array(interleaved.length)
  for (let row = 0; row < rows; row++) {
    const within = row % headWidth
    const place = Math.floor(within / 2) + (within % 2) * (headWidth / 2)
    const from = interleaved.subarray(row * width, (row + 1) * width)
    separated.set(from, (row - within + place) * width)
  }
  return createTensor('float32', shape, separated)
}
