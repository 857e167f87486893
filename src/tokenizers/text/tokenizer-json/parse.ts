/**
 * Reads tokenizer.json: as a tokenizer of one of our own kinds where that gives the same ids, else
 * through Hugging Face's library. What a kind needs a file to say is in schema.ts.
 */

import type { z } from 'zod'
import { StorageError } from '../../../errors.js'
import type { Files } from '../../../storage/files.js'
import { parseJson } from '../../../storage/json.js'
import { createTextTokenizer } from '../create.js'
import type { Surroundings, TextTokenizerDefinition } from '../definition.js'
import { splitPatterns } from '../split-pattern.js'
import type { TextTokenizer } from '../tokenizer.js'
import { listTokens, readMerges } from './entries.js'
import {
  anyCharacter,
  type BytePairFile,
  bytePairFile,
  type ForeignFile,
  foreignFile,
  type PostProcessor,
  type SentencePieceFile,
  sentencePieceFile,
  type WordPieceFile,
  wordPieceFile,
} from './schema.js'

/**
 * The tokenizer that a tokenizer.json describes. Throws StorageError, which begins with `source`,
 * on a damaged file and on one that would not give the ids it promises.
 */
export const parseTokenizerJson = (text: string, source = 'tokenizer.json'): TextTokenizer => {
  const content = parseJson(text, source)
  try {
    return createTextTokenizer(readDefinition(content))
  } catch (cause) {
    if (!(cause instanceof StorageError)) throw cause
    throw new StorageError(`${source}: ${cause.message}`, { cause })
  }
}

/** Reads a tokenizer.json; see `parseTokenizerJson`. */
export const readTextTokenizer = async (files: Files, path: string): Promise<TextTokenizer> =>
  parseTokenizerJson(await files.readText(path), path)

const readDefinition = (content: unknown): TextTokenizerDefinition => {
  const bytePair = bytePairFile.safeParse(content)
  if (bytePair.success) return readBytePair(bytePair.data)
  const sentencePiece = sentencePieceFile.safeParse(content)
  if (sentencePiece.success) return readSentencePiece(sentencePiece.data)
  const wordPiece = wordPieceFile.safeParse(content)
  if (wordPiece.success) return readWordPiece(wordPiece.data)
  const foreign = foreignFile.safeParse(content)
  // What the schema takes is an object.
  if (foreign.success) return readForeign(foreign.data, content as Record<string, unknown>)
  throw refusal(foreign.error)
}

const refusal = (error: z.ZodError): StorageError => {
  const { path, message } = error.issues[0]!
  return new StorageError(
    `${path.join('.') || 'the file'}: ${message}. Byte pair, SentencePiece, WordPiece and Unigram ` +
      'tokenizers can be read.',
    { cause: error },
  )
}

/** What all kinds have: the vocabulary with what was added to it, and the tokens that are special. */
const readCommon = ({
  added_tokens: added,
  model,
  post_processor: post,
}: Pick<ForeignFile, 'added_tokens' | 'model' | 'post_processor'>) => {
  const entries = [
    ...Object.entries(model.vocab),
    ...added
      .filter(({ content, id }) => model.vocab[content] !== id)
      .map(({ content, id }): [string, number] => [content, id]),
  ]
  const surroundings = readSurroundings(post)
  const { before = [], after = [] } = surroundings ?? {}
  const unknown = model.unk_token
  const special = [
    ...added.filter(({ special }) => special).map(({ content }) => content),
    ...(typeof unknown === 'string' ? [unknown] : []),
    ...before,
    ...after,
  ]
  return {
    ids: new Map(entries),
    definition: {
      vocabulary: listTokens(entries),
      specialTokens: [...new Set(special)],
      ...(typeof unknown === 'string' && { unknownToken: unknown }),
      ...(surroundings && { surroundings }),
    },
  }
}

const readPairs = (
  { merges }: BytePairFile['model'] | SentencePieceFile['model'],
  ids: ReadonlyMap<string, number>,
) =>
  readMerges(
    merges.map((merge) => (typeof merge === 'string' ? merge.split(' ') : merge)),
    ids,
  )

const readBytePair = (file: BytePairFile): TextTokenizerDefinition => {
  const { model, pre_tokenizer: split } = file
  const { ids, definition } = readCommon(file)
  if (split.type === 'Split') {
    if (split.pattern.Regex === anyCharacter && model.merges.length === 0) {
      return { kind: 'character', ...definition }
    }
    throw new StorageError('pre_tokenizer: a Split of text that is not byte-level is not supported')
  }
  return {
    kind: 'byte-pair',
    ...definition,
    // ByteLevel's own pattern, with the white space of the Rust library; the JavaScript one differs
    // from it at U+0085 and U+FEFF here, but not in the files that are written by this project.
    splitPattern:
      split.type === 'ByteLevel' ? splitPatterns.gpt2 : split.pretokenizers[0].pattern.Regex,
    merges: readPairs(model, ids),
  }
}

const readSentencePiece = (file: SentencePieceFile): TextTokenizerDefinition => {
  const { ids, definition } = readCommon(file)
  return { kind: 'sentence-piece', ...definition, merges: readPairs(file.model, ids) }
}

const readWordPiece = (file: WordPieceFile): TextTokenizerDefinition => {
  const { normalizer, pre_tokenizer: words, decoder, model } = file
  return {
    kind: 'word-piece',
    ...readCommon(file).definition,
    unknownToken: model.unk_token,
    words: words.type === 'BertPreTokenizer' ? 'bert' : 'runs',
    ...(normalizer && {
      normalization: {
        isCleaned: normalizer.clean_text,
        dividesChinese: normalizer.handle_chinese_chars,
        stripsAccents: normalizer.strip_accents ?? normalizer.lowercase,
        isLowercased: normalizer.lowercase,
      },
    }),
    maximumWordLength: model.max_input_chars_per_word,
    hasCleanup: decoder?.cleanup ?? false,
  }
}

const readForeign = (
  file: ForeignFile,
  content: Readonly<Record<string, unknown>>,
): TextTokenizerDefinition => ({ kind: 'foreign', ...readCommon(file).definition, content })

const readSurroundings = (post: PostProcessor): Surroundings | undefined => {
  if (post === null || post === undefined) return undefined
  const templates = (post.type === 'Sequence' ? post.processors : [post]).filter(
    (processor) => processor.type !== 'ByteLevel',
  )
  const [first, ...others] = templates
  if (first === undefined) return undefined
  if (first.type !== 'TemplateProcessing') {
    return { before: [first.cls[0]], after: [first.sep[0]] }
  }
  const middle = first.single.findIndex((item) => item.Sequence !== undefined)
  if (others.length > 0 || middle < 0) {
    throw new StorageError('post_processor: expected one template around one text')
  }
  const named = (items: typeof first.single) =>
    items.flatMap(({ SpecialToken: token }) => token?.id ?? [])
  return { before: named(first.single.slice(0, middle)), after: named(first.single.slice(middle)) }
}
