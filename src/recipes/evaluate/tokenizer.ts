/** Measures how well an image tokenizer keeps pictures, and so the best that a drawing can score. */

import type { PictureCache } from '../../data/cache.js'
import { measuredMembers, type Split } from '../../data/split.js'
import type { ImageTokenizer } from '../../tokenizers/image/image-tokenizer.js'
import { codeHealth } from '../../training/metrics/code-health.js'
import type { NearestPicture } from '../../training/metrics/nearest-picture.js'
import { psnr, ssim } from '../../training/metrics/picture-quality.js'
import { choose } from './choose.js'
import { sharesOf } from './drawings.js'
import type { Measures } from './measures.js'

/** Pictures that a tokenizer is measured on: it is fast, and has many codes to use. */
const measured = 512

export interface TokenizedPictures {
  /** Their places in the cache. */
  readonly chosen: readonly number[]
  readonly codes: Int32Array
  /** RGB bytes of one of them, as it was and as its codes keep it. */
  original(place: number): Uint8Array
  kept(place: number): Uint8Array
}

/** Held-out pictures as a tokenizer keeps them; training pictures where none are held out. */
export const tokenizePictures = async (
  image: ImageTokenizer,
  { cache, split }: { readonly cache: PictureCache; readonly split: Split },
  { seed }: { readonly seed: number },
): Promise<TokenizedPictures> => {
  const unseen = measuredMembers(split)
  const chosen = choose(unseen, measured, seed, 'evaluate', 'tokenizer')
  const bytes = cache.size ** 2 * 3
  const pixels = new Uint8Array(chosen.length * bytes)
  for (const [place, example] of chosen.entries()) {
    pixels.set((await cache.picture(example)).data, place * bytes)
  }
  const codes = await image.encode(pixels)
  const decoded = await image.decode(codes)
  const at = (data: Uint8Array, place: number) => data.subarray(place * bytes, (place + 1) * bytes)
  return {
    chosen,
    codes,
    original: (place) => at(pixels, place),
    kept: (place) => at(decoded, place),
  }
}

/** How near pictures stay to themselves, and how many of the codes they need. */
export const measureTokenizer = (
  { chosen, codes, original, kept }: TokenizedPictures,
  codesOfTokenizer: number,
): Measures => {
  const mean = (measure: (a: Uint8Array, b: Uint8Array) => number) =>
    chosen.reduce((sum, _, place) => sum + measure(original(place), kept(place)), 0) / chosen.length
  const { usage, perplexity, dead } = codeHealth(codes, codesOfTokenizer)
  return {
    psnrDb: mean(psnr),
    ssim: mean(ssim),
    codeUsage: usage,
    perplexity,
    deadCodes: dead,
    examples: chosen.length,
  }
}

/** The first `count` pictures ranked as if they had been drawn. */
export const measureCeiling = async (
  { chosen, kept }: TokenizedPictures,
  nearest: NearestPicture,
  count: number,
): Promise<Measures> => {
  const ranks: number[] = []
  for (const [place, example] of chosen.slice(0, count).entries()) {
    ranks.push(await nearest.rank(kept(place), example))
  }
  return { ...sharesOf(ranks), examples: ranks.length }
}
