/**
 * Does a drawing look like what was asked for? Its nearest picture among those of the same style, by
 * features fixed in advance, should be the one that was named. Pictures that are identical under
 * two names count as either.
 */

import type { PictureCache } from '../../data/cache.js'
import { createPause } from '../../engine/runtime/create-pause.js'
import { featureDistance, featuresOfClip } from './picture-distance.js'

export interface NearestPicture {
  /**
   * The rank, from 0, of a member among the members of its style, by their likeness to a picture or
   * clip, RGB bytes [frames, size, size, 3].
   */
  rank(pixels: Uint8Array, member: number): Promise<number>
}

/** Members are examples of the cache, all of them by default; their features are computed once. */
export const createNearestPicture = (
  cache: PictureCache,
  members: readonly number[] = Array.from(cache.examples.keys()),
): NearestPicture => {
  const { frames = 1 } = cache
  const readGallery = async (style: string | undefined) => {
    const rivals = members.filter((index) => cache.examples[index]!.style === style)
    const features: Float32Array[] = []
    const pause = createPause(undefined)
    for (const index of rivals) {
      features.push(featuresOfClip((await cache.picture(index)).data, frames))
      await pause()
    }
    const fingerprints = rivals.map((index) => cache.examples[index]!.fingerprint)
    return { features, fingerprints }
  }
  const galleries = new Map<string | undefined, ReturnType<typeof readGallery>>()
  const galleryOf = (style: string | undefined) => {
    const gallery = galleries.get(style) ?? readGallery(style)
    galleries.set(style, gallery)
    return gallery
  }
  return {
    async rank(pixels, member) {
      const { style, fingerprint } = cache.examples[member]!
      const { features, fingerprints } = await galleryOf(style)
      const own = featuresOfClip(pixels, frames)
      const distances = features.map((other) => featureDistance(own, other))
      let [nearest, first] = [Number.POSITIVE_INFINITY, 0]
      for (const [place, distance] of distances.entries()) {
        if (fingerprints[place] !== fingerprint || distance >= nearest) continue
        nearest = distance
        first = place
      }
      return distances.filter(
        (distance, place) => distance < nearest || (distance === nearest && place < first),
      ).length
    },
  }
}
