/**
 * One Transformer for words and pictures, still or moving. Words to picture: `<bos> words <pad>…
 * <image> codes`, the words seen from both sides and the codes either one after another or filled in
 * parallel. Picture to words: `<bos> <image> codes </image> words <eos> <pad>…`, the picture seen
 * from both sides. Both layouts have a fixed length, so their positions are constants. A model of
 * clips also reads and draws first frames alone, as pictures.
 */

import { constant } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import { add, reshape, slice } from '../../engine/operations/index.js'
import { ofRank } from '../../engine/tensor/shape.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import { type Position, rotaryAngles, unseen } from '../layers/index.js'
import type { Bound } from '../parameters.js'
import { type ClipGrid, codesOf, placesOf } from './clip-grid.js'
import { paddingMask } from './padding-mask.js'
import { type IdRange, scoreIds, type TransformerOptions, transformer } from './transformer.js'

/** The fixed lengths of the two layouts: words, and the codes of a picture or clip. */
export interface Layout extends ClipGrid {
  /** Tokens of words, `<bos>` included, padding included. */
  readonly textLength: number
}

/** All that describes the network; the ids' meaning comes from the vocabulary. */
export interface TextImageOptions
  extends Omit<TransformerOptions, 'places' | 'hasHeadTransform' | 'hasNumbers'> {
  /** Whether each place of a picture has an embedding of its own beside its rotary position. */
  readonly hasPlaces?: boolean
  readonly layout: Layout
  /** The ids of words and special tokens. */
  readonly text: IdRange
  /** The ids of picture codes. */
  readonly image: IdRange
  /** The id that fills up words. */
  readonly pad: number
}

/** The words, then `<image>`, then the codes frame by frame and row by row. */
export const drawingPositions = (layout: Layout): Position[] => [
  ...diagonal(0, layout.textLength + 1),
  ...gridAt(layout.textLength + 1, layout),
]

/** `<bos> <image>`, the codes row by row, then `</image>` and the words. */
export const captionPositions = (layout: Layout): Position[] => {
  const { textLength, frames = 1, rows, columns } = layout
  return [
    ...diagonal(0, 2),
    ...gridAt(2, layout),
    ...diagonal(2 + Math.max(frames, rows, columns), textLength),
  ]
}

/** Tokens of words advance all three axes together. */
const diagonal = (start: number, count: number): Position[] =>
  Array.from({ length: count }, (_, index) => [start + index, start + index, start + index])

/** Frames, rows and columns each count on from where the picture starts. */
const gridAt = (start: number, layout: Layout): Position[] =>
  placesOf(layout).map(({ time, row, column }) => [start + time, start + row, start + column])

/** The network's options: row 0 of its places is for all tokens outside of a picture. */
export const networkOptions = ({
  hasPlaces = false,
  layout,
  ...options
}: TextImageOptions): TransformerOptions => ({
  ...options,
  ...(hasPlaces ? { places: 1 + codesOf(layout) } : {}),
})

/** The rows of the table of places for `before` tokens, a picture's codes and `after` tokens. */
const tablePlaces = (layout: Layout, before: number, after: number): number[] => [
  ...new Array<number>(before).fill(0),
  ...Array.from({ length: codesOf(layout) }, (_, place) => 1 + place),
  ...new Array<number>(after).fill(0),
]

/** Where the tokens of `drawingPositions` stand in the table of places. */
export const drawingPlaces = (layout: Layout): number[] =>
  tablePlaces(layout, layout.textLength + 1, 0)

/** Where the tokens of `captionPositions` stand in the table of places. */
export const captionPlaces = (layout: Layout): number[] => tablePlaces(layout, 2, layout.textLength)

/**
 * A mask [1, 1, time, time] in which a token sees everything up to the end of the prefix, and after
 * that itself and what comes before it.
 */
export const prefixMask = (time: number, prefix: number): Value =>
  constant(
    tensorOf(
      'float32',
      Array.from({ length: time * time }, (_, place) => {
        const [query, key] = [Math.floor(place / time), place % time]
        return key <= query || key < prefix ? 0 : unseen
      }),
      [1, 1, time, time],
    ),
  )

/**
 * A mask [1, 1, time, time] of a prefix, which sees itself, and a tree behind it, in which each token
 * sees the prefix, its ancestors and itself. A parent is the number of a node before, or -1.
 */
export const treeMask = (prefix: number, parents: readonly number[]): Value => {
  const time = prefix + parents.length
  const mask = new Float32Array(time * time).fill(unseen)
  for (let query = 0; query < time; query++) {
    mask.fill(0, query * time, query * time + prefix)
    for (let node = query - prefix; node >= 0; node = parents[node]!) {
      mask[query * time + prefix + node] = 0
    }
  }
  return constant(tensorOf('float32', mask, [1, 1, time, time]))
}

/** How far below the root each node of a tree is, the first ones 1. */
const depthsOf = (parents: readonly number[]): number[] => {
  const depths: number[] = []
  for (const parent of parents) depths.push(1 + (depths[parent] ?? 0))
  return depths
}

