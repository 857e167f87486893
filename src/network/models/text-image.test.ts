import { describe, expect, test } from 'vitest'
import { compute } from '../../../test/support/compute.js'
import { expectClose } from '../../../test/support/expect-close.js'
import { rowsOf } from '../../../test/support/rows.js'
import { tinyTextImage } from '../../../test/support/tiny-text-image.js'
import { constantOf, input } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import { numbersOf, type Tensor, tensorOf } from '../../engine/tensor/tensor.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { type Bound, parameterInputs } from '../parameters.js'
import { captionPositions, drawingPositions, prefixMask, type TextImage } from './text-image.js'

const runtime = createInlineRuntime({ threads: 1 })
const { model, tensors, vocabulary } = tinyTextImage()
const [pad, bos, , image, imageEnd] = [0, 1, 2, 3, 4] as const
const codes = [14, 15, 16, 17, 18, 19]
const words = [6, 7]
const drawing = [bos, ...words, pad, image, ...codes]
const caption = [bos, image, ...codes, imageEnd, ...words, pad]

type Score = (parameters: Bound<TextImage['parameters']>, ids: Value, batch: number) => Value

const scores: Record<'next code' | 'parallel' | 'caption', Score> = {
  'next code': (values, ids, batch) =>
    model.scoreDrawing(values, ids, { batch, isParallel: false }),
  parallel: (values, ids, batch) => model.scoreDrawing(values, ids, { batch, isParallel: true }),
  caption: (values, ids, batch) => model.scoreCaption(values, ids, { batch }),
}

/** The rows of scores for some sequences in one batch. */
const scoreRows = async (
  score: Score,
  sequences: readonly (readonly number[])[],
  parameters: Record<string, Tensor> = tensors,
): Promise<number[][]> => {
  const ids = tensorOf('int32', sequences.flat())
  const { values } = parameterInputs(model.parameters)
  const output = score(values, input('ids', ids), sequences.length)
  return rowsOf((await compute(runtime, { output }, { ids, ...parameters })).output!)
}

/** For each place whose token is changed, in which rows that is seen: "x" where it is. */
const whatIsSeen = async (score: Score, sequence: readonly number[], places: readonly number[]) => {
  const changed = places.map((place) => {
    const id = sequence[place]!
    return sequence.with(place, id >= 14 ? 30 : 13)
  })
  const rows = await scoreRows(score, [sequence, ...changed])
  const count = rows.length / (places.length + 1)
  const original = rows.slice(0, count)
  return places.map((_, index) =>
    rows
      .slice((index + 1) * count, (index + 2) * count)
      .map((row, place) => {
        const largest = Math.max(
          ...row.map((value, column) => Math.abs(value - original[place]![column]!)),
        )
        return largest > 1e-4 ? 'x' : '.'
      })
      .join(''),
  )
}

describe('where tokens stand', () => {
  const layout = { textLength: 3, rows: 2, columns: 2 }

  test('in a drawing: the words on the diagonal, then the codes in a grid at one time', () => {
    expect(drawingPositions(layout)).toEqual([
      ...[0, 1, 2, 3].map((place) => [place, place, place]),
      [4, 4, 4],
      [4, 4, 5],
      [4, 5, 4],
      [4, 5, 5],
    ])
  })

  test('for a caption: the codes in a grid, then words on the diagonal behind it', () => {
    expect(captionPositions(layout)).toEqual([
      [0, 0, 0],
      [1, 1, 1],
      [2, 2, 2],
      [2, 2, 3],
      [2, 3, 2],
      [2, 3, 3],
      ...[4, 5, 6].map((place) => [place, place, place]),
    ])
  })

  test('in a clip: each frame a moment later, and words behind the longest axis', () => {
    const clip = { textLength: 1, frames: 3, rows: 1, columns: 2 }
    const grid = [0, 1, 2].flatMap((frame) => [
      [2 + frame, 2, 2],
      [2 + frame, 2, 3],
    ])
    expect(drawingPositions(clip)).toEqual([[0, 0, 0], [1, 1, 1], ...grid])
    expect(captionPositions(clip)).toEqual([[0, 0, 0], [1, 1, 1], ...grid, [5, 5, 5]])
  })

  test('in a clip with coarser frames after the first: all over each other', () => {
    const clip = {
      ...{ textLength: 1, frames: 2, rows: 2, columns: 2 },
      following: { rows: 1, columns: 1 },
    }
    expect(drawingPositions(clip).slice(2)).toEqual([
      ...[0, 1, 2, 3].map((place) => [2, 2 + (place >> 1), 2 + (place % 2)]),
      [3, 2.5, 2.5],
    ])
    expect(captionPositions(clip).at(-1)).toEqual([4, 4, 4])
  })

  test('lengths are those of the layouts', () => {
    expect(model.drawingLength()).toBe(drawing.length)
    expect(model.captionLength()).toBe(caption.length)
  })
})

test('the prefix is seen from both sides, what follows from behind', () => {
  const rows = rowsOf(constantOf(prefixMask(5, 3))!)
  const looks = rows.map((row) => row.map((value) => (value === 0 ? 'x' : '.')).join(''))
  expect(looks).toEqual(['xxx..', 'xxx..', 'xxx..', 'xxxx.', 'xxxxx'])
})

