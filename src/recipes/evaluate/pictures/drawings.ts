/** Measures drawings by the rank of the named picture among all pictures of its style. */

import { languages as allLanguages, type Language } from '../../../data/example.js'
import { createRandom } from '../../../engine/tensor/random.js'
import type { DrawRequest } from '../../../generation/text-image/draw-request.js'
import type { NearestPicture } from '../../../training/metrics/nearest-picture.js'
import { fitPhrase, namedLanguages, phraseOf } from '../../../training/tasks/examples.js'
import type { EvaluateOptions, Measures } from '../measures.js'
import { drawInTurn } from './draw-in-turn.js'

const drawnAtOnce = 32

/** The shares of ranks that are first, and among the first five. */
export const sharesOf = (ranks: readonly number[]) => ({
  top1: ranks.filter((rank) => rank === 0).length / ranks.length,
  top5: ranks.filter((rank) => rank < 5).length / ranks.length,
})

/** The drawn pictures of a part, in all languages together and in each of them apart. */
export const measureDrawings = async (
  part: string,
  chosen: readonly number[],
  options: EvaluateOptions,
  nearest: NearestPicture,
): Promise<Measures> => {
  const { examples } = options.data.cache
  const all: number[] = []
  const apart: Record<string, Measures> = {}
  for (const language of allLanguages) {
    const named = chosen.filter((index) =>
      namedLanguages(examples[index]!, options.languages).includes(language),
    )
    if (named.length === 0) continue
    const ranks = await drawAndRank(named, language, options, nearest, `${part} ${language}`)
    apart[language] = { ...sharesOf(ranks), examples: named.length }
    all.push(...ranks)
  }
  return { ...sharesOf(all), examples: chosen.length, ...apart }
}

/** Draws each example's phrase in a language and ranks the drawing. */
const drawAndRank = async (
  chosen: readonly number[],
  language: Language,
  options: EvaluateOptions,
  nearest: NearestPicture,
  work: string,
): Promise<number[]> => {
  const { model, data, seed } = options
  const requests = chosen.map((example, index): DrawRequest => {
    const phrase = phraseOf(data.cache.examples[example]!, language)
    return { phrase: fitPhrase(phrase, model.text, model.config.layout), seed, index }
  })
  const ranks: number[] = []
  for await (const { pixels } of drawInTurn(requests, options, { work, atOnce: drawnAtOnce })) {
    ranks.push(await nearest.rank(pixels, chosen[ranks.length]!))
  }
  return ranks
}

/** Any pictures of the style in the place of drawings: what ignoring the words would score. */
export const measureAnyPictures = async (
  part: string,
  chosen: readonly number[],
  { data: { cache }, seed }: Pick<EvaluateOptions, 'data' | 'seed'>,
  nearest: NearestPicture,
): Promise<Measures> => {
  const random = createRandom(seed, 'baseline', part)
  const ranks: number[] = []
  for (const index of chosen) {
    const { style } = cache.examples[index]!
    const all = Array.from(cache.examples.keys()).filter(
      (other) => cache.examples[other]!.style === style,
    )
    const { data: pixels } = await cache.picture(all[random.integer(all.length)]!)
    ranks.push(await nearest.rank(pixels, index))
  }
  return { ...sharesOf(ranks), examples: ranks.length }
}
