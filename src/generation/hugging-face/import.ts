/**
 * Reads a model directory as Hugging Face's library writes it: config.json, safetensors in one file
 * or in shards, and a tokenizer. What cannot be computed here exactly is refused.
 */

import { z } from 'zod'
import type { Tensor } from '../../engine/tensor/tensor.js'
import { StorageError } from '../../errors.js'
import { listParameters } from '../../network/parameters.js'
import { type Files, joinPath } from '../../storage/files.js'
import { firstFault, readJson } from '../../storage/json.js'
import { type LanguageConfig, languageModelOf, languageSchema } from '../text/config.js'
import type { ImportedModel } from '../text/imported-model.js'
import type { Architecture, Network } from './architecture.js'
import { architectures } from './architectures.js'
import { checkPart, joinParts, partsOf } from './correspondence.js'
import { readTokenizerFiles, type TokenizerFiles } from './tokenizer-files.js'
import { openWeights, type Weights } from './weights.js'

const id = z.int().min(0)

const commonSchema = z.looseObject({
  model_type: z.string(),
  quantization_config: z.null().optional(),
  bos_token_id: id.nullish(),
  eos_token_id: z.union([id, z.array(id).min(1)]).nullish(),
  pad_token_id: id.nullish(),
  /** What a model that was exported from here says beside. */
  tesserae: z.looseObject({}).optional(),
})

/** Reads a model. Throws StorageError, and DataError where its tokenizer contradicts itself. */
export const importHuggingFace = async (files: Files, folder: string): Promise<ImportedModel> => {
  const path = joinPath(folder, 'config.json')
  const content = await readJson(files, path)
  const common = parseWith(commonSchema, content, path)
  const architecture = findArchitecture(common.model_type, path)
  const said = readNetwork(architecture, content, path)
  const tokenizer = await readTokenizerFiles(files, folder)
  if (tokenizer.text.vocabularySize > said.vocabularySize) {
    throw new StorageError(
      `${folder}: expected a tokenizer of at most ${said.vocabularySize} tokens, as config.json ` +
        `says, found ${tokenizer.text.vocabularySize}. The tokenizer does not belong to the weights.`,
    )
  }
  const weights = await openWeights(files, folder)
  const names = weights.names.map((name) => bareName(architecture, name))
  const network = architecture.completeNetwork?.(said, names) ?? said
  const config = configOf(architecture, network, tokenizer, common)
  for (const [role, value] of Object.entries(config.tokens)) {
    if ([value].flat().every((each) => each < network.vocabularySize)) continue
    throw new StorageError(
      `${path}: expected an id below ${network.vocabularySize} for ${role}, found ${value}. ` +
        'Correct it.',
    )
  }
  return {
    config,
    text: tokenizer.text,
    format: architecture.name,
    ...(await readTensors(architecture, config, weights)),
  }
}

const parseWith = <Schema extends z.ZodType>(
  schema: Schema,
  content: unknown,
  path: string,
): z.output<Schema> => {
  const parsed = schema.safeParse(content)
  if (parsed.success) return parsed.data
  throw faultOf(parsed.error, path)
}

const faultOf = (cause: z.ZodError, path: string): StorageError =>
  new StorageError(`${path}: ${firstFault(cause)}. Choose a model that says it another way.`, {
    cause,
  })

const findArchitecture = (name: string, path: string): Architecture => {
  const found = architectures.find((architecture) => architecture.name === name)
  if (found !== undefined) return found
  throw new StorageError(
    `${path}: model_type: expected ${architectures.map(({ name }) => name).join(', ')}, found ` +
      `${JSON.stringify(name)}. Choose a model of one of these architectures.`,
  )
}

const readNetwork = (architecture: Architecture, content: unknown, path: string): Network => {
  const network = readOrRefuse(() => architecture.readNetwork(content), path)
  const { width, heads, keyValueHeads = heads, headWidth = width / heads, positions } = network
  const fault = !Number.isInteger(headWidth)
    ? `expected a number of heads that divides the width ${width}, found ${heads}`
    : heads % keyValueHeads !== 0
      ? `expected heads of keys and values that divide the ${heads} heads, found ${keyValueHeads}`
      : positions === 'rotary' && headWidth % 2 !== 0
        ? `expected heads of an even size for rotary positions, found ${headWidth}`
        : undefined
  if (fault === undefined) return network
  throw new StorageError(`${path}: ${fault}. The file is damaged; download it again.`)
}

