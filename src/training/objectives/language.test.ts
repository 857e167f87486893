import { describe, expect, test } from 'vitest'
import { compute, randomParameters } from '../../../test/support/compute.js'
import { createRandom } from '../../engine/tensor/random.js'
import { numbersOf, tensorOf } from '../../engine/tensor/tensor.js'
import { languageModel } from '../../network/models/language-model.js'
import { parameterInputs } from '../../network/parameters.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import type { Feeds } from '../trainer.js'
import { dropoutFeeds } from './dropout.js'
import {
  type LanguageTokens,
  maskedCount,
  maskedSpansBatch,
  maskedSpansLoss,
  nextTokenBatch,
  nextTokenLoss,
} from './language.js'

const runtime = createInlineRuntime({ threads: 1 })
const [pad, bos, mask] = [0, 1, 3]
const tokens = { pad, bos }
const shape = { batch: 1, time: 6, hasDocuments: true }
const numbers = (feeds: Feeds, name: string) => numbersOf(feeds[name]!)

describe('a batch of next tokens', () => {
  test('has as labels the ids moved by one', () => {
    const feeds = nextTokenBatch([{ ids: [bos, 5, 6, 7, 8, 9, 10] }], shape, tokens)
    expect(numbers(feeds, 'ids')).toEqual([bos, 5, 6, 7, 8, 9])
    expect(numbers(feeds, 'labels')).toEqual([5, 6, 7, 8, 9, 10])
    expect(numbers(feeds, 'weights')).toEqual([1, 1, 1, 1, 1, 1])
    expect(numbers(feeds, 'documents')).toEqual([1, 1, 1, 1, 1, 1])
  })

  test('tells documents apart, and does not count the guess where one starts', () => {
    const feeds = nextTokenBatch([{ ids: [7, 2, bos, 8, 2, bos, 9] }], shape, tokens)
    expect(numbers(feeds, 'documents')).toEqual([1, 1, 2, 2, 2, 3])
    expect(numbers(feeds, 'labels')).toEqual([2, bos, 8, 2, bos, 9])
    expect(numbers(feeds, 'weights')).toEqual([1, 0, 1, 1, 0, 1])
  })

  test('pads short rows, and counts only what is to be learned', () => {
    const rows = [{ ids: [bos, 5, 6, 7], counts: [0, 0, 1, 1], prefixes: [1, 1, 0, 0] }]
    const feeds = nextTokenBatch(rows, shape, tokens, 'prefix')
    expect(numbers(feeds, 'ids')).toEqual([bos, 5, 6, 7, pad, pad])
    expect(numbers(feeds, 'documents')).toEqual([1, 1, 1, 1, 0, 0])
    expect(numbers(feeds, 'weights')).toEqual([0, 1, 1, 0, 0, 0])
    expect(numbers(feeds, 'prefixes')).toEqual([1, 1, 0, 0, 0, 0])
    expect(numbers(feeds, 'total weight')).toEqual([2])
  })

  describe('of a model that only has a token for ends, which also pads', () => {
    const [end] = [2]
    const ending = { pad: end, eos: end }

    test('tells documents apart behind their ends, which are learned', () => {
      const feeds = nextTokenBatch([{ ids: [7, end, 8, 9, end, 5, 6] }], shape, ending)
      expect(numbers(feeds, 'documents')).toEqual([1, 1, 2, 2, 2, 3])
      expect(numbers(feeds, 'labels')).toEqual([end, 8, 9, end, 5, 6])
      expect(numbers(feeds, 'weights')).toEqual([1, 0, 1, 1, 0, 1])
    })

    test('takes no end for padding', () => {
      const feeds = nextTokenBatch([{ ids: [7, end, 8, end] }], shape, ending)
      expect(numbers(feeds, 'ids')).toEqual([7, end, 8, end, end, end])
      expect(numbers(feeds, 'documents')).toEqual([1, 1, 2, 2, 0, 0])
      expect(numbers(feeds, 'weights')).toEqual([1, 0, 1, 0, 0, 0])
    })
  })

  test('learns a token that ends one text and starts the next as an end', () => {
    const one = { pad, bos, eos: [bos] }
    const feeds = nextTokenBatch([{ ids: [bos, 7, bos, 8, 9, bos, 5] }], shape, one)
    expect(numbers(feeds, 'documents')).toEqual([1, 1, 2, 2, 2, 3])
    expect(numbers(feeds, 'weights')).toEqual([1, 1, 1, 1, 1, 1])
  })
})

