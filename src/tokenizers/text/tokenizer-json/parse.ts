/**
 * Reads tokenizer.json: files written here, and byte-level byte pair files of the GPT-2 kind from
 * elsewhere. What can be read is said in schema.ts.
 */

import { StorageError } from '../../../errors.js'
import type { Files } from '../../../storage/files.js'
import { parseJson } from '../../../storage/json.js'
import { createBytePairTokenizer } from '../byte-pair.js'
import { createCharacterTokenizer } from '../character.js'
import type { Surroundings, TextTokenizerDefinition } from '../definition.js'
import { splitPatterns } from '../split-pattern.js'
import type { TextTokenizer } from '../tokenizer.js'
import { listTokens, readMerges } from './entries.js'
import { anyCharacter, fileSchema, type TokenizerFile } from './schema.js'

/**
 * The tokenizer that a tokenizer.json describes. Throws StorageError, which begins with `source`,
 * on a damaged file and on one that would not give the ids it promises.
 */
export const parseTokenizerJson = (text: string, source = 'tokenizer.json'): TextTokenizer => {
  const content = parseJson(text, source)
  try {
    const definition = readDefinition(checkFile(content))
    return definition.kind === 'character'
      ? createCharacterTokenizer(definition)
      : createBytePairTokenizer(definition)
  } catch (cause) {
    if (!(cause instanceof StorageError)) throw cause
    throw new StorageError(`${source}: ${cause.message}`, { cause })
  }
}

/** Reads a tokenizer.json; see `parseTokenizerJson`. */
export const readTextTokenizer = async (files: Files, path: string): Promise<TextTokenizer> =>
  parseTokenizerJson(await files.readText(path), path)

const checkFile = (content: unknown): TokenizerFile => {
  const result = fileSchema.safeParse(content)
  if (result.success) return result.data
  const { path, message } = result.error.issues[0]!
  throw new StorageError(
    `${path.join('.') || 'the file'}: ${message}. Byte-level byte pair tokenizers like GPT-2's ` +
      'can be read; @huggingface/tokenizers reads others.',
    { cause: result.error },
  )
}

const readDefinition = (file: TokenizerFile): TextTokenizerDefinition => {
  const { added_tokens: added, model, pre_tokenizer: split } = file
  const entries = [
    ...Object.entries(model.vocab),
    ...added
      .filter(({ content, id }) => model.vocab[content] !== id)
      .map(({ content, id }): [string, number] => [content, id]),
  ]
  const vocabulary = listTokens(entries)
  const surroundings = readSurroundings(file)
  const common = {
    vocabulary,
    specialTokens: added.map(({ content }) => content),
    ...(typeof model.unk_token === 'string' && { unknownToken: model.unk_token }),
    ...(surroundings && { surroundings }),
  }
  if (split.type === 'Split') {
    if (split.pattern.Regex === anyCharacter && model.merges.length === 0) {
      return { kind: 'character', ...common }
    }
    throw new StorageError('pre_tokenizer: a Split of text that is not byte-level is not supported')
  }
  return {
    kind: 'byte-pair',
    ...common,
    // ByteLevel's own pattern, with the white space of the Rust library; the JavaScript one differs
    // from it at U+0085 and U+FEFF here, but not in the files that are written by this project.
    splitPattern:
      split.type === 'ByteLevel' ? splitPatterns.gpt2 : split.pretokenizers[0].pattern.Regex,
    merges: readMerges(
      model.merges.map((merge) => (typeof merge === 'string' ? merge.split(' ') : merge)),
      new Map(entries),
    ),
  }
}

const readSurroundings = ({ post_processor: post }: TokenizerFile): Surroundings | undefined => {
  if (post === null || post === undefined) return undefined
  const templates = (post.type === 'Sequence' ? post.processors : [post]).filter(
    (processor) => processor.type === 'TemplateProcessing',
  )
  const [first, ...others] = templates
  if (first === undefined) return undefined
  const middle = first.single.findIndex((item) => item.Sequence !== undefined)
  if (others.length > 0 || middle < 0) {
    throw new StorageError('post_processor: expected one template around one text')
  }
  const named = (items: typeof first.single) =>
    items.flatMap(({ SpecialToken: token }) => token?.id ?? [])
  return { before: named(first.single.slice(0, middle)), after: named(first.single.slice(middle)) }
}
