/**
 * A text tokenizer as its users see it, and what all kinds share: special tokens, decoding, lookup.
 * How a stretch of ordinary text becomes ids is the business of each kind.
 */

import { DataError, StorageError } from '../../errors.js'
import type { TextTokenizerDefinition } from './definition.js'

export interface EncodeOptions {
  /** Puts the definition's `surroundings` around the ids. */
  readonly addSpecial?: boolean
  /**
   * Reads special tokens written in the text as such, the longest at each place. Leave it off for
   * text of strangers: by default their `<eos>` is five characters like any others.
   */
  readonly allowSpecial?: boolean
}

export interface DecodeOptions {
  /** Leaves special tokens out; on unless it is false. */
  readonly skipSpecial?: boolean
}

export interface TextTokenizer {
  readonly definition: TextTokenizerDefinition
  /** Ids run from 0 up to but not including this. */
  readonly vocabularySize: number
  readonly specialTokens: readonly string[]
  /** The ids of a text. A lone surrogate, which UTF-8 cannot hold, becomes U+FFFD. */
  encode(text: string, options?: EncodeOptions): number[]
  /** The text of ids; bytes that are no UTF-8 become U+FFFD. Throws DataError on unknown ids. */
  decode(ids: Iterable<number>, options?: DecodeOptions): string
  /** The id of a token as the vocabulary spells it. Throws DataError where it has none. */
  idOf(token: string): number
  /** The spelling of a token: byte-level characters for byte pairs. Throws DataError. */
  tokenOf(id: number): string
  /** The UTF-8 of a token, maybe a part of a character; do not write to it. Throws DataError. */
  bytesOf(id: number): Uint8Array
  isSpecial(id: number): boolean
}

/** What a kind of tokenizer adds to the rest. */
export interface TextCodec {
  /** Appends the ids of ordinary text to `ids`. */
  encode(text: string, ids: number[]): void
  /** The UTF-8 of an ordinary token. */
  bytesOf(token: string): Uint8Array
  /** Whether decoding takes away the space that encoding puts before a text. */
  readonly hasLeadingSpace?: boolean
}

/** Ids by token. Throws StorageError where a token occurs twice or a special one is missing. */
export const indexVocabulary = (definition: TextTokenizerDefinition): Map<string, number> => {
  const ids = new Map<string, number>()
  for (const [id, token] of definition.vocabulary.entries()) {
    if (ids.has(token)) {
      throw new StorageError(
        `vocabulary: token ${JSON.stringify(token)} has two ids, ${ids.get(token)} and ${id}. ` +
          'Every token needs one id of its own.',
      )
    }
    ids.set(token, id)
  }
  const { specialTokens, unknownToken, surroundings = {} } = definition
  for (const token of specialTokens) {
    if (!ids.has(token) || token === '') {
      throw new StorageError(
        `special token ${JSON.stringify(token)}: it is not in the vocabulary. Give it an id.`,
      )
    }
  }
  const named = [unknownToken ?? [], surroundings.before ?? [], surroundings.after ?? []].flat()
  for (const token of named) {
    if (!specialTokens.includes(token)) {
      throw new StorageError(
        `token ${JSON.stringify(token)}: expected one of the special tokens ` +
          `(${specialTokens.join(' ')}). Add it to them.`,
      )
    }
  }
  return ids
}

