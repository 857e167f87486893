/**
 * Draws pictures by filling in all codes in a few passes (Chang et al. 2022): each pass guesses every
 * open code and keeps the guesses it is most sure of, few at first, more later.
 */

import type { Random } from '../../engine/tensor/random.js'
import { specialId } from '../../tokenizers/vocabulary.js'
import { type SamplingOptions, sampleId } from '../decoding/sample.js'

export interface ParallelOptions extends SamplingOptions {
  /** The randomness of a picture in a pass; what is drawn beside it has no say in it. */
  readonly randomOf: (picture: number, pass: number) => Random
  /** How many passes; more are slower and better up to a point. */
  readonly passes?: number
  /** How much chance has a say in which guesses are kept; it fades towards the last pass. */
  readonly choiceTemperature?: number
}

/** What `drawParallel` needs of a model. */
export interface ParallelDrawer {
  /** Codes of a picture. */
  readonly places: number
  /** The id of code 0. */
  readonly firstCode: number
  /** Scores [pictures · places, codes] for pictures whose codes are ids, `<mask>` where open. */
  score(codeIds: Int32Array): Promise<{ scores: Float32Array; codes: number }>
}

/** A code that is still to be drawn. */
export const openCode = -1

/** How many codes are still open after a pass: a cosine from all to none. */
const openAfter = (pass: number, passes: number, count: number): number =>
  pass === passes ? 0 : Math.floor(count * Math.cos((Math.PI / 2) * (pass / passes)))

/** Fills the open codes (-1) of [pictures, places] and returns all. */
export const drawParallel = async (
  drawer: ParallelDrawer,
  start: Int32Array,
  { randomOf, passes = 12, choiceTemperature = 4, ...sampling }: ParallelOptions,
): Promise<Int32Array> => {
  const { places, firstCode } = drawer
  const codes = start.slice()
  const pictures = codes.length / places
  const openAtStart = Array.from({ length: pictures }, (_, picture) =>
    codes
      .subarray(picture * places, (picture + 1) * places)
      .reduce((sum, code) => sum + (code === openCode ? 1 : 0), 0),
  )
  if (openAtStart.every((open) => open === 0)) return codes
  for (let pass = 1; pass <= passes; pass++) {
    const ids = codes.map((code) => (code === openCode ? specialId('<mask>') : firstCode + code))
    const { scores, codes: alphabet } = await drawer.score(ids)
    for (let picture = 0; picture < pictures; picture++) {
      const random = randomOf(picture, pass)
      const guesses: { place: number; code: number; confidence: number }[] = []
      for (let index = 0; index < places; index++) {
        const place = picture * places + index
        if (codes[place] !== openCode) continue
        const row = scores.subarray(place * alphabet, (place + 1) * alphabet)
        const { id, probability } = sampleId(row, sampling, random)
        const gumbel = -Math.log(-Math.log(random.uniform() + 1e-12) + 1e-12)
        const chance = choiceTemperature * (1 - pass / passes) * gumbel
        guesses.push({ place, code: id, confidence: Math.log(probability + 1e-12) + chance })
      }
      guesses.sort((a, b) => b.confidence - a.confidence || a.place - b.place)
      const kept = guesses.length - openAfter(pass, passes, openAtStart[picture]!)
      for (const { place, code } of guesses.slice(0, Math.max(0, kept))) codes[place] = code
    }
  }
  return codes
}