/** The rows `start` up to `end` of each sequence: [batch · time, width] → [batch · rows, width]. */
const rowsOf = (states: Value, batch: number, start: number, end: number): Value => {
  const [rows, width] = ofRank(states.shape, 2)
  const sequences = reshape(states, { shape: [batch, rows / batch, width] })
  return reshape(slice(sequences, { axis: 1, start, end }), { shape: [-1, width] })
}

/** Where the tokens of a sequence stand, and their rows of the table of places. */
interface Sequence {
  readonly positions: readonly Position[]
  readonly places: readonly number[]
}

/** From words to a picture of so many frames, with how many codes it has. */
const drawingOf = (layout: Layout, frames = layout.frames ?? 1) => {
  const seen = { ...layout, frames }
  return { codes: codesOf(seen), positions: drawingPositions(seen), places: drawingPlaces(seen) }
}

/** From a picture of so many frames to words, with how many codes it has. */
const captionOf = (layout: Layout, frames = layout.frames ?? 1) => {
  const seen = { ...layout, frames }
  return { codes: codesOf(seen), positions: captionPositions(seen), places: captionPlaces(seen) }
}

/** A sequence with a tree behind its prefix: each node stands where its depth would in a text. */
const branch = (
  { positions, places }: Sequence,
  prefix: number,
  parents: readonly number[],
): Sequence => {
  const nodes = depthsOf(parents).map((depth) => prefix - 1 + depth)
  const take = <Item>(items: readonly Item[]): Item[] => [
    ...items.slice(0, prefix),
    ...nodes.map((place) => items[place]!),
  ]
  return { positions: take(positions), places: take(places) }
}

/** How a batch is read. */
export interface ReadOptions {
  readonly batch: number
  /** Frames of each picture: 1, or as many as the layout has, which is meant when left out. */
  readonly frames?: number | undefined
}

/** The network and the two directions in which it is used. */
export const textImage = (options: TextImageOptions) => {
  const { layout, text, image, pad, width, heads } = options
  const network = transformer(networkOptions(options))
  type Parameters = Bound<typeof network.parameters>

  /** The states of a batch of sequences: ids [batch · time] → [batch · time, width]. */
  const read = (
    parameters: Parameters,
    ids: Value,
    { positions, places }: Sequence,
    { batch, mask }: { readonly batch: number; readonly mask: Value },
  ): Value => {
    const angles = rotaryAngles(positions, { headWidth: width / heads })
    const repeated = Array.from({ length: batch }, () => places).flat()
    const rows = constant(tensorOf('int32', repeated))
    return network.apply(parameters, { ids, places: rows }, () => ({ batch, angles, mask }))
  }

  return {
    parameters: network.parameters,
    /** Tokens of a sequence from words to a picture of so many frames. */
    drawingLength: (frames?: number): number => drawingOf(layout, frames).positions.length,
    /** Tokens of a sequence from a picture of so many frames to words. */
    captionLength: (frames?: number): number => captionOf(layout, frames).positions.length,

    /**
     * Words to picture: ids [batch · drawingLength] → scores of the picture's codes
     * [batch · codes, codes of the vocabulary]. With `isParallel` every code sees all others and
     * is scored at its own place; without, each is scored at the place before it.
     */
    scoreDrawing(
      parameters: Parameters,
      ids: Value,
      { batch, frames, isParallel }: ReadOptions & { isParallel: boolean },
    ): Value {
      const { codes, ...drawing } = drawingOf(layout, frames)
      const length = drawing.positions.length
      const padding = paddingMask(ids, { batch, pad })
      const mask = isParallel ? padding : add(prefixMask(length, layout.textLength + 1), padding)
      const states = read(parameters, ids, drawing, { batch, mask })
      const shift = isParallel ? 0 : 1
      const rows = rowsOf(states, batch, length - codes - shift, length - shift)
      return scoreIds(parameters, rows, image)
    },

    /**
     * Picture to words: ids [batch · captionLength] → scores of the words and the end after
     * `</image>`, [batch · textLength, ids of text].
     */
    scoreCaption(parameters: Parameters, ids: Value, { batch, frames }: ReadOptions): Value {
      const { codes, ...caption } = captionOf(layout, frames)
      const length = caption.positions.length
      const mask = prefixMask(length, codes + 3)
      const states = read(parameters, ids, caption, { batch, mask })
      return scoreIds(parameters, rowsOf(states, batch, codes + 2, length), text)
    },

    /**
     * Picture to a tree of words, in which texts with the same beginning share it: ids
     * [batch · (codes + 3 + nodes)] → scores of what comes after `</image>` and after each node,
     * [batch · (1 + nodes), ids of text]. A node's parent comes before it, or is -1.
     */
    scoreCaptionTree(
      parameters: Parameters,
      ids: Value,
      { batch, frames, parents }: ReadOptions & { readonly parents: readonly number[] },
    ): Value {
      const { codes, ...caption } = captionOf(layout, frames)
      const prefix = codes + 3
      const length = prefix + parents.length
      const tree = branch(caption, prefix, parents)
      const states = read(parameters, ids, tree, { batch, mask: treeMask(prefix, parents) })
      return scoreIds(parameters, rowsOf(states, batch, prefix - 1, length), text)
    },
  }
}

export type TextImage = ReturnType<typeof textImage>
