/**
 * A model of words and pictures, still or moving, at work: it draws what words say and says what
 * pictures show. A model of clips draws and reads first frames alone as well.
 */

import type { Question } from '../../data/question.js'
import { createGraph, input } from '../../engine/graph/graph.js'
import {
  add,
  crossEntropy,
  logSoftmax,
  mul,
  reshape,
  slice,
  sub,
  sum,
} from '../../engine/operations/index.js'
import type { Device, Program, Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { createRandom, type Random } from '../../engine/tensor/random.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import { DataError } from '../../errors.js'
import { codesOf } from '../../network/models/clip-grid.js'
import {
  captionPlaces,
  captionPositions,
  drawingPlaces,
  drawingPositions,
  networkOptions,
} from '../../network/models/text-image.js'
import { parameterInputs } from '../../network/parameters.js'
import type { ImageTokenizer } from '../../tokenizers/image/image-tokenizer.js'
import { captionIds, promptIds, seenIds } from '../../tokenizers/sequences.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import { specialId } from '../../tokenizers/vocabulary.js'
import { createDecoder, type Decoder } from '../decoder.js'
import { type SamplingOptions, sampleId } from '../sample.js'
import { answerProbabilities, type CaptionTree, captionTree } from './caption-tree.js'
import { type drawingOrders, type TextImageConfig, textImageOf } from './config.js'
import { drawNextCode } from './draw-next-code.js'
import { drawParallel, open } from './draw-parallel.js'

/** How pictures are drawn; what is left out is as the model's configuration says. */
export interface DrawOptions extends SamplingOptions {
  /** How far the words push; 1 takes the model as it is. */
  readonly guidance?: number
  /** Passes of parallel drawing; of a clip, as many for its first frame and for all others. */
  readonly passes?: number
  /**
   * How many times each picture is drawn: the drawing is kept for which the model itself gives the
   * words the highest probability (as Ramesh et al. 2021 rank drawings by a second model).
   */
  readonly candidates?: number
  /** Frames of each clip, from the first; all that the model draws when left out, 1 for a picture. */
  readonly frames?: number
  /** In parallel: whether the first frame of a clip is filled before the others. */
  readonly order?: (typeof drawingOrders)[number]
}

/** One picture to draw. The same request gives the same picture, whatever is drawn beside it. */
export interface DrawRequest {
  readonly phrase: string
  readonly seed?: number
  /** Tells several pictures of one phrase and seed apart. */
  readonly index?: number
  /**
   * Codes to go on from, row by row and frame by frame, -1 where the picture is open. Those of its
   * first frame alone do for a clip, whose other frames then are open.
   */
  readonly start?: Int32Array
}

export interface Drawing {
  /** RGB bytes [frames, size, size, 3]. */
  readonly pixels: Uint8Array
  readonly codes: Int32Array
}

/** Which model it is, for those who ask later. */
export interface ModelSource {
  /** The end of its folder's path. */
  readonly name: string
  /** Of its manifest, which has the hashes of all its files. */
  readonly sha256: string
}

export interface TextImageModel {
  /** Undefined for a model that was put together in memory. */
  readonly source?: ModelSource
  readonly device: Device
  readonly config: TextImageConfig
  readonly text: TextTokenizer
  readonly image: ImageTokenizer
  /** The words of the captions that it learned from, where its folder names them. */
  readonly words?: ReadonlySet<string>
  /** What it can be asked about clips, where its folder says so. */
  readonly questions?: readonly Question[]
  /**
   * Draws what is asked for, in that order. Throws DataError for a phrase without words or with
   * more than the model reads, and for codes or frames that it does not have.
   */
  draw(requests: readonly DrawRequest[], options?: DrawOptions): Promise<Drawing[]>
  /**
   * Says what a picture or clip shows: RGB bytes [frames, size, size, 3]. Throws DataError unless
   * there is one frame, or as many as the model draws.
   */
  caption(pixels: Uint8Array, options?: SamplingOptions & { seed?: number }): Promise<string>
  /**
   * How likely each answer to each of the model's questions is for a picture or clip as `caption` reads
   * it: lists that add up to 1. Throws DataError as `caption` does, and for a model without questions.
   */
  answer(pixels: Uint8Array): Promise<readonly (readonly number[])[]>
  close(): Promise<void>
}

export interface TextImageModelOptions {
  readonly runtime: Runtime
  readonly config: TextImageConfig
  readonly tensors: Tensors
  readonly text: TextTokenizer
  readonly image: ImageTokenizer
  readonly words?: ReadonlySet<string> | undefined
  readonly questions?: readonly Question[] | undefined
}

/** A drawing to make, in the model's own terms. */
interface Draft {
  readonly words: readonly number[]
  readonly start: Int32Array
  readonly randomOf: (pass: number) => Random
}

/** How open codes are filled; nothing is left to defaults. */
interface FillOptions extends SamplingOptions {
  readonly guidance: number
  readonly passes: number
  /** Passes that the same picture has been through: chance is another one in each. */
  readonly firstPass?: number
}

/** Pictures that are drawn at once. */
const largestBatch = 8

const inBatches = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / largestBatch) }, (_, batch) =>
    items.slice(batch * largestBatch, (batch + 1) * largestBatch),
  )

