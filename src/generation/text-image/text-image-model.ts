/** A model of words and pictures at work: it draws what words say and says what pictures show. */

import { createGraph, input } from '../../engine/graph/graph.js'
import { add, mul, slice, sub } from '../../engine/operations/index.js'
import type { Program, Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { createRandom } from '../../engine/tensor/random.js'
import { tensorOf } from '../../engine/tensor/tensor.js'
import { DataError } from '../../errors.js'
import { captionPositions, drawingPositions } from '../../network/models/text-image.js'
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
  /** Codes to go on from, -1 where the picture is open. */
  readonly start?: Int32Array
}

export interface Drawing {
  /** RGB bytes [size, size, 3]. */
  readonly pixels: Uint8Array
  readonly codes: Int32Array
}

export interface TextImageModel {
  readonly config: TextImageConfig
  readonly text: TextTokenizer
  readonly image: ImageTokenizer
  /**
   * Draws what is asked for, in that order. Throws DataError for a phrase without words or with
   * more than the model reads.
   */
  draw(requests: readonly DrawRequest[], options?: DrawOptions): Promise<Drawing[]>
  /** Says what a picture shows: RGB bytes [size, size, 3]. */
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
  const places = layout.rows * layout.columns
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
      const all = isDrawing ? drawingPositions(layout) : captionPositions(layout)
      const promptLength = isDrawing ? layout.textLength + 1 : places + 3
      return createDecoder({
        runtime,
        network: options,
        buffers,
        name: `${direction} ${batch}`,
        batch,
        promptPositions: all.slice(0, promptLength),
        positions: all.slice(promptLength),
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

  /** The codes of pictures that are drawn at once. */
  const drawBatch = async (
    requests: readonly DrawRequest[],
    {
      guidance,
      passes,
      ...sampling
    }: Required<Pick<DrawOptions, 'guidance' | 'passes'>> & SamplingOptions,
  ): Promise<Int32Array> => {
    const pictures = requests.length
    const isGuided = guidance !== 1
    const start = new Int32Array(pictures * places).fill(open)
    requests.forEach((request, picture) => {
      if (request.start !== undefined) start.set(request.start, picture * places)
    })
    const prompts = requests.map(({ phrase }) => promptIds(wordsOf(phrase), layout))
    const free = promptIds([], layout)
    const heads = isGuided ? [...prompts, ...prompts.map(() => free)] : prompts
    const randomOf = (picture: number, pass = 0) => {
      const { seed = 0, index = 0 } = requests[picture]!
      return createRandom(seed, 'draw', index, pass)
    }
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
    config,
    text,
    image,
    async draw(requests, options = {}) {
      const drawings: Drawing[] = []
      for (let first = 0; first < requests.length; first += largestBatch) {
        const chunk = requests.slice(first, first + largestBatch)
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
    },
    async caption(pixels, { seed = 0, temperature = 0, ...sampling } = {}) {
      const decoder = await decoderFor('caption', 1)
      const seen = Array.from(await image.encode(pixels), (code) => firstCode + code)
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
    },
    async close() {
      for (const program of programs.values()) await (await program).close()
      for (const decoder of decoders.values()) await (await decoder).close()
      await buffers.close()
    },
  }
}
