import { Tokenizer } from '@huggingface/tokenizers'
import { describe, expect, test } from 'vitest'
import { sentences } from '../../../../test/support/texts.js'
import { StorageError } from '../../../errors.js'
import { byteCharacters } from '../byte-pair/byte-level.js'
import { splitPatterns } from '../split-pattern.js'
import { parseTokenizerJson } from './parse.js'

/** A file as other projects publish them: bytes first, one merge, special tokens last. */
const gpt2Like = () => ({
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [
    {
      id: 258,
      special: true,
      content: '<|endoftext|>',
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: true,
    },
  ],
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
  post_processor: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false },
  decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true },
  model: {
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: '',
    end_of_word_suffix: '',
    fuse_unk: false,
    vocab: Object.fromEntries(
      [...byteCharacters, 'Ġt', 'Ġth', '<|endoftext|>'].map((token, id) => [token, id]),
    ),
    merges: ['Ġ t', 'Ġt h'],
  },
})

type File = ReturnType<typeof gpt2Like>
const printed = (change: (file: File) => unknown = (file) => file) =>
  JSON.stringify(change(gpt2Like()))

test("reads a file like GPT-2's and gives the ids that @huggingface/tokenizers gives", () => {
  const tokenizer = parseTokenizerJson(printed())
  const elsewhere = new Tokenizer(gpt2Like(), {})
  for (const text of [...sentences, '<|endoftext|> the end']) {
    expect(tokenizer.encode(text, { allowSpecial: true })).toEqual(elsewhere.encode(text).ids)
  }
  expect(tokenizer.definition).toMatchObject({
    specialTokens: ['<|endoftext|>'],
    splitPattern: splitPatterns.gpt2,
    merges: [
      [0x20, 0x74],
      [256, 0x68],
    ],
  })
})

test('reads merges as pairs, and special tokens that only added_tokens has', () => {
  const tokenizer = parseTokenizerJson(
    printed((file) => {
      const { '<|endoftext|>': _, ...vocab } = file.model.vocab
      return {
        ...file,
        model: {
          ...file.model,
          vocab,
          merges: [
            ['Ġ', 't'],
            ['Ġt', 'h'],
          ],
        },
      }
    }),
  )
  expect(tokenizer.encode(' th')).toEqual([257])
  expect(tokenizer.idOf('<|endoftext|>')).toBe(258)
})

test('reads the surroundings from a template, also inside a sequence', () => {
  const template = {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '<|endoftext|>', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
    ],
    pair: [],
    special_tokens: {},
  }
  const processors = [{ type: 'ByteLevel' }, template]
  for (const post_processor of [template, { type: 'Sequence', processors }]) {
    const tokenizer = parseTokenizerJson(printed((file) => ({ ...file, post_processor })))
    expect(tokenizer.encode('th', { addSpecial: true })).toHaveLength(3)
    expect(tokenizer.definition.surroundings).toEqual({ before: ['<|endoftext|>'], after: [] })
  }
})

describe('leaves to the library, with the same ids,', () => {
  const inModel = (change: object) => (file: File) => ({
    ...file,
    model: { ...file.model, ...change },
  })
  const added = (change: object) => (file: File) => ({
    ...file,
    added_tokens: [{ ...file.added_tokens[0], ...change }],
  })
  test.each<[string, (file: File) => object]>([
    ['normalizers', (file) => ({ ...file, normalizer: { type: 'NFC' } })],
    ['whole words', inModel({ ignore_merges: true })],
    [
      'a prefix space',
      (f) => ({ ...f, pre_tokenizer: { ...f.pre_tokenizer, add_prefix_space: true } }),
    ],
    ['tokens that change the text beside them', added({ lstrip: true })],
    ['added tokens that are not special', added({ special: false })],
  ])('%s', (_, change) => {
    const tokenizer = parseTokenizerJson(printed(change))
    expect(tokenizer.definition.kind).toBe('foreign')
    const elsewhere = new Tokenizer(change(gpt2Like()), {})
    for (const text of sentences) {
      expect(tokenizer.encode(text)).toEqual(elsewhere.encode(text).ids)
    }
  })
})

describe('refuses with its name, the place and advice', () => {
  const inModel = (change: object) => (file: File) => ({
    ...file,
    model: { ...file.model, ...change },
  })
  const faults: [string, (file: File) => unknown, RegExp][] = [
    ['other models', inModel({ type: 'Oracle' }), /model\.type: .+ "BPE"/],
    ['dropout', inModel({ dropout: 0.1 }), /model\.dropout: /],
    [
      'merges of no tokens',
      inModel({ merges: ['Ġ t', 't x y'] }),
      /merge 1 \(t x y\): expected two/,
    ],
    ['merges into no token', inModel({ merges: ['h t'] }), /merge 0 \(h t\): .+ lacks/],
    ['a list of tokens', inModel({ vocab: ['a'] }), /model\.vocab: expected ids by token/],
    [
      'ids that are no numbers',
      inModel({ vocab: { a: 'b' } }),
      /token "a" has id b; expected each/,
    ],
    [
      'gaps between ids',
      inModel({ vocab: { a: 0, b: 9 } }),
      /token "b" has id 9; expected each id/,
    ],
    ['what is no object', () => [1], /the file: /],
  ]
  test.each(faults)('%s', (_, change, message) => {
    expect(() => parseTokenizerJson(printed(change), 'm/tokenizer.json')).toThrow(StorageError)
    expect(() => parseTokenizerJson(printed(change), 'm/tokenizer.json')).toThrow(message)
    expect(() => parseTokenizerJson(printed(change), 'm/tokenizer.json')).toThrow(
      /^m\/tokenizer\.json: .+\. .+/,
    )
  })

  test('a file that is cut off', () => {
    expect(() => parseTokenizerJson(printed().slice(0, 100))).toThrow(StorageError)
    expect(() => parseTokenizerJson(printed().slice(0, 100))).toThrow(/^tokenizer\.json: not valid/)
  })
})
