import { expect, test } from 'vitest'
import { languageSchema } from '../generation/text/config.js'
import { textImageSchema } from '../generation/text-image/config.js'
import { textPairsSchema } from '../generation/text-pairs/config.js'
import { imageTokenizerSchema } from '../tokenizers/image/config.js'

const network = { vocabularySize: 300, context: 16, width: 8, depth: 1, heads: 1 }
const { context: _, ...sizesOf } = network
const tokens = { pad: 0 }
const huge = 1_000_000_000

const languageWith = (changes: object) =>
  languageSchema.safeParse({
    ...{ task: 'language-model', tokens },
    network: { ...network, ...changes },
  })

const pairsWith = (changes: object, own: object = {}) =>
  textPairsSchema.safeParse({
    ...{ task: 'text-pairs', tokens, sourceLength: 8, targetLength: 8, languages: ['a', 'b'] },
    network: { kind: 'encoder-decoder', ...sizesOf, encoderDepth: 1, ...changes },
    ...own,
  })

const pictureWith = (layout: object, transformer: object = {}) =>
  textImageSchema.safeParse({
    ...{ task: 'text-image', vocabulary: { textPieces: 9, imageCodes: 9 }, drawing: 'next-code' },
    layout: { textLength: 4, rows: 4, columns: 4, ...layout },
    transformer: { width: 8, depth: 1, heads: 1, ...transformer },
  })

test.each(['vocabularySize', 'context', 'width', 'depth', 'heads', 'hidden', 'segments'])(
  'a language model may be as large as published ones, and not beyond memory: %s',
  (key) => {
    expect(languageWith({}).success).toBe(true)
    expect(languageWith({ [key]: 128 }).success).toBe(true)
    expect(languageWith({ [key]: huge }).error?.issues[0]?.path).toEqual(['network', key])
  },
)

test('of models of text pairs both depths and lengths are bounded', () => {
  expect(pairsWith({}).error).toBeUndefined()
  expect(pairsWith({ encoderDepth: 257 }).error?.issues[0]?.path).toEqual([
    'network',
    'encoderDepth',
  ])
  expect(pairsWith({}, { sourceLength: huge }).error?.issues[0]?.path).toEqual(['sourceLength'])
})

test('of models of pictures the sides are bounded, and the codes in all', () => {
  expect(pictureWith({ rows: 256, columns: 256 }).success).toBe(true)
  expect(pictureWith({ rows: huge }).error?.issues[0]?.path).toEqual(['layout', 'rows'])
  expect(pictureWith({}, { depth: 257 }).error?.issues[0]?.path).toEqual(['transformer', 'depth'])
  const [issue] = pictureWith({ rows: 256, columns: 256, frames: 2 }).error?.issues ?? []
  expect(issue).toMatchObject({ path: ['layout'], message: 'expected at most 65536 codes in all' })
})

test.each(['size', 'frames', 'patch', 'followingPatch', 'width', 'heads', 'depth', 'smoothing'])(
  'an image tokenizer may be large, and not beyond memory: %s',
  (key) => {
    expect(imageTokenizerSchema.safeParse({ [key]: 128 }).success).toBe(true)
    expect(imageTokenizerSchema.safeParse({ [key]: huge }).error?.issues[0]?.path).toEqual([key])
  },
)

test.each(['codes', 'channels'])('of a code book the %s are bounded', (key) => {
  const bookWith = (changes: object) =>
    imageTokenizerSchema.safeParse({
      quantizer: { kind: 'vector', codes: 1024, channels: 8, ...changes },
    })
  expect(bookWith({ [key]: 4096 }).success).toBe(true)
  expect(bookWith({ [key]: huge }).error?.issues[0]?.path).toEqual(['quantizer', key])
})

test('of clips the codes in all are bounded, also where each size is not too large', () => {
  const clipsOf = (frames: number) =>
    imageTokenizerSchema.safeParse({ size: 1024, patch: 8, followingPatch: 16, frames })
  expect(clipsOf(13).success).toBe(true)
  const [issue] = clipsOf(14).error?.issues ?? []
  expect(issue).toMatchObject({ path: [], message: 'expected at most 65536 codes in all' })
})
