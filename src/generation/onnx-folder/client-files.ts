/**
 * The files beside the graph in a folder for npm's @huggingface/transformers. That client knows
 * models by `model_type` alone: which inputs they have and what their caches are called. It runs
 * whatever graph it finds, so a network of ours that no architecture describes goes by the name of
 * one with the same inputs, and says so in the key `tesserae`.
 */

import type { ModelFolderEntry } from '../../storage/model-folder.js'
import {
  printTokenizerJson,
  type TextTokenizer,
  withSurroundings,
} from '../../tokenizers/text/index.js'
import type { Architecture } from '../hugging-face/architecture.js'
import { architectures } from '../hugging-face/architectures.js'
import { completeNetwork, misfitsOf } from '../hugging-face/fit.js'
import {
  printSpecialTokens,
  printTokenIds,
  printTokenizerConfig,
  type TokenRoles,
} from '../hugging-face/tokenizer-config.js'
import type { LanguageConfig } from '../text/config.js'

/** What the client is to use a folder for. */
export type ClientTask = 'text-generation' | 'fill-mask' | 'text-classification'

type Network = LanguageConfig['network']

/** How the client knows a model: by a class, and by an architecture whose inputs the graph has. */
const guises = {
  'text-generation': {
    type: 'llama',
    classes: { gpt2: 'GPT2LMHeadModel', llama: 'LlamaForCausalLM' },
  },
  // BERT's class for gaps has a head of its own, which the encoder alone lacks.
  'fill-mask': { type: 'bert', classes: { bert: 'BertForMaskedLM' } },
  'text-classification': { type: 'bert', classes: { bert: 'BertForSequenceClassification' } },
} as const satisfies Record<ClientTask, { type: string; classes: Readonly<Record<string, string>> }>

/** The architecture that says the network exactly, where there is one for the task. */
export const exactArchitecture = (task: ClientTask, network: Network): Architecture | undefined =>
  architectures.find(
    (architecture) =>
      architecture.name in guises[task].classes &&
      misfitsOf(architecture, network).length === 0 &&
      (task !== 'fill-mask' || network.hasHeadTransform),
  )

/** What config.json says of a network, under the name of its architecture or of a likely one. */
const printNetwork = (task: ClientTask, network: Network): Readonly<Record<string, unknown>> => {
  const exact = exactArchitecture(task, network)
  const { type, classes }: { type: string; classes: Readonly<Record<string, string>> } =
    guises[task]
  const name = exact?.name ?? type
  const complete = completeNetwork(network)
  return {
    model_type: name,
    ...(exact?.printNetwork(complete) ?? {
      vocab_size: network.vocabularySize,
      max_position_embeddings: network.context,
      hidden_size: network.width,
      num_hidden_layers: network.depth,
      num_attention_heads: network.heads,
      num_key_value_heads: complete.keyValueHeads,
      head_dim: complete.headWidth,
    }),
    architectures: [classes[name]],
  }
}

/** Where the graph is, by how its weights are stored; the client's names for both. */
export const graphFiles = {
  float32: { name: 'onnx/model.onnx', dtype: 'fp32' },
  int8: { name: 'onnx/model_quantized.onnx', dtype: 'q8' },
  int4: { name: 'onnx/model_q4.onnx', dtype: 'q4' },
} as const

export type ClientPrecision = keyof typeof graphFiles

export interface ClientFilesOptions {
  readonly task: ClientTask
  readonly network: Network
  readonly roles: TokenRoles
  readonly text: TextTokenizer
  readonly precision: ClientPrecision
  /** What config.json says beside, such as labels. */
  readonly specifics?: Readonly<Record<string, unknown>>
  /** What the model's own config.json says that the client has no word for. */
  readonly own: Readonly<Record<string, unknown>>
  /** How tokens are drawn unless the caller says otherwise. */
  readonly sampling?: LanguageConfig['defaults']
}

/** The tokens that stand around a text as the client is to encode it. */
const surroundingsOf = ({ task, roles, text }: ClientFilesOptions) => {
  const { bos } = roles.tokens
  const before = bos === undefined ? [] : [text.tokenOf(bos)]
  // Texts are filled and classified as a whole; one that is continued has only a beginning.
  return (task !== 'text-generation' && text.definition.surroundings) || { before }
}

/** All files but the graph. */
export const clientFiles = (options: ClientFilesOptions): Record<string, ModelFolderEntry> => {
  const { task, network, roles, precision, specifics = {}, own, sampling } = options
  const surroundings = surroundingsOf(options)
  const text = withSurroundings(options.text, surroundings)
  const { definition } = text
  const ids = printTokenIds(roles)
  return {
    'config.json': {
      json: {
        ...printNetwork(task, network),
        ...ids,
        ...specifics,
        'transformers.js_config': { dtype: graphFiles[precision].dtype },
        tesserae: own,
      },
    },
    'generation_config.json': {
      json: {
        ...ids,
        ...(sampling === undefined
          ? {}
          : { temperature: sampling.temperature, top_k: sampling.topK, top_p: sampling.topP }),
      },
    },
    'tokenizer.json': { text: printTokenizerJson(text) },
    'tokenizer_config.json': {
      json: {
        ...printTokenizerConfig(roles, text, {
          context: network.context,
          cleansUp: definition.kind === 'word-piece' && definition.hasCleanup,
        }),
        add_bos_token: (surroundings.before ?? []).length > 0,
      },
    },
    'special_tokens_map.json': { json: printSpecialTokens(roles, text) },
  }
}
