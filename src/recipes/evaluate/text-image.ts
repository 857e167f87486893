/**
 * Measures a model of words and pictures: do its drawings look like what was asked for, and do its
 * captions name what is shown? Each figure stands beside a baseline and a ceiling.
 */

import { type Language, languages } from '../../data/example.js'
import { createRandom } from '../../engine/tensor/random.js'
import type { DrawRequest, TextImageModel } from '../../generation/text-image/text-image-model.js'
import { codeHealth } from '../../training/metrics/code-health.js'
import {
  createNearestPicture,
  type NearestPicture,
} from '../../training/metrics/nearest-picture.js'
import { distanceName } from '../../training/metrics/picture-distance.js'
import { psnr, ssim } from '../../training/metrics/picture-quality.js'
import { fitPhrase, nameOf, phraseOf } from '../../training/tasks/examples.js'
import type { PreparedData } from '../run/prepare-data.js'
import type { Measures } from './measures.js'

export interface EvaluateOptions {
  readonly model: TextImageModel
  readonly data: PreparedData
  readonly seed: number
  /** Examples of each part. */
  readonly count: number
  readonly languages: readonly Language[]
  readonly onProgress: (work: string, done: number, total?: number) => void
}

/** The shares of examples whose rank is first, and among the first five. */
interface Ranks {
  readonly top1: number
  readonly top5: number
}

const sharesOf = (ranks: readonly number[]): Ranks => ({
  top1: ranks.filter((rank) => rank === 0).length / ranks.length,
  top5: ranks.filter((rank) => rank < 5).length / ranks.length,
})

/** A fixed choice of members, in an order that the seed gives. */
const choose = (members: readonly number[], count: number, seed: number, part: string) => {
  const random = createRandom(seed, 'evaluate', part)
  const left = [...members]
  return Array.from(
    { length: Math.min(count, left.length) },
    () => left.splice(random.integer(left.length), 1)[0]!,
  )
}

const drawnAtOnce = 32

/** Draws each example's phrase in a language and ranks the drawing. */
const drawAndRank = async (
  chosen: readonly number[],
  language: Language,
  { model, data, seed, onProgress }: EvaluateOptions,
  nearest: NearestPicture,
  work: string,
): Promise<number[]> => {
  const ranks: number[] = []
  for (let first = 0; first < chosen.length; first += drawnAtOnce) {
    const chunk = chosen.slice(first, first + drawnAtOnce)
    const requests: DrawRequest[] = chunk.map((example, place) => ({
      phrase: fitPhrase(
        phraseOf(data.cache.examples[example]!, language),
        model.text,
        model.config.layout,
      ),
      seed,
      index: first + place,
    }))
    const drawings = await model.draw(requests)
    for (const [place, { pixels }] of drawings.entries()) {
      ranks.push(await nearest.rank(pixels, chunk[place]!))
    }
    onProgress(work, ranks.length, chosen.length)
  }
  return ranks
}

/** The drawn pictures of a part, by language and all together. */
const measureDrawings = async (
  part: string,
  members: readonly number[],
  options: EvaluateOptions,
  nearest: NearestPicture,
): Promise<Measures> => {
  const chosen = choose(members, options.count, options.seed, part)
  const all: number[] = []
  const byLanguage: Record<string, Measures> = {}
  for (const language of options.languages) {
    const ranks = await drawAndRank(chosen, language, options, nearest, `${part} ${language}`)
    byLanguage[language] = { ...sharesOf(ranks) }
    all.push(...ranks)
  }
  return { ...sharesOf(all), ...byLanguage, examples: chosen.length }
}

