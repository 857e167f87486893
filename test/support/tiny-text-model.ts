/** A whole language model with random parameters: network, tokenizer, all. */

import type { Runtime } from '../../src/engine/runtime/runtime.js'
import {
  type LanguageConfig,
  languageModelOf,
  languageSchema,
} from '../../src/generation/text/config.js'
import { createTextModel } from '../../src/generation/text/text-model.js'
import { createCharacterTokenizer } from '../../src/tokenizers/text/index.js'
import { randomParameters } from './compute.js'

/** Ids 0 to 3 are special, then come the letters. */
export const tinySpecialTokens = ['<pad>', '<bos>', '<eos>', '<mask>'] as const

export interface TinyTextModelOptions {
  /** What the model can write, beside special tokens. */
  readonly letters?: string
  readonly context?: number
  readonly seed?: number
  readonly skills?: readonly ('continue' | 'fill')[]
  readonly readsGapsBefore?: boolean
  readonly chatTemplate?: string
  /** Whether a text can end before its tokens are used up. */
  readonly hasEnd?: boolean
  /** Whether a text begins with a token of its own. */
  readonly hasStart?: boolean
  /** Whether the tokens of a prompt see each other from both sides. */
  readonly prefixes?: LanguageConfig['prefixes']
  /** Options of the network beside its sizes. */
  readonly network?: Partial<LanguageConfig['network']>
}

export const tinyTextModel = async (
  runtime: Runtime,
  {
    letters = 'abcdefgh é中😀',
    context = 24,
    seed = 1,
    skills = ['continue'],
    readsGapsBefore,
    chatTemplate,
    hasEnd = true,
    hasStart = true,
    prefixes = 'causal',
    network = {},
  }: TinyTextModelOptions = {},
) => {
  const text = createCharacterTokenizer({
    kind: 'character',
    vocabulary: [...tinySpecialTokens, ...letters],
    specialTokens: [...tinySpecialTokens],
    unknownToken: '<mask>',
  })
  const config = languageSchema.parse({
    task: 'language-model',
    network: {
      ...{ vocabularySize: text.vocabularySize, context, width: 16, depth: 2, heads: 2 },
      ...network,
    },
    tokens: {
      ...{ pad: 0, mask: 3 },
      ...(hasStart ? { bos: 1 } : {}),
      ...(hasEnd ? { eos: 2 } : {}),
    },
    skills,
    prefixes,
    ...(readsGapsBefore === undefined ? {} : { readsGapsBefore }),
    ...(chatTemplate === undefined ? {} : { chatTemplate }),
  })
  const tensors = randomParameters(languageModelOf(config).parameters, { seed })
  const model = await createTextModel({ runtime, config, tensors, text })
  return { model, config, tensors, text }
}