/** Codes [pictures, count] as one list a picture. */
const parted = (codes: Int32Array, count: number): Int32Array[] =>
  Array.from({ length: codes.length / count }, (_, picture) =>
    codes.slice(picture * count, (picture + 1) * count),
  )

export const createTextImageModel = async ({
  runtime,
  config,
  tensors,
  text,
  image,
  words: knownWords,
  questions,
}: TextImageModelOptions): Promise<TextImageModel> => {
  const { vocabulary, options, model } = textImageOf(config)
  const { layout, drawing } = config
  const clipFrames = layout.frames ?? 1
  const placesOf = (frames: number): number => codesOf({ ...layout, frames })
  const [places, firstPlaces] = [placesOf(clipFrames), placesOf(1)]
  const firstCode = vocabulary.image.start
  const codes = vocabulary.image.end - firstCode
  const pad = specialId('<pad>')
  const buffers = await runtime.createBuffers(tensors)
  const programs = new Map<string, Promise<Program>>()
  const decoders = new Map<string, Promise<Decoder>>()
  const reuse = <Item>(
    items: Map<string, Promise<Item>>,
    key: string,
    make: () => Promise<Item>,
  ) => {
    const known = items.get(key) ?? make()
    items.set(key, known)
    return known
  }

  let last: Promise<unknown> = Promise.resolve()
  /** Does one work after another: decoders have one cache each. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }

  /** Scores of all codes at once; guided, the second half of the sequences has no words. */
  const parallelProgram = (batch: number, frames: number, isGuided: boolean) =>
    reuse(programs, `${batch} ${frames} ${isGuided}`, () => {
      const { values } = parameterInputs(model.parameters)
      const rows = isGuided ? 2 * batch : batch
      const ids = input('ids', { dtype: 'int32', shape: [rows * model.drawingLength(frames)] })
      const all = model.scoreDrawing(values, ids, { batch: rows, frames, isParallel: true })
      if (!isGuided) return runtime.createProgram(createGraph({ scores: all }), { buffers })
      const half = batch * placesOf(frames)
      const [conditional, free] = [
        slice(all, { axis: 0, end: half }),
        slice(all, { axis: 0, start: half }),
      ]
      const guidance = input('guidance', { dtype: 'float32', shape: [] })
      const scores = add(free, mul(sub(conditional, free), guidance))
      return runtime.createProgram(createGraph({ scores }), { buffers })
    })

  /** How little words fit pictures, in nats: the sum over a caption's tokens. */
  const wordsProgram = (batch: number, frames: number) =>
    reuse(programs, `words ${batch} ${frames}`, () => {
      const { values } = parameterInputs(model.parameters)
      const ids = input('ids', { dtype: 'int32', shape: [batch * model.captionLength(frames)] })
      const rows = batch * layout.textLength
      const labels = input('labels', { dtype: 'int32', shape: [rows] })
      const weights = input('weights', { dtype: 'float32', shape: [rows] })
      const scores = model.scoreCaption(values, ids, { batch, frames })
      const counted = mul(crossEntropy(scores, labels), weights)
      const losses = sum(reshape(counted, { shape: [batch, layout.textLength] }), { axes: [1] })
      return runtime.createProgram(createGraph({ losses }), { buffers })
    })

  const decoderFor = (direction: 'drawing' | 'caption', batch: number, frames: number) =>
    reuse(decoders, `${direction} ${batch} ${frames}`, () => {
      const isDrawing = direction === 'drawing'
      const seen = { ...layout, frames }
      return createDecoder({
        runtime,
        network: networkOptions(options),
        buffers,
        name: `${direction} ${batch} ${frames}`,
        batch,
        positions: isDrawing ? drawingPositions(seen) : captionPositions(seen),
        places: isDrawing ? drawingPlaces(seen) : captionPlaces(seen),
        pad,
        range: isDrawing ? vocabulary.image : vocabulary.text,
      })
    })

  const tree = questions === undefined ? undefined : captionTree(questions, text, layout)

  /** The logarithms of the probabilities of all words behind a picture, in the tree of all answers. */
  const answersProgram = ({ parents }: CaptionTree, frames: number) =>
    reuse(programs, `answers ${frames}`, () => {
      const { values } = parameterInputs(model.parameters)
      const length = seenIds([]).length + placesOf(frames) + parents.length
      const ids = input('ids', { dtype: 'int32', shape: [length] })
      const scores = model.scoreCaptionTree(values, ids, { batch: 1, frames, parents })
      return runtime.createProgram(createGraph({ logarithms: logSoftmax(scores) }), { buffers })
    })

  const idsOf = (found: Int32Array): number[] => Array.from(found, (code) => firstCode + code)

  /** A picture or clip as its captions come after it. */
  const see = async (pixels: Uint8Array): Promise<{ frames: number; ids: number[] }> => {
    const frames = pixels.length / (image.size ** 2 * 3)
    if (frames !== 1 && frames !== clipFrames) {
      const expected = clipFrames === 1 ? '' : ` or one clip of ${clipFrames} frames`
      throw new DataError(`expected one picture${expected} to look at, got ${frames}`)
    }
    const found = await image.encode(pixels, { frames })
    return { frames, ids: seenIds(idsOf(found)) }
  }

  const wordsOf = (phrase: string): number[] => {
    const words = text.encode(phrase.trim())
    if (words.length === 0) {
      throw new DataError('the phrase is empty: say what to draw, such as "a red apple"')
    }
    if (words.length >= layout.textLength) {
      throw new DataError(
        `the phrase has ${words.length} pieces and the model reads ${layout.textLength - 1}: ` +
          'say it in fewer words',
      )
    }
    return words
  }

  const startOf = ({ start = new Int32Array(firstPlaces).fill(open) }: DrawRequest): Int32Array => {
    const isKnown = start.every((code) => code >= open && code < codes)
    if (isKnown && (start.length === firstPlaces || start.length === places)) {
      const whole = new Int32Array(places).fill(open)
      whole.set(start)
      return whole
    }
    const counts = places === firstPlaces ? `${places}` : `${firstPlaces} or ${places}`
    throw new DataError(
      `the codes to go on from: expected ${counts}, each from 0 to ${codes - 1} or ${open} where ` +
        `the picture is open, got ${start.length} from ${Math.min(...start)} to ${Math.max(...start)}`,
    )
  }

  const checkFrames = (frames: number): void => {
    if (Number.isInteger(frames) && frames >= 1 && frames <= clipFrames) return
    const expected = clipFrames === 1 ? 'pictures of 1 frame' : `clips of 1 to ${clipFrames} frames`
    throw new DataError(`frames: the model draws ${expected}, got ${frames}; ask for fewer`)
  }

  const checkCandidates = (candidates: number): void => {
    if (Number.isInteger(candidates) && candidates >= 1) return
    throw new DataError(`candidates: expected a whole number of at least 1, got ${candidates}`)
  }

  const draftsOf = (request: DrawRequest, candidates: number): Draft[] => {
    const { phrase, seed = 0, index = 0 } = request
    const [words, start] = [wordsOf(phrase), startOf(request)]
    return Array.from({ length: candidates }, (_, candidate) => ({
      words,
      start,
      randomOf: (pass) => createRandom(seed, 'draw', index, candidate, pass),
    }))
  }

  /** Fills codes [pictures, codes of so many frames] of pictures that are drawn at once. */
  const fill = async (
    drafts: readonly Draft[],
    start: Int32Array,
    frames: number,
    { guidance, passes, firstPass = 0, ...sampling }: FillOptions,
  ): Promise<Int32Array> => {
    const [pictures, count] = [drafts.length, placesOf(frames)]
    const isGuided = guidance !== 1
    const prompts = drafts.map(({ words }) => promptIds(words, layout))
    const free = promptIds([], layout)
    const heads = isGuided ? [...prompts, ...prompts.map(() => free)] : prompts
    const randomOf = (picture: number, pass = 0) => drafts[picture]!.randomOf(firstPass + pass)
    if (drawing === 'next-code') {
      const decoder = await decoderFor('drawing', heads.length, frames)
      const size = { places: count, firstCode, codes }
      const options = { guidance, randomOf, ...sampling }
      return drawNextCode(decoder, heads.flat(), start, size, options)
    }
    const program = await parallelProgram(pictures, frames, isGuided)
    const score = async (codeIds: Int32Array) => {
      const ids = heads.flatMap((head, row) => {
        const first = (row % pictures) * count
        return [...head, ...codeIds.subarray(first, first + count)]
      })
      const feeds = { ids: tensorOf('int32', ids) }
      const { scores } = await program.run(
        isGuided ? { ...feeds, guidance: tensorOf('float32', [guidance], []) } : feeds,
      )
      return { scores: scores!.data as Float32Array, codes }
    }
    const options = { passes, randomOf, ...sampling }
    return drawParallel({ places: count, firstCode, score }, start, options)
  }

  /** The codes of pictures or whole clips that are drawn at once, one after another. */
  const drawBatch = async (
    drafts: readonly Draft[],
    { order, frames, ...options }: Required<Pick<DrawOptions, 'order' | 'frames'>> & FillOptions,
  ): Promise<Int32Array[]> => {
    const start = (count: number): Int32Array => {
      const codes = new Int32Array(drafts.length * count)
      drafts.forEach((draft, picture) => {
        codes.set(draft.start.subarray(0, count), picture * count)
      })
      return codes
    }
    if (frames === 1) return parted(await fill(drafts, start(firstPlaces), 1, options), firstPlaces)
    const codes = start(places)
    const isInStages = drawing === 'masked-codes' && order === 'first-frame'
    if (isInStages) {
      const first = await fill(drafts, start(firstPlaces), 1, options)
      parted(first, firstPlaces).forEach((own, picture) => {
        codes.set(own, picture * places)
      })
    }
    const firstPass = isInStages ? options.passes : 0
    return parted(await fill(drafts, codes, clipFrames, { ...options, firstPass }), places)
  }

  /** How little the words of drafts fit their drawings, in nats. */
  const lossesOf = async (
    drafts: readonly Draft[],
    drawn: readonly Int32Array[],
    frames: number,
  ): Promise<ArrayLike<number>> => {
    const program = await wordsProgram(drafts.length, frames)
    const captions = drafts.map(({ words }, draft) =>
      captionIds(idsOf(drawn[draft]!), words, layout),
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
    return losses!.data as Float32Array
  }

  return {
    device: runtime.device,
    config,
    text,
    image,
    ...(knownWords !== undefined && { words: knownWords }),
    ...(questions !== undefined && { questions }),
    draw: (requests, options = {}) =>
      inTurn(async () => {
        const { frames = clipFrames } = options
        const { candidates, ...asked } = { ...config.defaults, ...options, frames }
        // All are checked before any is drawn.
        checkFrames(frames)
        checkCandidates(candidates)
        const drafts = requests.flatMap((request) => draftsOf(request, candidates))
        // All frames are drawn, however many are asked for, so that fewer are the beginning of more.
        const drawnFrames = frames === 1 ? 1 : clipFrames
        const drawn: Int32Array[] = []
        const losses: number[] = []
        for (const chunk of inBatches(drafts)) {
          const filled = await drawBatch(chunk, asked)
          drawn.push(...filled)
          if (candidates > 1) losses.push(...Array.from(await lossesOf(chunk, filled, drawnFrames)))
        }
        const best = requests.map((_, request) => {
          const own = losses.slice(request * candidates, (request + 1) * candidates)
          const place = candidates > 1 ? own.indexOf(Math.min(...own)) : 0
          return drawn[request * candidates + place]!.slice(0, placesOf(frames))
        })
        const drawings: Drawing[] = []
        for (const chunk of inBatches(best)) {
          const pixels = await image.decode(
            Int32Array.from(chunk.flatMap((codes) => Array.from(codes))),
            { frames },
          )
          const bytes = pixels.length / chunk.length
          chunk.forEach((codes, picture) => {
            const own = pixels.slice(picture * bytes, (picture + 1) * bytes)
            drawings.push({ pixels: own, codes })
          })
        }
        return drawings
      }),
    caption: (pixels, { seed = 0, temperature = 0, ...sampling } = {}) =>
      inTurn(async () => {
        const { frames, ids } = await see(pixels)
        const decoder = await decoderFor('caption', 1, frames)
        const random = createRandom(seed, 'caption')
        const words: number[] = []
        let scores = await decoder.start(ids)
        while (words.length < layout.textLength - 1) {
          const { id } = sampleId(scores, { temperature, ...sampling }, random)
          if (id === specialId('<eos>')) break
          words.push(id)
          if (words.length < layout.textLength - 1) scores = await decoder.next([id])
        }
        return text.decode(words)
      }),
    answer: (pixels) =>
      inTurn(async () => {
        if (tree === undefined) {
          throw new DataError(
            'the model names nothing that it tells apart; train it on clips with attributes or few classes',
          )
        }
        const { frames, ids } = await see(pixels)
        const program = await answersProgram(tree, frames)
        const feeds = { ids: tensorOf('int32', [...ids, ...tree.tokens]) }
        const { logarithms } = await program.run(feeds)
        return answerProbabilities(tree, logarithms!.data as Float32Array, vocabulary.text.end)
      }),
    async close() {
      await last
      for (const program of programs.values()) await (await program).close()
      for (const decoder of decoders.values()) await (await decoder).close()
      await buffers.close()
    },
  }
}
