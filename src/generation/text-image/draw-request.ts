/** What can be asked of a model that draws, checked before anything is drawn. */

import { createRandom, type Random } from '../../engine/tensor/random.js'
import { DataError } from '../../errors.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import { checkOptions } from '../check-options.js'
import type { SamplingOptions } from '../decoding/sample.js'
import type { drawingOrders } from './config.js'
import { openCode } from './draw-parallel.js'
import type { LoadedNetwork } from './loaded-network.js'

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

/** Asks for each phrase so many times; its drawings are the same, whatever else is drawn. */
export const drawRequests = (
  phrases: readonly string[],
  { count, ...others }: Pick<DrawRequest, 'seed' | 'start'> & { readonly count: number },
): (DrawRequest & { readonly index: number })[] =>
  phrases.flatMap((phrase) =>
    Array.from({ length: count }, (_, index) => ({ phrase, index, ...others })),
  )

/** A drawing to make, in the model's own terms. */
export interface Draft {
  readonly words: readonly number[]
  /** Codes of all frames, open ones included. */
  readonly start: Int32Array
  readonly randomOf: (pass: number) => Random
}

/** Throws DataError for frames that a model does not draw, and for options out of range. */
export const checkDrawOptions = (
  { clipFrames }: Pick<LoadedNetwork, 'clipFrames'>,
  { frames, ...options }: DrawOptions & { readonly frames: number },
): void => {
  checkOptions(options)
  if (!Number.isInteger(frames) || frames < 1 || frames > clipFrames) {
    const expected = clipFrames === 1 ? 'pictures of 1 frame' : `clips of 1 to ${clipFrames} frames`
    throw new DataError(`frames: the model draws ${expected}, got ${frames}; ask for fewer`)
  }
}

/**
 * The candidates for a request. Throws DataError for a phrase without words or with more than the
 * model reads, for codes that it does not have, and for a seed that is no whole number.
 */
export const draftsOf = (
  request: DrawRequest,
  candidates: number,
  { network, text }: { readonly network: LoadedNetwork; readonly text: TextTokenizer },
): Draft[] => {
  const { phrase, seed = 0, index = 0 } = request
  checkOptions({ seed })
  const words = wordsOf(phrase, text, network.config.layout.textLength)
  const start = startOf(request, network)
  return Array.from({ length: candidates }, (_, candidate) => ({
    ...{ words, start },
    randomOf: (pass) => createRandom(seed, 'draw', index, candidate, pass),
  }))
}

const wordsOf = (phrase: string, text: TextTokenizer, textLength: number): number[] => {
  const words = text.encode(phrase.trim())
  if (words.length === 0) {
    throw new DataError('the phrase is empty: say what to draw, such as "a red apple"')
  }
  if (words.length >= textLength) {
    throw new DataError(
      `the phrase has ${words.length} pieces and the model reads ${textLength - 1}: ` +
        'say it in fewer words',
    )
  }
  return words
}

const startOf = ({ start }: DrawRequest, network: LoadedNetwork): Int32Array => {
  const { clipFrames, placesOf, vocabulary } = network
  const [places, firstPlaces] = [placesOf(clipFrames), placesOf(1)]
  const codes = vocabulary.image.end - vocabulary.image.start
  const whole = new Int32Array(places).fill(openCode)
  if (start === undefined) return whole
  const isKnown = start.every((code) => code >= openCode && code < codes)
  if (!isKnown || (start.length !== firstPlaces && start.length !== places)) {
    const counts = places === firstPlaces ? `${places}` : `${firstPlaces} or ${places}`
    throw new DataError(
      `the codes to go on from: expected ${counts}, each from 0 to ${codes - 1} or ${openCode} ` +
        `where the picture is open, got ${start.length} from ${Math.min(...start)} to ${Math.max(...start)}`,
    )
  }
  whole.set(start)
  return whole
}
