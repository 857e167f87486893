/** A whole model of text pairs with random parameters: network, tokenizer, all. */

import type { Runtime } from '../../src/engine/runtime/runtime.js'
import { textPairsParameters, textPairsSchema } from '../../src/generation/text-pairs/config.js'
import { createPairModel } from '../../src/generation/text-pairs/pair-model.js'
import { createCharacterTokenizer } from '../../src/tokenizers/text/index.js'
import { randomParameters } from './compute.js'
import { tinySpecialTokens } from './tiny-text-model.js'

export interface TinyPairModelOptions {
  readonly kind?: 'encoder-decoder' | 'decoder-only'
  readonly content?: 'texts' | 'questions'
  readonly isBothWays?: boolean
  readonly sourceLength?: number
}

export const tinyPairModel = async (
  runtime: Runtime,
  {
    kind = 'encoder-decoder',
    content = 'texts',
    isBothWays = false,
    sourceLength = 20,
  }: TinyPairModelOptions = {},
) => {
  const text = createCharacterTokenizer({
    kind: 'character',
    vocabulary: [...tinySpecialTokens, ...'abcdefghenz:? \n<o>'].filter(
      (token, place, all) => all.indexOf(token) === place,
    ),
    specialTokens: [...tinySpecialTokens],
    unknownToken: '<mask>',
  })
  const shape = { vocabularySize: text.vocabularySize, width: 16, depth: 1, heads: 2 }
  const config = textPairsSchema.parse({
    task: 'text-pairs',
    network:
      kind === 'encoder-decoder'
        ? { kind, ...shape, encoderDepth: 1 }
        : { kind, ...shape, context: sourceLength + 6 + 3 },
    tokens: { pad: 0, bos: 1, eos: 2, mask: 3 },
    ...{ sourceLength, targetLength: 6, content, isBothWays, stride: 4 },
    languages: ['en', 'zh'],
    defaults: { beams: 2 },
  })
  const tensors = randomParameters(textPairsParameters(config))
  const model = await createPairModel({ runtime, config, tensors, text })
  return { model, config, tensors, text }
}