describe('a batch of masked spans', () => {
  const time = 40
  const long = { batch: 50, time, hasDocuments: true }
  const rows = Array.from({ length: 50 }, (_, row) => ({
    ids: [bos, ...Array.from({ length: time - 1 }, (_, place) => 4 + ((row + place) % 9))],
  }))
  const masking = { share: 0.15, span: 3 }
  const feeds = maskedSpansBatch(
    rows,
    long,
    { ...tokens, mask },
    masking,
    createRandom(1, 'masking'),
  )

  test('masks a fixed number of tokens a row, whose labels are what was there', () => {
    const [ids, places, labels] = ['ids', 'rows', 'labels'].map((name) => numbers(feeds, name))
    const count = maskedCount(long, masking.share)
    expect(count).toBe(6)
    expect(places).toHaveLength(50 * count)
    for (const [slot, place] of places!.entries()) {
      expect(ids![place]).toBe(mask)
      expect(labels![slot]).toBe(rows[Math.floor(place / time)]!.ids[place % time])
    }
    const masked = ids!.flatMap((id, place) => (id === mask ? [place] : []))
    expect(masked).toEqual(places)
  })

  test('masks whole spans, and never what starts a document', () => {
    const ids = numbers(feeds, 'ids')
    const followers = ids.filter((id, place) => id === mask && ids[place + 1] === mask).length
    // Of spans of one to five tokens, about two thirds of the tokens have a masked one after them.
    expect(followers / (50 * 6)).toBeGreaterThan(0.45)
    expect(followers / (50 * 6)).toBeLessThan(0.8)
    expect(ids.filter((id) => id === bos)).toHaveLength(50)
  })

  test('masks ends of documents also where they have the id of padding', () => {
    const ending = { pad: 2, eos: 2, mask }
    const four = { ...shape, time: 4 }
    const all = { share: 0.9, span: 1 }
    const rows = [{ ids: [7, 2, 8, 2] }]
    const masked = maskedSpansBatch(rows, four, ending, all, createRandom(1, 'masking'))
    expect(numbers(masked, 'ids')).toEqual([mask, mask, mask, mask])
    expect(numbers(masked, 'labels')).toEqual([7, 2, 8, 2])
    expect(numbers(masked, 'documents')).toEqual([1, 1, 2, 2])
  })

  test('read at the token before have one there, in the same document', () => {
    const [row] = [{ ids: [7, 8, bos, 9, 10, 11] }]
    const all = { share: 0.9, span: 1, readsBefore: true }
    const read = (parting: LanguageTokens) =>
      maskedSpansBatch([row], shape, { ...parting, mask }, all, createRandom(4, 'masking'))
    const started = read(tokens)
    expect(numbers(started, 'ids')).toEqual([7, mask, bos, mask, mask, mask])
    expect(numbers(started, 'rows').slice(0, 4)).toEqual([0, 2, 3, 4])
    expect(numbers(started, 'labels').slice(0, 4)).toEqual([8, 9, 10, 11])
    // Behind an end stands what another document begins with.
    expect(numbers(read({ pad, eos: bos }), 'ids')).toEqual([7, mask, mask, 9, mask, mask])
  })

  test('of a row with too few tokens masks those it has', () => {
    const short = maskedSpansBatch(
      [{ ids: [bos, 7] }],
      { ...shape, time: 20 },
      { ...tokens, mask },
      { share: 0.2, span: 2 },
      createRandom(2, 'masking'),
    )
    expect(numbers(short, 'weights')).toEqual([1, 0, 0, 0])
    expect(numbers(short, 'labels')[0]).toBe(7)
  })
})

