/** The files that name the special tokens of a model, for other libraries. */

import type { TextTokenizer } from '../../tokenizers/text/index.js'
import type { LanguageConfig } from '../text/config.js'
import { withoutGaps } from '../without-gaps.js'

/** The parts of a configuration that say how texts become ids and end. */
export type TokenRoles = Pick<LanguageConfig, 'tokens' | 'chatTemplate'>

/** Special tokens by their roles, such as `bos_token`. */
export const printSpecialTokens = (
  { tokens }: TokenRoles,
  text: TextTokenizer,
): Record<string, string> => {
  const tokenOf = (id: number | undefined) =>
    id === undefined || id >= text.vocabularySize ? undefined : text.tokenOf(id)
  // What is not dropped is text.
  return withoutGaps({
    bos_token: tokenOf(tokens.bos),
    eos_token: tokenOf([tokens.eos ?? []].flat()[0]),
    pad_token: tokenOf(tokens.pad),
    mask_token: tokenOf(tokens.mask),
    unk_token: text.definition.unknownToken,
  }) as Record<string, string>
}

/** The content of tokenizer_config.json. */
export const printTokenizerConfig = (
  config: TokenRoles,
  text: TextTokenizer,
  { context, cleansUp = false }: { readonly context: number; readonly cleansUp?: boolean },
): Readonly<Record<string, unknown>> => ({
  tokenizer_class: 'PreTrainedTokenizerFast',
  model_max_length: context,
  clean_up_tokenization_spaces: cleansUp,
  ...printSpecialTokens(config, text),
  ...withoutGaps({ chat_template: config.chatTemplate }),
})

/** The ids of special tokens by their roles, such as `bos_token_id`. */
export const printTokenIds = ({
  tokens: { pad, bos, eos },
}: TokenRoles): Readonly<Record<string, unknown>> =>
  withoutGaps({ bos_token_id: bos, eos_token_id: eos, pad_token_id: pad })