/** How well the image tokenizer keeps held-out pictures, and the best that a drawing could score. */
const measureTokenizer = async (
  { model, data, seed, count }: EvaluateOptions,
  nearest: NearestPicture,
) => {
  const { cache, split } = data
  const members = split.heldOut.length > 0 ? split.heldOut : split.train
  const chosen = choose(members, Math.max(count, 512), seed, 'tokenizer')
  const bytes = cache.size ** 2 * 3
  const pixels = new Uint8Array(chosen.length * bytes)
  for (const [place, example] of chosen.entries()) {
    pixels.set((await cache.picture(example)).data, place * bytes)
  }
  const codes = await model.image.encode(pixels)
  const kept = await model.image.decode(codes)
  const at = (data: Uint8Array, place: number) => data.subarray(place * bytes, (place + 1) * bytes)
  const mean = (measure: (a: Uint8Array, b: Uint8Array) => number) =>
    chosen.reduce((sum, _, place) => sum + measure(at(pixels, place), at(kept, place)), 0) /
    chosen.length
  const ranks: number[] = []
  for (const [place, example] of chosen.slice(0, count).entries()) {
    ranks.push(await nearest.rank(at(kept, place), example))
  }
  const { usage, perplexity, dead } = codeHealth(codes, model.image.codes)
  return {
    tokenizer: {
      psnrDb: mean(psnr),
      ssim: mean(ssim),
      codeUsage: usage,
      perplexity,
      deadCodes: dead,
      examples: chosen.length,
    },
    ceiling: { ...sharesOf(ranks), examples: ranks.length },
  }
}

/** Real pictures of other names in the place of drawings: what ignoring the words would score. */
const measureBaseline = async (
  { data, seed, count }: EvaluateOptions,
  nearest: NearestPicture,
): Promise<Measures> => {
  const { cache, split } = data
  const random = createRandom(seed, 'baseline')
  const ranks: number[] = []
  for (const example of choose(split.train, count, seed, 'train')) {
    const { style } = cache.examples[example]!
    const others = split.train.filter((other) => cache.examples[other]!.style === style)
    const other = others[random.integer(others.length)]!
    ranks.push(await nearest.rank((await cache.picture(other)).data, example))
  }
  return { ...sharesOf(ranks), examples: ranks.length }
}

/** Whether a caption has an example's name in it, in either language, whatever else it says. */
const namesExample = (caption: string, example: PreparedData['cache']['examples'][number]) => {
  const said = caption.toLowerCase()
  return languages.some((language) => {
    const name = nameOf(example, language).toLowerCase()
    return name !== '' && said.includes(name)
  })
}

const measureCaptions = async (
  part: string,
  members: readonly number[],
  { model, data, seed, count, onProgress }: EvaluateOptions,
): Promise<Measures> => {
  const chosen = choose(members, count, seed, part)
  let exact = 0
  for (const [place, index] of chosen.entries()) {
    const { data: pixels } = await data.cache.picture(index)
    const caption = await model.caption(pixels)
    const { fingerprint } = data.cache.examples[index]!
    const twins = data.cache.examples.filter((other) => other.fingerprint === fingerprint)
    if (twins.some((twin) => namesExample(caption, twin))) exact++
    onProgress(`captions ${part}`, place + 1, chosen.length)
  }
  return { exact: exact / chosen.length, examples: chosen.length }
}

/** All measures of a model on the data that it was trained and held out on. */
export const evaluateTextImage = async (options: EvaluateOptions): Promise<Measures> => {
  const { split, cache } = options.data
  const nearest = createNearestPicture(cache)
  const train = await measureDrawings('train', split.train, options, nearest)
  const heldOutStyle = await measureDrawings('heldOutStyle', split.heldOutPairs, options, nearest)
  const heldOut = await measureDrawings('heldOut', split.heldOut, options, nearest)
  const caption = await measureCaptions('train', split.train, options)
  return {
    distance: distanceName,
    train,
    heldOutStyle,
    heldOut,
    baseline: await measureBaseline(options, nearest),
    caption: {
      ...caption,
      heldOutStyle: await measureCaptions('heldOutStyle', split.heldOutPairs, options),
    },
    ...(await measureTokenizer(options, nearest)),
  }
}
