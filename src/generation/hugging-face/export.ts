/**
 * Writes a language model as a directory that Hugging Face's library reads. Only what an
 * architecture can say exactly is written; importing the directory gives the same model bit by bit.
 */

import { StorageError } from '../../errors.js'
import type { ModelFolderEntry } from '../../storage/model-folder.js'
import type { Precision } from '../../storage/safetensors.js'
import { printTokenizerJson } from '../../tokenizers/text/index.js'
import type { LanguageConfig } from '../text/config.js'
import type { LanguageParts } from '../text/model-folder.js'
import type { Architecture } from './architecture.js'
import { architectures } from './architectures.js'
import { splitIntoParts } from './correspondence.js'
import { completeNetwork, misfitsOf } from './fit.js'
import { printTokenIds, printTokenizerConfig } from './tokenizer-config.js'

/** The files of a directory, and the name of its architecture. Throws StorageError where none fits. */
export const huggingFaceEntries = (
  { config, tensors, text }: LanguageParts,
  subject: string,
  precision: Precision = 'float32',
): { architecture: string; entries: Record<string, ModelFolderEntry> } => {
  const architecture = findArchitecture(config, subject)
  const { network, ...rest } = config
  const { prefix } = architecture
  const className = architecture.className(network)
  const ids = printTokenIds(config)
  const stored = architecture
    .correspondences(completeNetwork(network))
    .flatMap((correspondence) => splitIntoParts(correspondence, tensors[correspondence.own]!))
    .map(([name, tensor]) => {
      const isInside = !/^(lm_head|cls)\./.test(name) && /LM/.test(className)
      return [isInside ? prefix + name : name, tensor] as const
    })
  const entries: Record<string, ModelFolderEntry> = {
    'config.json': {
      json: {
        architectures: [className],
        model_type: architecture.name,
        ...architecture.printNetwork(completeNetwork(network)),
        ...ids,
        torch_dtype: precision,
        tesserae: rest,
      },
    },
    'generation_config.json': { json: { ...ids, _from_model_config: true } },
    'model.safetensors': { tensors: stored, precision, metadata: { format: 'pt' } },
    'tokenizer.json': { text: printTokenizerJson(text) },
    'tokenizer_config.json': {
      json: printTokenizerConfig(config, text, { context: network.context }),
    },
  }
  return { architecture: architecture.name, entries }
}

/** The architecture that says a model exactly, or an error about the nearest one. */
const findArchitecture = (config: LanguageConfig, subject: string): Architecture => {
  const [nearest] = architectures
    .map((architecture) => ({ architecture, misfits: misfitsOf(architecture, config.network) }))
    .sort((a, b) => a.misfits.length - b.misfits.length)
  const { architecture, misfits } = nearest!
  if (misfits.length === 0) {
    checkUse(config, architecture, subject)
    return architecture
  }
  const listed = misfits.map(
    ({ option, found, expected }) =>
      `${option} is ${JSON.stringify(found)}, ${architecture.name} has ${JSON.stringify(expected)}`,
  )
  throw new StorageError(
    `${subject}: expected a network that ${architectures.map(({ name }) => name).join(', ')} can ` +
      `say; the nearest is ${architecture.name}, and ${listed.join('; ')}. ` +
      'Train a Llama ("model: { activation: swiglu, queryKeyNorm: false }" in the recipe), or ' +
      'choose the format onnx, which has a form for any network.',
  )
}

/** Throws StorageError where the model is used in another way than those of its architecture. */
const checkUse = (
  { skills, prefixes }: LanguageConfig,
  architecture: Architecture,
  subject: string,
): void => {
  const shared = skills.filter((skill) => architecture.skills.includes(skill))
  const fault =
    shared.length === 0
      ? `trained to ${architecture.skills.join(' and ')}, found skills ${skills.join(', ')}`
      : // Only what goes on from a prompt has one.
        shared.includes('continue') && prefixes !== architecture.prefixes
        ? `that reads prompts as ${architecture.prefixes} ones, found prefixes ${prefixes}`
        : undefined
  if (fault === undefined) return
  throw new StorageError(
    `${subject}: its network is that of ${architecture.name}; expected a model ${fault}. ` +
      'Choose the format onnx, which has a form for any network.',
  )
}
