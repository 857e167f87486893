/**
 * Reads the examples that a plan names: pictures from a prepared folder, augmented, with a caption
 * each. The conversion to floats or codes is the tokenizers'.
 */

import { type Augmentation, augment } from './augment.js'
import type { CachedExample, PictureCache } from './cache.js'
import { captionOf, type Phrase } from './captions.js'
import type { Language } from './example.js'
import type { PlannedExample } from './order/plan.js'

export interface PictureBatch {
  /** RGB bytes [batch, row, column, channel], with the frames of a clip before its rows. */
  readonly pixels: Uint8Array
  readonly examples: readonly CachedExample[]
  /** Made when they are asked for. */
  readonly phrases: readonly Phrase[]
}

export interface BatchOptions {
  readonly cache: PictureCache
  /** The part of the cache that the plan's indexes count in; all of it by default. */
  readonly part?: readonly number[]
  readonly seed: number
  /** What is done to the pictures; `false` shows them as they are. */
  readonly augmentation?: Augmentation | false
  readonly languages?: readonly Language[]
}

/** The pictures and captions of planned examples, in the plan's order. */
export const readPictureBatch = async (
  planned: readonly PlannedExample[],
  { cache, part, seed, augmentation = {}, languages }: BatchOptions,
): Promise<PictureBatch> => {
  const places = planned.map(({ index, epoch }) => ({ index: part ? part[index]! : index, epoch }))
  const examples = places.map(({ index }) => cache.examples[index]!)
  const stride = cache.size * cache.size * 3 * (cache.frames ?? 1)
  const pixels = new Uint8Array(planned.length * stride)
  await Promise.all(
    places.map(async ({ index, epoch }, place) => {
      const picture = await cache.picture(index)
      const shown =
        augmentation === false
          ? picture
          : augment(picture, examples[place]!, { seed, epoch }, augmentation)
      pixels.set(shown.data, place * stride)
    }),
  )
  const choice = languages === undefined ? {} : { languages }
  return {
    pixels,
    examples,
    get phrases() {
      return places.map(({ epoch }, place) =>
        captionOf(examples[place]!, { seed, epoch, ...choice }),
      )
    },
  }
}
