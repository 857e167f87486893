/** Draws drafts with a network, some at once, and of several candidates keeps the best one. */

import { input } from '../../engine/graph/graph.js'
import { add, crossEntropy, mul, reshape, slice, sub, sum } from '../../engine/operations/index.js'
import { numbersOf, ofDtype, tensorOf } from '../../engine/tensor/tensor.js'
import { captionIds, promptIds } from '../../tokenizers/sequences.js'
import type { SamplingOptions } from '../decoding/sample.js'
import { drawNextCode } from './draw-next-code.js'
import { drawParallel } from './draw-parallel.js'
import type { Draft, DrawOptions } from './draw-request.js'
import type { LoadedNetwork } from './loaded-network.js'

/** How open codes are filled; nothing is left to defaults. */
interface FillOptions extends SamplingOptions {
  readonly guidance: number
  readonly passes: number
  /** Passes that the same picture has been through: chance is another one in each. */
  readonly firstPass?: number
}

export interface DraftOptions extends FillOptions {
  readonly candidates: number
  readonly frames: number
  readonly order: NonNullable<DrawOptions['order']>
}

/** Pictures that are drawn at once. */
const largestBatch = 8

export const inBatches = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / largestBatch) }, (_, batch) =>
    items.slice(batch * largestBatch, (batch + 1) * largestBatch),
  )

/**
 * The codes of the pictures, of so many frames each, that drafts ask for, which are given candidate
 * by candidate.
 */
export const drawDrafts = async (
  network: LoadedNetwork,
  drafts: readonly Draft[],
  { candidates, frames, ...options }: DraftOptions,
): Promise<Int32Array[]> => {
  // All frames are drawn, however many are asked for, so that fewer are the beginning of more.
  const drawnFrames = frames === 1 ? 1 : network.clipFrames
  const drawn: Int32Array[] = []
  const losses: number[] = []
  for (const batch of inBatches(drafts)) {
    const filled = await drawBatch(network, batch, drawnFrames, options)
    drawn.push(...filled)
    if (candidates > 1) losses.push(...(await lossesOf(network, batch, filled, drawnFrames)))
  }
  return Array.from({ length: drafts.length / candidates }, (_, picture) => {
    const own = losses.slice(picture * candidates, (picture + 1) * candidates)
    const best = candidates > 1 ? own.indexOf(Math.min(...own)) : 0
    return drawn[picture * candidates + best]!.slice(0, network.placesOf(frames))
  })
}

/** Codes [pictures, count] as one list a picture. */
const parted = (codes: Int32Array, count: number): Int32Array[] =>
  Array.from({ length: codes.length / count }, (_, picture) =>
    codes.slice(picture * count, (picture + 1) * count),
  )

/** The codes of pictures or whole clips that are drawn at once. */
const drawBatch = async (
  network: LoadedNetwork,
  drafts: readonly Draft[],
  frames: number,
  { order, ...options }: Omit<DraftOptions, 'candidates' | 'frames'>,
): Promise<Int32Array[]> => {
  const [places, firstPlaces] = [network.placesOf(frames), network.placesOf(1)]
  const startOf = (count: number): Int32Array => {
    const codes = new Int32Array(drafts.length * count)
    drafts.forEach(({ start }, picture) => {
      codes.set(start.subarray(0, count), picture * count)
    })
    return codes
  }
  const codes = startOf(places)
  const isInStages =
    frames > 1 && network.config.drawing === 'masked-codes' && order === 'first-frame'
  if (!isInStages) return parted(await fill(network, drafts, codes, frames, options), places)
  const first = await fill(network, drafts, startOf(firstPlaces), 1, options)
  parted(first, firstPlaces).forEach((own, picture) => {
    codes.set(own, picture * places)
  })
  const following = { ...options, firstPass: options.passes }
  return parted(await fill(network, drafts, codes, frames, following), places)
}