describe('what may see what', () => {
  test('the next code sees all words and the codes before it', async () => {
    expect(await whatIsSeen(scores['next code'], drawing, [0, 1, 2, 4])).toEqual(
      new Array(4).fill('xxxxxx'),
    )
    expect(await whatIsSeen(scores['next code'], drawing, [5, 6, 7, 8, 9, 10])).toEqual([
      '.xxxxx',
      '..xxxx',
      '...xxx',
      '....xx',
      '.....x',
      '......',
    ])
  })

  test('in parallel every code sees everything', async () => {
    const places = [0, 1, 2, 4, 5, 6, 7, 8, 9, 10]
    expect(await whatIsSeen(scores.parallel, drawing, places)).toEqual(new Array(10).fill('xxxxxx'))
  })

  test('a word of a caption sees the whole picture and the words before it', async () => {
    expect(await whatIsSeen(scores.caption, caption, [0, 1, 2, 3, 4, 5, 6, 7, 8])).toEqual(
      new Array(9).fill('xxxx'),
    )
    expect(await whatIsSeen(scores.caption, caption, [9, 10])).toEqual(['.xxx', '..xx'])
  })

  test.each(['next code', 'parallel'] as const)('%s: nothing sees padding', async (name) => {
    const embedding = tensors.embedding!
    const other = numbersOf(embedding).map((value, place) => (place < 16 ? value + 1 : value))
    const changed = { ...tensors, embedding: tensorOf('float32', other, embedding.shape) }
    const before = await scoreRows(scores[name], [drawing])
    expect(await scoreRows(scores[name], [drawing], changed)).toEqual(before)
    const [full] = [[bos, 6, 7, 8, image, ...codes]]
    expect(await scoreRows(scores[name], [full])).not.toEqual(before)
  })

  test.each(['next code', 'parallel', 'caption'] as const)(
    '%s: sequences of a batch do not see each other',
    async (name) => {
      const sequence = name === 'caption' ? caption : drawing
      const other = sequence.map((id) => (id >= 14 ? 33 - id : id))
      const alone = await scoreRows(scores[name], [sequence, sequence])
      const together = await scoreRows(scores[name], [sequence, other])
      const half = alone.length / 2
      expect(together.slice(0, half)).toEqual(alone.slice(0, half))
      expect(together.slice(half)).not.toEqual(alone.slice(half))
    },
  )
})

test('codes are scored against codes, words against words', async () => {
  const [first] = await scoreRows(scores['next code'], [drawing])
  expect(first).toHaveLength(vocabulary.image.end - vocabulary.image.start)
  const [word] = await scoreRows(scores.caption, [caption])
  expect(word).toHaveLength(vocabulary.text.end)
})

test('a first frame alone is read as the beginning of a clip of which the rest is not there', async () => {
  const layout = {
    textLength: 4,
    frames: 3,
    rows: 1,
    columns: 2,
    following: { rows: 1, columns: 1 },
  }
  const clips = tinyTextImage({ layout, hasPlaces: true })
  const words = [bos, 6, 7, pad, image]
  const score = async (codes: readonly number[], frames?: number) => {
    const ids = tensorOf('int32', [...words, ...codes])
    const { values } = parameterInputs(clips.model.parameters)
    const options = { batch: 1, frames, isParallel: false }
    const output = clips.model.scoreDrawing(values, input('ids', ids), options)
    return rowsOf((await compute(runtime, { output }, { ids, ...clips.tensors })).output!)
  }
  expect([clips.model.drawingLength(), clips.model.drawingLength(1)]).toEqual([9, 7])
  expect([clips.model.captionLength(), clips.model.captionLength(1)]).toEqual([10, 8])
  const [whole, still] = [await score([14, 15, 16, 17]), await score([14, 15], 1)]
  expect(still).toHaveLength(2)
  for (const [place, row] of still.entries()) expectClose(row, whole[place]!)
})

test('texts in a tree are scored as each by itself, in a batch as alone', async () => {
  // 6 7, 6 8 7 and 9, whose first tokens share what comes before them.
  const [tokens, parents] = [
    [6, 7, 8, 7, 9],
    [-1, 0, 0, 2, -1],
  ]
  const texts = [
    [6, 7],
    [6, 8, 7],
    [9, pad, pad],
  ]
  const prefix = [bos, image, ...codes, imageEnd]
  const others = prefix.with(3, 30)
  const scoreTree: Score = (values, ids, batch) =>
    model.scoreCaptionTree(values, ids, { batch, parents })
  const rows = await scoreRows(scoreTree, [
    [...prefix, ...tokens],
    [...others, ...tokens],
  ])
  const inTree = [
    [0, 1, 2],
    [0, 1, 3, 4],
    [0, 5],
  ]
  for (const [first, before] of [prefix, others].entries()) {
    for (const [place, text] of texts.entries()) {
      const alone = await scoreRows(scores.caption, [[...before, ...text, pad].slice(0, 12)])
      const expected = inTree[place]!.flatMap((_, token) => alone[token]!)
      const found = inTree[place]!.flatMap((node) => rows[first * 6 + node]!)
      expectClose(found, expected, { absolute: 1e-4 })
    }
  }
})
