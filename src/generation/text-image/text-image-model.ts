/** A model of words and pictures at work: it draws what words say and says what pictures show. */

import { createGraph, input } from '../../engine/graph/graph.js'
import { add, mul, slice, sub } from '../../engine/operations/index.js'
import type { Device, Program, Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { createRandom, type Random } from '../../engine/tensor/random.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import { DataError } from '../../errors.js'
import {
  captionPlaces,
  captionPositions,
  codesOf,
  drawingPlaces,
  drawingPositions,
  networkOptions,
} from '../../network/models/text-image.js'
import { parameterInputs } from '../../network/parameters.js'
import type { ImageTokenizer } from '../../tokenizers/image/image-tokenizer.js'
import { promptIds } from '../../tokenizers/sequences.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import { specialId } from '../../tokenizers/vocabulary.js'
import { createDecoder, type Decoder } from '../decoder.js'
import { type SamplingOptions, sampleId } from '../sample.js'
import { type TextImageConfig, textImageOf } from './config.js'
import { drawNextCode } from './draw-next-code.js'
import { drawParallel, open } from './draw-parallel.js'

/** How pictures are drawn; what is left out is as the model's configuration says. */
export interface DrawOptions extends SamplingOptions {
  /** How far the words push; 1 takes the model as it is. */
  readonly guidance?: number
  /** Passes of parallel drawing. */
  readonly passes?: number
}

/** One picture to draw. The same request gives the same picture, whatever is drawn beside it. */
export interface DrawRequest {
  readonly phrase: string
  readonly seed?: number
  /** Tells several pictures of one phrase and seed apart. */
  readonly index?: number
  /** Codes to go on from, row by row, -1 where the picture is open. */
  readonly start?: Int32Array
}

export interface Drawing {
  /** RGB bytes [size, size, 3]. */
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
  /**
   * Draws what is asked for, in that order. Throws DataError for a phrase without words or with
   * more than the model reads, and for codes that it does not have.
   */
  draw(requests: readonly DrawRequest[], options?: DrawOptions): Promise<Drawing[]>
  /** Says what a picture shows: RGB bytes [size, size, 3]. Throws DataError on any other number. */
  caption(pixels: Uint8Array, options?: SamplingOptions & { seed?: number }): Promise<string>
  close(): Promise<void>
}

export interface TextImageModelOptions {
  readonly runtime: Runtime
  readonly config: TextImageConfig
  readonly tensors: Tensors
  readonly text: TextTokenizer
  readonly image: ImageTokenizer
}

/** A request in the model's own terms. */
interface Draft {
  readonly prompt: readonly number[]
  readonly start: Int32Array
  readonly randomOf: (pass: number) => Random
}

/** Pictures that are drawn at once. */
const largestBatch = 8

export const createTextImageModel = async ({
  runtime,
  config,
  tensors,
  text,
  image,
}: TextImageModelOptions): Promise<TextImageModel> => {
  const { vocabulary, options, model } = textImageOf(config)
  const { layout, drawing } = config
  const places = codesOf(layout)
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
  const parallelProgram = (batch: number, isGuided: boolean) =>
    reuse(programs, `${batch} ${isGuided}`, () => {
      const { values } = parameterInputs(model.parameters)
      const rows = isGuided ? 2 * batch : batch
      const ids = input('ids', { dtype: 'int32', shape: [rows * model.drawingLength] })
      const all = model.scoreDrawing(values, ids, { batch: rows, isParallel: true })
      if (!isGuided) return runtime.createProgram(createGraph({ scores: all }), { buffers })
      const half = batch * places
      const [conditional, free] = [
        slice(all, { axis: 0, end: half }),
        slice(all, { axis: 0, start: half }),
      ]
      const guidance = input('guidance', { dtype: 'float32', shape: [] })
      const scores = add(free, mul(sub(conditional, free), guidance))
      return runtime.createProgram(createGraph({ scores }), { buffers })
    })

  const decoderFor = (direction: 'drawing' | 'caption', batch: number) =>
    reuse(decoders, `${direction} ${batch}`, () => {
      const isDrawing = direction === 'drawing'
      return createDecoder({
        runtime,
        network: networkOptions(options),
        buffers,
        name: `${direction} ${batch}`,
        batch,
        positions: isDrawing ? drawingPositions(layout) : captionPositions(layout),
        places: isDrawing ? drawingPlaces(layout) : captionPlaces(layout),
        pad,
        range: isDrawing ? vocabulary.image : vocabulary.text,
      })
    })

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

  const startOf = ({ start = new Int32Array(places).fill(open) }: DrawRequest): Int32Array => {
    if (start.length === places && start.every((code) => code >= open && code < codes)) return start
    throw new DataError(
      `the codes to go on from: expected ${places}, each from 0 to ${codes - 1} or ${open} where ` +
        `the picture is open, got ${start.length} from ${Math.min(...start)} to ${Math.max(...start)}`,
    )
  }

  const draftOf = (request: DrawRequest): Draft => {
    const { phrase, seed = 0, index = 0 } = request
    return {
      prompt: promptIds(wordsOf(phrase), layout),
      start: startOf(request),
      randomOf: (pass) => createRandom(seed, 'draw', index, pass),
    }
  }

  /** The codes of pictures that are drawn at once. */
  const drawBatch = async (
    drafts: readonly Draft[],
    {
      guidance,
      passes,
      ...sampling
    }: Required<Pick<DrawOptions, 'guidance' | 'passes'>> & SamplingOptions,
  ): Promise<Int32Array> => {
    const pictures = drafts.length
    const isGuided = guidance !== 1
    const start = new Int32Array(pictures * places)
    drafts.forEach((draft, picture) => {
      start.set(draft.start, picture * places)
    })
    const prompts = drafts.map(({ prompt }) => prompt)
    const free = promptIds([], layout)
    const heads = isGuided ? [...prompts, ...prompts.map(() => free)] : prompts
    const randomOf = (picture: number, pass = 0) => drafts[picture]!.randomOf(pass)
    if (drawing === 'next-code') {
      const decoder = await decoderFor('drawing', heads.length)
      const size = { places, firstCode, codes }
      const options = { guidance, randomOf, ...sampling }
      return drawNextCode(decoder, heads.flat(), start, size, options)
    }
    const program = await parallelProgram(pictures, isGuided)
    const score = async (codeIds: Int32Array) => {
      const ids = heads.flatMap((head, row) => {
        const first = (row % pictures) * places
        return [...head, ...codeIds.subarray(first, first + places)]
      })
      const feeds = { ids: tensorOf('int32', ids) }
      const { scores } = await program.run(
        isGuided ? { ...feeds, guidance: tensorOf('float32', [guidance], []) } : feeds,
      )
      return { scores: scores!.data as Float32Array, codes }
    }
    return drawParallel({ places, firstCode, score }, start, { passes, randomOf, ...sampling })
  }

  return {
    device: runtime.device,
    config,
    text,
    image,
    draw: (requests, options = {}) =>
      inTurn(async () => {
        // All are checked before any is drawn.
        const drafts = requests.map(draftOf)
        const drawings: Drawing[] = []
        for (let first = 0; first < drafts.length; first += largestBatch) {
          const chunk = drafts.slice(first, first + largestBatch)
          const filled = await drawBatch(chunk, { ...config.defaults, ...options })
          const pixels = await image.decode(filled)
          const bytes = pixels.length / chunk.length
          chunk.forEach((_, picture) => {
            drawings.push({
              pixels: pixels.slice(picture * bytes, (picture + 1) * bytes),
              codes: filled.slice(picture * places, (picture + 1) * places),
            })
          })
        }
        return drawings
      }),
    caption: (pixels, { seed = 0, temperature = 0, ...sampling } = {}) =>
      inTurn(async () => {
        const seen = Array.from(await image.encode(pixels), (code) => firstCode + code)
        if (seen.length !== places) {
          throw new DataError(`expected one picture to caption, got ${seen.length / places}`)
        }
        const decoder = await decoderFor('caption', 1)
        const random = createRandom(seed, 'caption')
        const words: number[] = []
        let scores = await decoder.start([
          specialId('<bos>'),
          specialId('<image>'),
          ...seen,
          specialId('</image>'),
        ])
        while (words.length < layout.textLength - 1) {
          const { id } = sampleId(scores, { temperature, ...sampling }, random)
          if (id === specialId('<eos>')) break
          words.push(id)
          if (words.length < layout.textLength - 1) scores = await decoder.next([id])
        }
        return text.decode(words)
      }),
    async close() {
      await last
      for (const program of programs.values()) await (await program).close()
      for (const decoder of decoders.values()) await (await decoder).close()
      await buffers.close()
    },
  }
}
