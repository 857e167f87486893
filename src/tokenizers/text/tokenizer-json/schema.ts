/**
 * The tokenizer.json files that can be read. Whatever would change ids (normalizers, dropout, other
 * models) has to be absent or switched off: it is refused, not ignored.
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

const postProcessorSchema = z.union([
  z.looseObject({ type: z.literal('ByteLevel') }),
  templateSchema,
])

/** Not z.record, which drops a token named __proto__. The ids are checked with the entries. */
export const vocabularySchema = z.custom<Record<string, number>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'expected ids by token',
)

/** What can be read, with all that changes ids said explicitly. */
export const fileSchema = z.looseObject({
  added_tokens: z
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
    .default([]),
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
  post_processor: z
    .union([
      postProcessorSchema,
      z.looseObject({ type: z.literal('Sequence'), processors: z.array(postProcessorSchema) }),
    ])
    .nullish(),
  model: z.looseObject({
    type: z.literal('BPE').default('BPE'),
    dropout: z.literal(0).nullish(),
    unk_token: z.string().nullish(),
    continuing_subword_prefix: empty,
    end_of_word_suffix: empty,
    fuse_unk: off,
    byte_fallback: off,
    ignore_merges: off,
    vocab: vocabularySchema,
    merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
  }),
})

export type TokenizerFile = z.infer<typeof fileSchema>