/** A tokenizer from its definition, that definition's index, and the codec of its kind. */
export const assembleTokenizer = (
  definition: TextTokenizerDefinition,
  idsByToken: ReadonlyMap<string, number>,
  codec: TextCodec,
): TextTokenizer => {
  const { vocabulary, specialTokens, surroundings = {} } = definition
  const idOf = (token: string): number => {
    const id = idsByToken.get(token)
    if (id !== undefined) return id
    throw new DataError(
      `token ${JSON.stringify(token)} is not in the vocabulary of ${vocabulary.length} tokens. ` +
        `Its special tokens are: ${specialTokens.join(' ') || '(none)'}`,
    )
  }
  const specialIds = new Set(specialTokens.map(idOf))
  const before = (surroundings.before ?? []).map(idOf)
  const after = (surroundings.after ?? []).map(idOf)
  const anySpecial = specialTokens.length > 0 ? matchAny(specialTokens) : undefined
  const bytes = packBytes(vocabulary, (token, id) =>
    specialIds.has(id) ? textEncoder.encode(token) : codec.bytesOf(token),
  )

  const checkId = (id: number) => {
    if (!(id >= 0 && id < vocabulary.length && Number.isInteger(id))) {
      throw new DataError(
        `id ${id} is outside the text vocabulary of ${vocabulary.length} tokens. ` +
          'Ids of other media are to be cut out before text is decoded.',
      )
    }
  }

  const encodeAllowingSpecial = (text: string, ids: number[]) => {
    if (anySpecial === undefined) return codec.encode(text, ids)
    let from = 0
    for (const { 0: token, index } of text.matchAll(anySpecial)) {
      codec.encode(text.slice(from, index), ids)
      ids.push(idOf(token))
      from = index + token.length
    }
    codec.encode(text.slice(from), ids)
  }

  return {
    definition,
    vocabularySize: vocabulary.length,
    specialTokens,
    encode: (text, { addSpecial = false, allowSpecial = false } = {}) => {
      const ids: number[] = addSpecial ? [...before] : []
      if (allowSpecial) encodeAllowingSpecial(text, ids)
      else codec.encode(text, ids)
      if (addSpecial) ids.push(...after)
      return ids
    },
    decode: (ids, { skipSpecial = true } = {}) => {
      const kept: number[] = []
      let length = 0
      for (const id of ids) {
        checkId(id)
        if (skipSpecial && specialIds.has(id)) continue
        kept.push(id)
        length += bytes.lengthOf(id)
      }
      const joined = new Uint8Array(length)
      let end = 0
      for (const id of kept) end = bytes.copyTo(joined, end, id)
      const text = textDecoder.decode(joined)
      return codec.hasLeadingSpace && text.startsWith(' ') ? text.slice(1) : text
    },
    idOf,
    tokenOf: (id) => {
      checkId(id)
      return vocabulary[id]!
    },
    bytesOf: (id) => {
      checkId(id)
      return bytes.of(id)
    },
    isSpecial: (id) => specialIds.has(id),
  }
}

const textEncoder = new TextEncoder()
const textDecoder = new TextDecoder('utf-8', { ignoreBOM: true }) // a leading U+FEFF is text too

/** Matches the longest of `tokens` at a place. */
export const matchAny = (tokens: readonly string[]): RegExp => {
  const longestFirst = [...tokens].sort((a, b) => b.length - a.length)
  return new RegExp(
    longestFirst.map((t) => t.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'),
    'g',
  )
}

/** The bytes of all tokens in one array, which costs a fraction of an array for each. */
const packBytes = (
  vocabulary: readonly string[],
  bytesOf: (token: string, id: number) => Uint8Array,
) => {
  const parts = vocabulary.map(bytesOf)
  const starts = new Int32Array(parts.length + 1)
  for (const [id, part] of parts.entries()) starts[id + 1] = starts[id]! + part.length
  const all = new Uint8Array(starts[parts.length]!)
  for (const [id, part] of parts.entries()) all.set(part, starts[id])
  return {
    of: (id: number) => all.subarray(starts[id], starts[id + 1]),
    lengthOf: (id: number) => starts[id + 1]! - starts[id]!,
    /** Writes a token's bytes at `at` and returns where they end. */
    copyTo: (target: Uint8Array, at: number, id: number): number => {
      let end = at
      for (let from = starts[id]!; from < starts[id + 1]!; from++) target[end++] = all[from]!
      return end
    },
  }
}