const readOrRefuse = <Result>(read: () => Result, path: string): Result => {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof z.ZodError) throw faultOf(cause, path)
    throw cause
  }
}

/** What a language model's configuration says beside its network. */
const configOf = (
  { skills, prefixes }: Architecture,
  network: Network,
  { text, named, addsBos, chatTemplate }: TokenizerFiles,
  common: z.output<typeof commonSchema>,
): LanguageConfig => {
  const kept = languageSchema.omit({ network: true }).safeParse(common.tesserae)
  if (kept.success) return { ...kept.data, network }
  const { before = [], after = [] } = text.definition.surroundings ?? {}
  const known = new Set(text.definition.vocabulary)
  const idOf = (token: string | undefined): number | undefined =>
    token === undefined || !known.has(token) ? undefined : text.idOf(token)
  const start = before.length === 1 ? idOf(before[0]) : undefined
  const bos = start ?? (addsBos ? (common.bos_token_id ?? idOf(named.bos_token)) : undefined)
  const eos =
    (after.length === 1 ? idOf(after[0]) : undefined) ??
    common.eos_token_id ??
    idOf(named.eos_token)
  const mask = idOf(named.mask_token)
  // What pads a prompt is seen by nobody; a token that no text has keeps batches readable.
  const pad =
    common.pad_token_id ?? idOf(named.pad_token) ?? idOf(named.unk_token) ?? [eos ?? 0].flat()[0]!
  return {
    ...languageSchema.parse({
      task: 'language-model',
      network,
      tokens: {
        pad,
        ...(bos === undefined ? {} : { bos }),
        ...(eos === undefined ? {} : { eos }),
        ...(mask === undefined ? {} : { mask }),
      },
      skills,
      prefixes,
      ...(chatTemplate === undefined ? {} : { chatTemplate }),
    }),
    network,
  }
}

/** A tensor's name without what it starts with where a model with a head was saved. */
const bareName = ({ prefix }: Architecture, name: string): string =>
  name.startsWith(prefix) ? name.slice(prefix.length) : name

/** All parameters from their parts, and the names of what was left out. */
const readTensors = async (
  architecture: Architecture,
  config: LanguageConfig,
  weights: Weights,
): Promise<Pick<ImportedModel, 'tensors' | 'leftOut'>> => {
  const { correspondences, buffers, otherHeads, name: architectureName } = architecture
  const { source } = weights
  const stored = new Map(weights.names.map((name) => [bareName(architecture, name), name]))
  const parameters = listParameters(languageModelOf(config).parameters)
  const tensors: Record<string, Tensor> = {}
  const used = new Set<string>()
  for (const correspondence of correspondences(config.network)) {
    const { shape } = parameters.get(correspondence.own)!
    const parts: Tensor[] = []
    for (const part of partsOf(correspondence, shape)) {
      const name = stored.get(part.name)
      if (name === undefined) {
        throw new StorageError(
          `${source}: tensor ${part.name} is missing. The weights do not belong to this ` +
            'config.json, or a shard was not downloaded; get all files anew.',
        )
      }
      const tensor = await weights.read(name)
      checkPart(part, tensor, source)
      parts.push(tensor)
      used.add(part.name)
    }
    tensors[correspondence.own] = joinParts(correspondence, shape, parts)
  }
  const unused = [...stored.keys()].filter((name) => !used.has(name) && !buffers.test(name))
  const unknown = unused.find((name) => !otherHeads.test(name))
  if (unknown !== undefined) {
    throw new StorageError(
      `${source}: tensor ${unknown} is no part of ${architectureName} as config.json describes it. ` +
        'Without it the model would compute something else; choose another model.',
    )
  }
  return { tensors, leftOut: unused }
}
