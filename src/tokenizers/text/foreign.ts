/**
 * Other projects' tokenizers of kinds that this one does not have, by Hugging Face's own library.
 * Special tokens in ordinary text stay text here too, so the library is not told of them.
 */

import { Tokenizer } from '@huggingface/tokenizers'
import { readSpelling } from './byte-pair/byte-level.js'
import type { ForeignDefinition } from './definition.js'
import { readSentencePiece } from './sentence-piece.js'
import {
  assembleTokenizer,
  indexVocabulary,
  type TextCodec,
  type TextTokenizer,
} from './tokenizer.js'
import { wellFormed } from './well-formed.js'
import { readWordPiece } from './word-piece.js'

interface Decoder {
  readonly type?: string
  readonly decoders?: readonly Decoder[]
  readonly suffix?: string
  readonly cleanup?: boolean
}

const textEncoder = new TextEncoder()

/** The steps of a decoder, one after another. */
const stepsOf = (decoder: Decoder | null | undefined): readonly Decoder[] =>
  decoder?.decoders ?? (decoder ? [decoder] : [])

/** How tokens become bytes: what the file's decoder does to each by itself. */
const readerOf = (
  decoder: Decoder | null | undefined,
): Pick<TextCodec, 'bytesOf' | 'hasLeadingSpace'> => {
  const steps = stepsOf(decoder)
  const find = (...types: string[]) => steps.find(({ type }) => types.includes(type ?? ''))
  if (find('ByteLevel')) {
    return {
      bytesOf: (token: string) => {
        try {
          return readSpelling(token)
        } catch {
          return textEncoder.encode(token) // an added token, which is spelt as it is
        }
      },
    }
  }
  if (find('Metaspace', 'Replace', 'ByteFallback')) {
    return { bytesOf: readSentencePiece, hasLeadingSpace: true }
  }
  const suffixed = find('BPEDecoder')
  if (suffixed !== undefined) {
    const suffix = suffixed.suffix ?? '</w>'
    return { bytesOf: (token: string) => textEncoder.encode(token.replaceAll(suffix, ' ')) }
  }
  if (find('Fuse')) return { bytesOf: (token: string) => textEncoder.encode(token) }
  const hasCleanup = find('WordPiece')?.cleanup ?? false
  return {
    bytesOf: (token: string) => textEncoder.encode(readWordPiece(token, hasCleanup)),
    hasLeadingSpace: true,
  }
}

/**
 * A text in parts that have no special token in them, each cut after its first character: some
 * models, such as Unigram, would find the tokens in their vocabulary by themselves.
 */
const apart = (text: string, specialTokens: readonly string[]): string[] => {
  const tokens = specialTokens.filter((token) => token.length > 1)
  const parts: string[] = []
  for (let start = 0; start < text.length; ) {
    const places = tokens.map((token) => text.indexOf(token, start)).filter((at) => at >= 0)
    const end = places.length === 0 ? text.length : Math.min(...places) + 1
    parts.push(text.slice(start, end))
    start = end
  }
  return parts
}

/** The tokenizer of a definition. Throws StorageError where the vocabulary contradicts itself. */
export const createForeignTokenizer = (definition: ForeignDefinition): TextTokenizer => {
  const idsByToken = indexVocabulary(definition)
  const { content, specialTokens } = definition
  // The schema has seen to added tokens, and the library sees to the decoder.
  const added = (content.added_tokens ?? []) as readonly { readonly content: string }[]
  const library = new Tokenizer(
    { ...content, added_tokens: added.filter((token) => !specialTokens.includes(token.content)) },
    {},
  )
  return assembleTokenizer(definition, idsByToken, {
    ...readerOf(content.decoder as Decoder | null | undefined),
    encode: (text, ids) => {
      for (const part of apart(wellFormed(text), specialTokens)) {
        for (const id of library.encode(part, { add_special_tokens: false }).ids) ids.push(id)
      }
    },
  })
}
