/** Clips that a model draws for examples: from their captions, and from their first frames. */

import { captionOf } from '../../../data/captions.js'
import type { Language } from '../../../data/example.js'
import type { DrawOptions, DrawRequest } from '../../../generation/text-image/draw-request.js'
import { clipQuality } from '../../../training/metrics/clip-quality.js'
import { meanOf } from '../../../training/metrics/tokenizer-quality.js'
import { fitPhrase } from '../../../training/tasks/examples.js'
import type { EvaluateOptions, Measures } from '../measures.js'
import { drawInTurn } from '../pictures/draw-in-turn.js'

const drawnAtOnce = 8

/** As the model's configuration has it, but for chance. */
const fairly: DrawOptions = { temperature: 1, topK: 0, topP: 1 }

/** What a person would ask for who wants an example, with nothing of importance left out. */
const requestFor = (
  index: number,
  place: number,
  language: Language,
  { model, data: { cache }, seed }: EvaluateOptions,
): DrawRequest => {
  const choice = { seed, epoch: 0, languages: [language], isComplete: true }
  const { text } = captionOf(cache.examples[index]!, choice)
  return { phrase: fitPhrase(text, model.text, model.config.layout), seed, index: place }
}

/** RGB bytes [frames, size, size, 3] of each example, drawn from its caption in a language. */
export const drawClips = async (
  chosen: readonly number[],
  language: Language,
  options: EvaluateOptions,
): Promise<Uint8Array[]> => {
  const requests = chosen.map((index, place) => requestFor(index, place, language, options))
  return drawAll(requests, `drawings ${language}`, options)
}

/**
 * The likeness (SSIM) to the real ones of the frames that a model draws after a real first frame, and
 * of the first frame shown again and again.
 */
export const measureContinued = async (
  chosen: readonly number[],
  language: Language,
  options: EvaluateOptions,
): Promise<Measures> => {
  const { model, data } = options
  const { size } = model.image
  const { frames } = model.config.layout
  const bytes = size * size * 3
  const reals: Uint8Array[] = []
  const requests: DrawRequest[] = []
  for (const [place, index] of chosen.entries()) {
    const { data: pixels } = await data.cache.picture(index)
    const start = await model.image.encode(pixels.subarray(0, bytes))
    reals.push(pixels)
    requests.push({ ...requestFor(index, place, language, options), start })
  }
  const drawn = await drawAll(requests, 'continued clips', options)
  const likeness = (made: readonly Uint8Array[]): number =>
    meanOf(
      reals.map((real, place) =>
        meanOf(clipQuality(real, made[place]!, { frames, size }).ssim.slice(1)),
      ),
    )
  const copies = reals.map((real) => {
    const copy = real.slice()
    for (let frame = 1; frame < frames; frame++) copy.copyWithin(frame * bytes, 0, bytes)
    return copy
  })
  return { ssim: likeness(drawn), copy: likeness(copies), examples: chosen.length }
}

const drawAll = async (
  requests: readonly DrawRequest[],
  work: string,
  options: Pick<EvaluateOptions, 'model' | 'onProgress'>,
): Promise<Uint8Array[]> => {
  const clips: Uint8Array[] = []
  const drawn = drawInTurn(requests, options, { work, atOnce: drawnAtOnce, drawing: fairly })
  for await (const { pixels } of drawn) clips.push(pixels)
  return clips
}
