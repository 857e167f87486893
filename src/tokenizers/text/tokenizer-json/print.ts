/** Writes tokenizer.json so that Hugging Face's tokenizers give the same ids. */

import type { Files } from '../../../storage/files.js'
import { printJson } from '../../../storage/json.js'
import type {
  BertNormalization,
  BytePairDefinition,
  ForeignDefinition,
  Surroundings,
  TextTokenizerDefinition,
} from '../definition.js'
import { spaceMark } from '../sentence-piece.js'
import type { TextTokenizer } from '../tokenizer.js'
import { continuation } from '../word-piece.js'
import { anyCharacter } from './schema.js'

/** The content of tokenizer.json for a tokenizer. */
export const printTokenizerJson = ({ definition }: TextTokenizer): string =>
  `${printJson(contentOf(definition), 'tokenizer.json', 2)}\n`

const contentOf = (definition: TextTokenizerDefinition): Readonly<Record<string, unknown>> => {
  if (definition.kind === 'foreign') return definition.content
  const { vocabulary, specialTokens, surroundings, unknownToken = null } = definition
  const ids = new Map(vocabulary.map((token, id) => [token, id]))
  const idOf = (token: string) => ids.get(token)!
  const { model, ...steps } = stepsOf(definition)
  return {
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
    normalizer: steps.normalizer ?? null,
    pre_tokenizer: steps.pre_tokenizer ?? null,
    post_processor: surroundings === undefined ? null : printSurroundings(surroundings, idOf),
    decoder: steps.decoder,
    model: { ...model, unk_token: unknownToken, vocab: Object.fromEntries(ids) },
  }
}

interface Steps {
  readonly normalizer?: unknown
  readonly pre_tokenizer?: unknown
  readonly decoder: unknown
  readonly model: Readonly<Record<string, unknown>>
}

/** What text goes through on its way to ids and back, by kind. */
const stepsOf = (definition: Exclude<TextTokenizerDefinition, ForeignDefinition>): Steps => {
  switch (definition.kind) {
    case 'character':
      return {
        pre_tokenizer: isolate(anyCharacter),
        decoder: { type: 'Fuse' },
        model: pairModel({ merges: [] }),
      }
    case 'byte-pair':
      return {
        pre_tokenizer: {
          type: 'Sequence',
          pretokenizers: [isolate(definition.splitPattern), byteLevel({ use_regex: false })],
        },
        decoder: byteLevel({ use_regex: true }),
        model: pairModel({ merges: printMerges(definition) }),
      }
    case 'sentence-piece':
      return {
        normalizer: {
          type: 'Sequence',
          normalizers: [{ type: 'Prepend', prepend: spaceMark }, replace(' ', spaceMark)],
        },
        decoder: {
          type: 'Sequence',
          decoders: [
            replace(spaceMark, ' '),
            { type: 'ByteFallback' },
            { type: 'Fuse' },
            { type: 'Strip', content: ' ', start: 1, stop: 0 },
          ],
        },
        model: pairModel({ fuse_unk: true, byte_fallback: true, merges: printMerges(definition) }),
      }
    case 'word-piece':
      return {
        normalizer: printNormalization(definition.normalization),
        pre_tokenizer: { type: definition.words === 'bert' ? 'BertPreTokenizer' : 'Whitespace' },
        decoder: { type: 'WordPiece', prefix: continuation, cleanup: definition.hasCleanup },
        model: {
          type: 'WordPiece',
          continuing_subword_prefix: continuation,
          max_input_chars_per_word: definition.maximumWordLength,
        },
      }
  }
}

const printNormalization = (normalization: BertNormalization | undefined) =>
  normalization === undefined
    ? null
    : {
        type: 'BertNormalizer',
        clean_text: normalization.isCleaned,
        handle_chinese_chars: normalization.dividesChinese,
        strip_accents: normalization.stripsAccents,
        lowercase: normalization.isLowercased,
      }

const printMerges = ({
  vocabulary,
  merges,
}: Pick<BytePairDefinition, 'vocabulary' | 'merges'>): string[] =>
  merges.map(([left, right]) => `${vocabulary[left]} ${vocabulary[right]}`)

const pairModel = (specifics: Readonly<Record<string, unknown>>) => ({
  type: 'BPE',
  dropout: null,
  continuing_subword_prefix: null,
  end_of_word_suffix: null,
  fuse_unk: false,
  byte_fallback: false,
  ignore_merges: false,
  ...specifics,
})

const replace = (from: string, to: string) => ({
  type: 'Replace',
  pattern: { String: from },
  content: to,
})

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

/** What puts special tokens around texts, as a post-processor of tokenizer.json. */
export const printSurroundings = (
  { before = [], after = [] }: Surroundings,
  idOf: (token: string) => number,
): Readonly<Record<string, unknown>> => {
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
