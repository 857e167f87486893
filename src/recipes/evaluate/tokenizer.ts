/** Measures how well an image tokenizer keeps pictures, and so the best that a drawing can score. */

import { codeHealth } from '../../training/metrics/code-health.js'
import type { NearestPicture } from '../../training/metrics/nearest-picture.js'
import { psnr, ssim } from '../../training/metrics/picture-quality.js'
import { sharesOf } from './drawings.js'
import type { EvaluateOptions, Measures } from './measures.js'

/** The first `count` of the chosen pictures are also ranked, as if they had been drawn. */
export const measureTokenizer = async (
  chosen: readonly number[],
  { model: { image }, data: { cache }, count }: EvaluateOptions,
  nearest: NearestPicture,
): Promise<Measures> => {
  const bytes = cache.size ** 2 * 3
  const pixels = new Uint8Array(chosen.length * bytes)
  for (const [place, example] of chosen.entries()) {
    pixels.set((await cache.picture(example)).data, place * bytes)
  }
  const codes = await image.encode(pixels)
  const kept = await image.decode(codes)
  const at = (data: Uint8Array, place: number) => data.subarray(place * bytes, (place + 1) * bytes)
  const mean = (measure: (a: Uint8Array, b: Uint8Array) => number) =>
    chosen.reduce((sum, _, place) => sum + measure(at(pixels, place), at(kept, place)), 0) /
    chosen.length
  const ranks: number[] = []
  for (const [place, example] of chosen.slice(0, count).entries()) {
    ranks.push(await nearest.rank(at(kept, place), example))
  }
  const { usage, perplexity, dead } = codeHealth(codes, image.codes)
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