describe('the losses', () => {
  const model = languageModel({ vocabularySize: 16, context: 6, width: 16, depth: 1, heads: 2 })
  const parameters = randomParameters(model.parameters)
  const lossOf = async (
    build: (values: ReturnType<typeof bind>) => ReturnType<typeof nextTokenLoss>,
    feeds: Feeds,
  ) => {
    const { loss, metrics } = build(bind())
    const outputs = { loss, accuracy: metrics!.accuracy! }
    const found = await compute(runtime, outputs, { ...parameters, ...feeds })
    return numbersOf(found.loss!)[0]!
  }
  const bind = () => parameterInputs(model.parameters).values

  test('of two rows is the mean over the labels of both', async () => {
    const [a, b] = [{ ids: [bos, 5, 6, 7, 8, 9, 10] }, { ids: [bos, 9, 12] }]
    const one = (row: typeof a) =>
      lossOf((values) => nextTokenLoss(model, values, shape), nextTokenBatch([row], shape, tokens))
    const both = { ...shape, batch: 2 }
    const joint = await lossOf(
      (values) => nextTokenLoss(model, values, both),
      nextTokenBatch([a, b], both, tokens),
    )
    expect(joint).toBeCloseTo(((await one(a)) * 6 + (await one(b)) * 2) / 8, 4)
  })

  test('of a document does not depend on the one before, whichever token parts them', async () => {
    for (const [parting, separator] of [
      [{ pad, bos }, bos],
      [{ pad: 2, eos: 2 }, 2],
    ] as const) {
      const behind = (id: number) =>
        lossOf(
          (values) => nextTokenLoss(model, values, shape),
          nextTokenBatch(
            [{ ids: [id, separator, 8, 9, 10, 11, 12], counts: [0, 0, 0, 1, 1, 1, 1] }],
            shape,
            parting,
          ),
        )
      expect(await behind(5)).toBe(await behind(7))
    }
  })

  test('of masked tokens does not depend on what they were', async () => {
    const random = () => createRandom(3, 'masking')
    const options = { share: 0.3, span: 1 }
    const feedsOf = (ids: readonly number[]) =>
      maskedSpansBatch([{ ids }], shape, { ...tokens, mask }, options, random())
    const whole = [bos, 5, 6, 7, 8, 9]
    const first = feedsOf(whole)
    const [hidden] = numbersOf(first.rows!)
    const visible = [1, 2, 3, 4, 5].find((place) => !numbersOf(first.rows!).includes(place))!
    const read = (feeds: Feeds) =>
      lossOf((values) => maskedSpansLoss(model, values, shape, options.share), feeds)
    // The same places are hidden each time, and the labels are those of the first.
    const readWith = (place: number) =>
      read({ ...feedsOf(whole.with(place, 10)), labels: first.labels! })
    expect(await readWith(hidden!)).toBe(await read(first))
    expect(await readWith(visible)).not.toBe(await read(first))
    const relabelled = { ...first, labels: tensorOf('int32', [8, 8]) }
    expect(await read(relabelled)).not.toBe(await read(first))
  })

  test('drop other activations in other steps, and the same ones in the same step', async () => {
    const dropping = { ...shape, dropout: 0.3 }
    const feeds = nextTokenBatch([{ ids: [bos, 5, 6, 7, 8, 9, 10] }], dropping, tokens)
    const at = (seed: number) =>
      lossOf((values) => nextTokenLoss(model, values, dropping), {
        ...feeds,
        ...dropoutFeeds(dropping, seed),
      })
    expect(await at(1)).toBe(await at(1))
    expect(await at(1)).not.toBe(await at(2))
    expect(dropoutFeeds({ dropout: 0 }, 1)).toEqual({})
  })
})
