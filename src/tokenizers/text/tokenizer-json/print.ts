/** Writes tokenizer.json so that Hugging Face's tokenizers give the same ids. */

import type { Files } from '../../../storage/files.js'
import { printJson } from '../../../storage/json.js'
import type { Surroundings } from '../definition.js'
import type { TextTokenizer } from '../tokenizer.js'
import { anyCharacter } from './schema.js'

/** The content of tokenizer.json for a tokenizer. */
export const printTokenizerJson = ({ definition }: TextTokenizer): string => {
  const { vocabulary, specialTokens, surroundings, unknownToken = null } = definition
  const idOf = (token: string) => vocabulary.indexOf(token)
  const merges =
    definition.kind === 'character'
      ? []
      : definition.merges.map(([left, right]) => `${vocabulary[left]} ${vocabulary[right]}`)
  const content = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specialTokens.map((token) => ({
      id: idOf(token),
      content: token,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer:
      definition.kind === 'character'
        ? isolate(anyCharacter)
        : {
            type: 'Sequence',
            pretokenizers: [isolate(definition.splitPattern), byteLevel({ use_regex: false })],
          },
    post_processor: surroundings === undefined ? null : template(surroundings, idOf),
    decoder: definition.kind === 'character' ? { type: 'Fuse' } : byteLevel({ use_regex: true }),
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: unknownToken,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      merges,
    },
  }
  return `${printJson(content, 'tokenizer.json', 2)}\n`
}

/** Writes a tokenizer.json. */
export const writeTextTokenizer = (
  files: Files,
  path: string,
  tokenizer: TextTokenizer,
): Promise<void> => files.write(path, printTokenizerJson(tokenizer))

const isolate = (pattern: string) => ({
  type: 'Split',
  pattern: { Regex: pattern },
  behavior: 'Isolated',
  invert: false,
})

const byteLevel = ({ use_regex }: { use_regex: boolean }) => ({
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex,
})

const template = ({ before = [], after = [] }: Surroundings, idOf: (token: string) => number) => {
  const around = (sequence: 'A' | 'B', type_id: number) => [
    ...before.map((id) => ({ SpecialToken: { id, type_id } })),
    { Sequence: { id: sequence, type_id } },
    ...after.map((id) => ({ SpecialToken: { id, type_id } })),
  ]
  return {
    type: 'TemplateProcessing',
    single: around('A', 0),
    pair: [...around('A', 0), ...around('B', 1)],
    special_tokens: Object.fromEntries(
      [...before, ...after].map((token) => [
        token,
        { id: token, ids: [idOf(token)], tokens: [token] },
      ]),
    ),
  }
}
