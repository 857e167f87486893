/**
 * The tokenizer.json files that are read as tokenizers of our own kinds. Whatever would change ids
 * has to be absent, switched off or as the kind has it; other files are left to the library.
 */

import { z } from 'zod'

/** The pattern that makes every character a piece. */
export const anyCharacter = String.raw`[\s\S]`

const off = z.literal(false).optional()
const empty = z.literal('').nullish()

const splitSchema = z.looseObject({
  type: z.literal('Split'),
  pattern: z.strictObject({ Regex: z.string() }),
  behavior: z.literal('Isolated'),
  invert: off,
})

const byteLevelSchema = z.looseObject({ type: z.literal('ByteLevel'), add_prefix_space: off })

const templateSchema = z.looseObject({
  type: z.literal('TemplateProcessing'),
  single: z.array(
    z.looseObject({
      SpecialToken: z.looseObject({ id: z.string() }).optional(),
      Sequence: z.looseObject({ id: z.literal('A') }).optional(),
    }),
  ),
})

/** BERT's own template, as older files name it. */
const bertSchema = z.looseObject({
  type: z.enum(['BertProcessing', 'RobertaProcessing']),
  cls: z.tuple([z.string(), z.int()]),
  sep: z.tuple([z.string(), z.int()]),
})

const postProcessorSchema = z.union([
  z.looseObject({ type: z.literal('ByteLevel') }),
  templateSchema,
  bertSchema,
])

/** Not z.record, which drops a token named __proto__. The ids are checked with the entries. */
export const vocabularySchema = z.custom<Record<string, number>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'expected ids by token',
)

const addedTokensSchema = z
  .array(
    z.looseObject({
      id: z.int(),
      content: z.string(),
      special: z.literal(true),
      single_word: off,
      lstrip: off,
      rstrip: off,
    }),
  )
  .default([])

const postProcessing = z
  .union([
    postProcessorSchema,
    z.looseObject({ type: z.literal('Sequence'), processors: z.array(postProcessorSchema) }),
  ])
  .nullish()

const pairModel = z.looseObject({
  type: z.literal('BPE').default('BPE'),
  dropout: z.literal(0).nullish(),
  unk_token: z.string().nullish(),
  continuing_subword_prefix: empty,
  end_of_word_suffix: empty,
  ignore_merges: off,
  vocab: vocabularySchema,
  merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
})

const common = { added_tokens: addedTokensSchema, post_processor: postProcessing }

/** Byte-level byte pairs, and characters. */
export const bytePairFile = z.looseObject({
  ...common,
  normalizer: z.null().optional(),
  pre_tokenizer: z.union(
    [
      byteLevelSchema.extend({ use_regex: z.literal(true).optional() }),
      z.looseObject({
        type: z.literal('Sequence'),
        pretokenizers: z.tuple([
          splitSchema,
          byteLevelSchema.extend({ use_regex: z.literal(false) }),
        ]),
      }),
      splitSchema,
    ],
    'expected ByteLevel, Split and ByteLevel, or a Split into characters',
  ),
  model: pairModel.extend({ fuse_unk: off, byte_fallback: off }),
})

const spaces = z.looseObject({
  type: z.literal('Replace'),
  pattern: z.strictObject({ String: z.literal(' ') }),
  content: z.literal('▁'),
})

/** Byte pairs of characters with a mark for spaces, as Llama's files have them. */
export const sentencePieceFile = z.looseObject({
  ...common,
  normalizer: z.looseObject({
    type: z.literal('Sequence'),
    normalizers: z.tuple([
      z.looseObject({ type: z.literal('Prepend'), prepend: z.literal('▁') }),
      spaces,
    ]),
  }),
  pre_tokenizer: z.null().optional(),
  model: pairModel.extend({ byte_fallback: z.literal(true) }),
})

/** WordPiece after BERT's normalisation, or without any. */
export const wordPieceFile = z.looseObject({
  ...common,
  normalizer: z
    .looseObject({
      type: z.literal('BertNormalizer'),
      clean_text: z.boolean().default(true),
      handle_chinese_chars: z.boolean().default(true),
      strip_accents: z.boolean().nullish(),
      lowercase: z.boolean().default(true),
    })
    .nullish(),
  pre_tokenizer: z.looseObject({ type: z.enum(['BertPreTokenizer', 'Whitespace']) }),
  decoder: z
    .looseObject({
      type: z.literal('WordPiece'),
      prefix: z.literal('##').default('##'),
      cleanup: z.boolean().default(true),
    })
    .nullish(),
  model: z.looseObject({
    type: z.literal('WordPiece'),
    unk_token: z.string(),
    continuing_subword_prefix: z.literal('##').default('##'),
    max_input_chars_per_word: z.int().positive().default(100),
    vocab: vocabularySchema,
  }),
})

/** What Hugging Face's library is given: any model without chance in it. */
export const foreignFile = z.looseObject({
  added_tokens: z
    .array(z.looseObject({ id: z.int(), content: z.string(), special: z.boolean().default(false) }))
    .default([]),
  post_processor: postProcessing.catch(null),
  model: z.looseObject({
    type: z.enum(['BPE', 'WordPiece', 'Unigram', 'WordLevel']).default('BPE'),
    dropout: z.literal(0).nullish(),
    unk_token: z.string().nullish(),
    vocab: z.union(
      [
        vocabularySchema,
        z
          .array(z.tuple([z.string(), z.number()]))
          .transform((pieces) =>
            Object.fromEntries(pieces.map(([token], id): [string, number] => [token, id])),
          ),
      ],
      'expected ids by token',
    ),
  }),
})

export type BytePairFile = z.output<typeof bytePairFile>
export type SentencePieceFile = z.output<typeof sentencePieceFile>
export type WordPieceFile = z.output<typeof wordPieceFile>
export type ForeignFile = z.output<typeof foreignFile>
export type PostProcessor = z.output<typeof postProcessing>