/** Fills the open codes of [pictures, codes of so many frames]. */
const fill = async (
  network: LoadedNetwork,
  drafts: readonly Draft[],
  start: Int32Array,
  frames: number,
  { guidance, passes, firstPass = 0, ...sampling }: FillOptions,
): Promise<Int32Array> => {
  const { config, vocabulary } = network
  const places = network.placesOf(frames)
  const firstCode = vocabulary.image.start
  const codes = vocabulary.image.end - firstCode
  const isGuided = guidance !== 1
  const prompts = drafts.map(({ words }) => promptIds(words, config.layout))
  const free = promptIds([], config.layout)
  const heads = isGuided ? [...prompts, ...prompts.map(() => free)] : prompts
  const randomOf = (picture: number, pass = 0) => drafts[picture]!.randomOf(firstPass + pass)
  if (config.drawing === 'next-code') {
    const decoder = await network.decoder('drawing', heads.length, frames)
    const options = { guidance, randomOf, ...sampling }
    return drawNextCode(decoder, heads.flat(), start, { places, firstCode, codes }, options)
  }
  const program = await parallelProgram(network, drafts.length, frames, isGuided)
  const score = async (codeIds: Int32Array) => {
    const ids = heads.flatMap((head, row) => {
      const first = (row % drafts.length) * places
      return [...head, ...codeIds.subarray(first, first + places)]
    })
    const { scores } = await program.run({
      ids: tensorOf('int32', ids),
      ...(isGuided && { guidance: tensorOf('float32', [guidance], []) }),
    })
    return { scores: ofDtype(scores!, 'float32').data, codes }
  }
  return drawParallel({ places, firstCode, score }, start, { passes, randomOf, ...sampling })
}

/** Scores of all codes at once; guided, the second half of the sequences has no words. */
const parallelProgram = (
  network: LoadedNetwork,
  batch: number,
  frames: number,
  isGuided: boolean,
) =>
  network.program(`drawing ${batch} ${frames} ${isGuided}`, (parameters) => {
    const { model } = network
    const rows = isGuided ? 2 * batch : batch
    const ids = input('ids', { dtype: 'int32', shape: [rows * model.drawingLength(frames)] })
    const all = model.scoreDrawing(parameters, ids, { batch: rows, frames, isParallel: true })
    if (!isGuided) return { scores: all }
    const half = batch * network.placesOf(frames)
    const [conditional, free] = [
      slice(all, { axis: 0, end: half }),
      slice(all, { axis: 0, start: half }),
    ]
    const guidance = input('guidance', { dtype: 'float32', shape: [] })
    return { scores: add(free, mul(sub(conditional, free), guidance)) }
  })

/** How little the words of drafts fit their drawings, in nats. */
const lossesOf = async (
  network: LoadedNetwork,
  drafts: readonly Draft[],
  drawn: readonly Int32Array[],
  frames: number,
): Promise<number[]> => {
  const program = await wordsProgram(network, drafts.length, frames)
  const captions = drafts.map(({ words }, draft) =>
    captionIds(network.idsOf(drawn[draft]!), words, network.config.layout),
  )
  const { losses } = await program.run({
    ids: tensorOf(
      'int32',
      captions.flatMap(({ ids }) => ids),
    ),
    labels: tensorOf(
      'int32',
      captions.flatMap(({ labels }) => labels),
    ),
    weights: tensorOf(
      'float32',
      captions.flatMap(({ weights }) => weights),
    ),
  })
  return numbersOf(losses!)
}

/** The loss of the words that are said of each picture, the sum over its tokens. */
const wordsProgram = (network: LoadedNetwork, batch: number, frames: number) =>
  network.program(`words ${batch} ${frames}`, (parameters) => {
    const { model, config } = network
    const { textLength } = config.layout
    const ids = input('ids', { dtype: 'int32', shape: [batch * model.captionLength(frames)] })
    const labels = input('labels', { dtype: 'int32', shape: [batch * textLength] })
    const weights = input('weights', { dtype: 'float32', shape: [batch * textLength] })
    const scores = model.scoreCaption(parameters, ids, { batch, frames })
    const counted = mul(crossEntropy(scores, labels), weights)
    return { losses: sum(reshape(counted, { shape: [batch, textLength] }), { axes: [1] }) }
  })
