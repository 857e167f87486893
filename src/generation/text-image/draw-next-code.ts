/** Draws pictures one code after another, row by row, with a decoder that keeps a cache. */

import type { Random } from '../../engine/tensor/random.js'
import type { Decoder } from '../decoding/decoder.js'
import { type SamplingOptions, sampleId } from '../decoding/sample.js'
import { openCode } from './draw-parallel.js'

export interface NextCodeOptions extends SamplingOptions {
  /** The randomness of a picture; what is drawn beside it has no say in it. */
  readonly randomOf: (picture: number) => Random
  /** How far the words push: scores = unconditional + guidance · (conditional - unconditional). */
  readonly guidance: number
}

/**
 * Fills the open codes (-1) of [pictures, places]. With guidance other than 1, the decoder's second
 * half of sequences are the same pictures without words.
 */
export const drawNextCode = async (
  decoder: Decoder,
  prompts: readonly number[],
  start: Int32Array,
  { places, firstCode, codes: alphabet }: { places: number; firstCode: number; codes: number },
  { randomOf, guidance, ...sampling }: NextCodeOptions,
): Promise<Int32Array> => {
  const codes = start.slice()
  const pictures = codes.length / places
  const randoms = Array.from({ length: pictures }, (_, picture) => randomOf(picture))
  const isGuided = guidance !== 1
  let scores = await decoder.start(prompts)
  for (let place = 0; place < places; place++) {
    const chosen = randoms.map((random, picture) => {
      const index = picture * places + place
      const row = scores.slice(picture * alphabet, (picture + 1) * alphabet)
      if (isGuided) {
        const free = (picture + pictures) * alphabet
        for (let code = 0; code < alphabet; code++) {
          const unconditional = scores[free + code]!
          row[code] = unconditional + guidance * (row[code]! - unconditional)
        }
      }
      // Codes that are given use up their random numbers too: the rest does not depend on them.
      const { id } = sampleId(row, sampling, random)
      if (codes[index] === openCode) codes[index] = id
      return firstCode + codes[index]!
    })
    if (place < places - 1) scores = await decoder.next(isGuided ? [...chosen, ...chosen] : chosen)
  }
  return codes
}
