/**
 * The tokenizer of a directory: tokenizer.json, or the files of older models, with the special
 * tokens and the chat template that tokenizer_config.json names.
 */

import { z } from 'zod'
import { StorageError } from '../../errors.js'
import { type Files, joinPath } from '../../storage/files.js'
import { firstFault, readJson } from '../../storage/json.js'
import {
  createTextTokenizer,
  parseGpt2Files,
  parseTokenizerJson,
  type TextTokenizer,
} from '../../tokenizers/text/index.js'
import { withoutGaps } from '../without-gaps.js'

/** A token by its text, alone or in a record. */
const token = z
  .union([z.string(), z.looseObject({ content: z.string() }).transform(({ content }) => content)])
  .nullish()

const tokenKeys = {
  bos_token: token,
  eos_token: token,
  unk_token: token,
  pad_token: token,
  sep_token: token,
  cls_token: token,
  mask_token: token,
}

const configSchema = z.looseObject({
  ...tokenKeys,
  add_bos_token: z.boolean().nullish(),
  do_lower_case: z.boolean().nullish(),
  strip_accents: z.boolean().nullish(),
  tokenize_chinese_chars: z.boolean().nullish(),
  chat_template: z
    .union([z.string(), z.array(z.looseObject({ name: z.string(), template: z.string() }))])
    .nullish()
    .catch(null),
})

const specialSchema = z.looseObject(tokenKeys)

type Named = Partial<Record<keyof typeof tokenKeys, string>>

/** How special tokens are called where a directory has no file that names them. */
const usualNames = {
  gpt2: {
    bos_token: '<|endoftext|>',
    eos_token: '<|endoftext|>',
    unk_token: '<|endoftext|>',
  },
  bert: {
    unk_token: '[UNK]',
    cls_token: '[CLS]',
    sep_token: '[SEP]',
    pad_token: '[PAD]',
    mask_token: '[MASK]',
  },
} satisfies Record<string, Named>

export interface TokenizerFiles {
  readonly text: TextTokenizer
  /** Special tokens by their roles, as `mask_token`. */
  readonly named: Readonly<Named>
  readonly addsBos: boolean
  readonly chatTemplate?: string
}

/** Reads the tokenizer of a directory. Throws StorageError on anything missing or damaged. */
export const readTokenizerFiles = async (files: Files, folder: string): Promise<TokenizerFiles> => {
  const config = await readOptional(files, joinPath(folder, 'tokenizer_config.json'), configSchema)
  const map = await readOptional(files, joinPath(folder, 'special_tokens_map.json'), specialSchema)
  const said: Named = Object.fromEntries(
    Object.keys(tokenKeys).flatMap((key) => {
      // The table has no other keys.
      const role = key as keyof typeof tokenKeys
      const content = config?.[role] ?? map?.[role]
      return typeof content === 'string' ? [[role, content]] : []
    }),
  )
  const { text, usual } = await readText(files, folder, said, config)
  const named = { ...usual, ...said }
  return {
    text: withSpecialTokens(text, Object.values(named)),
    named,
    addsBos: config?.add_bos_token ?? false,
    ...withoutGaps({ chatTemplate: await readChatTemplate(files, folder, config) }),
  }
}

/** The template in a file of its own, as newer directories have it, or in tokenizer_config.json. */
const readChatTemplate = async (
  files: Files,
  folder: string,
  config: TokenizerConfig | undefined,
): Promise<string | undefined> => {
  const path = joinPath(folder, 'chat_template.jinja')
  if ((await files.stat(path)) !== undefined) return files.readText(path)
  const template = config?.chat_template ?? undefined
  if (!Array.isArray(template)) return template
  // Several templates have names; others than the default are for calling tools and the like.
  return template.find(({ name }) => name === 'default')?.template
}

type TokenizerConfig = z.output<typeof configSchema>

const readOptional = async <Schema extends z.ZodType>(
  files: Files,
  path: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> => {
  if ((await files.stat(path)) === undefined) return undefined
  const parsed = schema.safeParse(await readJson(files, path))
  if (parsed.success) return parsed.data
  throw new StorageError(`${path}: ${firstFault(parsed.error)}. Download the file again.`)
}

const readText = async (
  files: Files,
  folder: string,
  named: Named,
  config: TokenizerConfig | undefined,
): Promise<{ readonly text: TextTokenizer; readonly usual: Named }> => {
  const find = async (name: string): Promise<string | undefined> => {
    const path = joinPath(folder, name)
    return (await files.stat(path)) === undefined ? undefined : files.readText(path)
  }
  const whole = await find('tokenizer.json')
  if (whole !== undefined) {
    return { text: parseTokenizerJson(whole, joinPath(folder, 'tokenizer.json')), usual: {} }
  }
  const [vocabulary, merges, words] = [
    await find('vocab.json'),
    await find('merges.txt'),
    await find('vocab.txt'),
  ]
  if (vocabulary !== undefined && merges !== undefined) {
    const unknown = named.unk_token
    const text = parseGpt2Files({
      vocabulary,
      merges,
      specialTokens: [...new Set(Object.values(named))],
      ...(unknown === undefined ? {} : { unknownToken: unknown }),
    })
    return { text, usual: usualNames.gpt2 }
  }
  if (words !== undefined) {
    return { text: readWords(words, named, config), usual: usualNames.bert }
  }
  throw new StorageError(
    `${folder}: expected tokenizer.json, vocab.json with merges.txt, or vocab.txt, found none of ` +
      'them. Download the tokenizer as well; a tokenizer.model alone has to be converted first.',
  )
}

/** BERT's vocab.txt: one piece a line. */
const readWords = (
  words: string,
  named: Named,
  config: TokenizerConfig | undefined,
): TextTokenizer => {
  const { unk_token: unknown, cls_token: first, sep_token: last } = { ...usualNames.bert, ...named }
  const isLowercased = config?.do_lower_case ?? true
  return createTextTokenizer({
    kind: 'word-piece',
    vocabulary: words.replace(/\r?\n$/, '').split(/\r?\n/),
    specialTokens: [...new Set([unknown, first, last])],
    unknownToken: unknown,
    surroundings: { before: [first], after: [last] },
    words: 'bert',
    normalization: {
      isCleaned: true,
      dividesChinese: config?.tokenize_chinese_chars ?? true,
      stripsAccents: config?.strip_accents ?? isLowercased,
      isLowercased,
    },
    maximumWordLength: 100,
    hasCleanup: true,
  })
}

/** Tokens that tokenizer_config.json names are special, even where tokenizer.json does not say so. */
const withSpecialTokens = (text: TextTokenizer, tokens: readonly string[]): TextTokenizer => {
  const { definition } = text
  const known = new Set(definition.vocabulary)
  const missing = tokens.filter(
    (token) => known.has(token) && !definition.specialTokens.includes(token),
  )
  if (missing.length === 0) return text
  return createTextTokenizer({
    ...definition,
    specialTokens: [...definition.specialTokens, ...new Set(missing)],
  })
}
