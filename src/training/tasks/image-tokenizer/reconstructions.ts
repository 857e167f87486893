/** What an image tokenizer makes of fixed pictures or clips while it is trained: how good, and sheets. */

import type { PictureCache } from '../../../data/cache.js'
import type { Media } from '../../../data/media/media.js'
import { spreadOver } from '../../../data/order/spread-over.js'
import { drawContactSheet } from '../../../data/sheets/contact-sheet.js'
import type { ImageTokenizerConfig } from '../../../tokenizers/image/config.js'
import type { ImageTokenizer } from '../../../tokenizers/image/image-tokenizer.js'
import { tokenizerQuality } from '../../metrics/tokenizer-quality.js'

/** Pictures and clips that are measured, and those that are shown. */
const measured = { pictures: 512, clips: 128 }
const shown = { pictures: 32, clips: 12 }

export interface WatchedReconstructionsOptions {
  readonly media: Media
  readonly config: Pick<ImageTokenizerConfig, 'size' | 'frames'>
  readonly cache: PictureCache
  /** The examples out of which some are looked at. */
  readonly members: readonly number[]
}

export interface WatchedReconstructions {
  /**
   * How near reconstructions come, and how the codes are used. Of first frames alone, as clips are
   * looked at before the rest of them is learned, the measure is named as beside those of clips.
   */
  measure(tokenizer: ImageTokenizer, frames: number): Promise<Record<string, number>>
  /** A PNG of originals, up to so many frames of each, each beside its reconstruction. */
  sheet(tokenizer: ImageTokenizer, frames: number): Promise<Uint8Array>
}

/** Reads the pictures that are to be looked at. */
export const watchReconstructions = async ({
  media,
  config: { size, frames: allFrames },
  cache,
  members,
}: WatchedReconstructionsOptions): Promise<WatchedReconstructions> => {
  const kind = allFrames > 1 ? 'clips' : 'pictures'
  const frameBytes = size * size * 3
  const chosen = spreadOver(members, measured[kind])
  const originals: Uint8Array[] = []
  for (const index of chosen) originals.push((await cache.picture(index)).data)

  const reconstruct = async (tokenizer: ImageTokenizer, count: number, frames: number) => {
    const clipBytes = frames * frameBytes
    const pixels = new Uint8Array(count * clipBytes)
    for (const [place, original] of originals.slice(0, count).entries()) {
      pixels.set(original.subarray(0, clipBytes), place * clipBytes)
    }
    const codes = await tokenizer.encode(pixels, { frames })
    return { originals: pixels, codes, kept: await tokenizer.decode(codes, { frames }), frames }
  }

  return {
    async measure(tokenizer, frames) {
      const tokenized = await reconstruct(tokenizer, originals.length, frames)
      const { kept, health } = tokenizerQuality(tokenized, tokenizer)
      return { ...(frames < allFrames ? { psnrFirstDb: kept.psnrDb } : kept), ...health }
    },
    async sheet(tokenizer, frames) {
      const count = Math.min(shown[kind], originals.length)
      const { originals: pixels, kept } = await reconstruct(tokenizer, count, frames)
      const clipBytes = frames * frameBytes
      const cellOf = (clips: Uint8Array, place: number) => ({
        picture: {
          width: size,
          height: size * frames,
          channels: 3 as const,
          data: clips.subarray(place * clipBytes, (place + 1) * clipBytes),
          frames,
        },
      })
      const cells = Array.from({ length: count }, (_, place) => [
        cellOf(pixels, place),
        cellOf(kept, place),
      ]).flat()
      return media.encodePng(await drawContactSheet(cells, { media, pictureSize: 96 }))
    },
  }
}
