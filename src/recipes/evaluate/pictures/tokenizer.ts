/** How an image tokenizer keeps pictures that it has not seen, and so the best that a drawing can score. */

import type { PictureCache } from '../../../data/cache.js'
import { measuredMembers, type Split } from '../../../data/split.js'
import type { ImageTokenizer } from '../../../tokenizers/image/image-tokenizer.js'
import type { NearestPicture } from '../../../training/metrics/nearest-picture.js'
import type { Measures } from '../measures.js'
import { choose } from './choose.js'
import { sharesOf } from './drawings.js'
import { keptClips, measureTokenizer, tokenizeClips } from './tokenized.js'

/** Pictures that a tokenizer is measured on: it is fast, and has many codes to use. */
const measured = 512

export interface KeptPictures {
  readonly measures: Measures
  /** The places in the cache of those that were measured, and each as its codes keep it. */
  readonly chosen: readonly number[]
  readonly kept: readonly Uint8Array[]
}

/** Measures held-out pictures as a tokenizer keeps them; training pictures where none are held out. */
export const measurePictures = async (
  image: ImageTokenizer,
  { cache, split }: { readonly cache: PictureCache; readonly split: Split },
  { seed }: { readonly seed: number },
): Promise<KeptPictures> => {
  const chosen = choose(measuredMembers(split), measured, seed, 'evaluate', 'tokenizer')
  const pictures: Uint8Array[] = []
  for (const example of chosen) pictures.push((await cache.picture(example)).data)
  const tokenized = await tokenizeClips(image, pictures)
  return {
    measures: measureTokenizer(tokenized, image),
    chosen,
    kept: keptClips(tokenized),
  }
}

/** The first `count` pictures ranked as if they had been drawn. */
export const measureCeiling = async (
  { chosen, kept }: Pick<KeptPictures, 'chosen' | 'kept'>,
  nearest: NearestPicture,
  count: number,
): Promise<Measures> => {
  const ranks: number[] = []
  for (const [place, example] of chosen.slice(0, count).entries()) {
    ranks.push(await nearest.rank(kept[place]!, example))
  }
  return { ...sharesOf(ranks), examples: ranks.length }
}
