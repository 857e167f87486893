/**
 * Does a drawing look like what was asked for? Its nearest picture among all of the same style, by
 * features fixed in advance, should be the one that was named. Pictures that are identical under
 * two names count as either.
 */

import type { PictureCache } from '../../data/cache.js'
import { featuresOf, rankByDistance } from '../../training/metrics/picture-distance.js'

export interface NearestPicture {
  /** The rank, from 0, of the named example among the pictures of its style. */
  rank(pixels: Uint8Array, example: number): Promise<number>
}

export const createNearestPicture = (cache: PictureCache): NearestPicture => {
  const styles = new Map<
    string | undefined,
    Promise<{ members: number[]; features: Float32Array[] }>
  >()
  const galleryOf = (style: string | undefined) => {
    const known = styles.get(style)
    if (known !== undefined) return known
    const members = cache.examples.flatMap((example, index) =>
      example.style === style ? [index] : [],
    )
    const gallery = (async () => ({
      members,
      features: await Promise.all(
        members.map(async (index) => featuresOf((await cache.picture(index)).data)),
      ),
    }))()
    styles.set(style, gallery)
    return gallery
  }
  return {
    async rank(pixels, example) {
      const { style, fingerprint } = cache.examples[example]!
      const { members, features } = await galleryOf(style)
      const order = rankByDistance(featuresOf(pixels), features)
      return order.findIndex(
        (place) => cache.examples[members[place]!]!.fingerprint === fingerprint,
      )
    },
  }
}
