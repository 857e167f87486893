/** What an image tokenizer makes of fixed pictures or clips while it is trained: how good, and sheets. */

import type { PictureCache } from '../../../data/cache.js'
import type { Media } from '../../../data/media/media.js'
import { drawContactSheet } from '../../../data/sheets/contact-sheet.js'
import type { ImageTokenizerConfig } from '../../../tokenizers/image/config.js'
import type { ImageTokenizer } from '../../../tokenizers/image/image-tokenizer.js'
import { tokenizerQuality } from '../../metrics/tokenizer-quality.js'
import { spreadOver } from '../examples.js'

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
  /** How near reconstructions come, frame by frame, and how the codes are used. */
  measure(tokenizer: ImageTokenizer): Promise<{ readonly psnrDb: number } & Record<string, number>>
  /** A PNG of originals, each beside its reconstruction. */
  sheet(tokenizer: ImageTokenizer): Promise<Uint8Array>
}

/** Reads the pictures that are to be looked at. */
export const watchReconstructions = async ({
  media,
  config: { size, frames },
  cache,
  members,
}: WatchedReconstructionsOptions): Promise<WatchedReconstructions> => {
  const kind = frames > 1 ? 'clips' : 'pictures'
  const clipBytes = frames * size * size * 3
  const chosen = spreadOver(members, measured[kind])
  const originals = new Uint8Array(chosen.length * clipBytes)
  for (const [place, index] of chosen.entries()) {
    originals.set((await cache.picture(index)).data, place * clipBytes)
  }

  const reconstruct = async (tokenizer: ImageTokenizer, pixels: Uint8Array) => {
    const codes = await tokenizer.encode(pixels, { frames })
    return { originals: pixels, codes, kept: await tokenizer.decode(codes, { frames }), frames }
  }
  const cellOf = (pixels: Uint8Array, place: number) => ({
    picture: {
      width: size,
      height: size * frames,
      channels: 3 as const,
      data: pixels.subarray(place * clipBytes, (place + 1) * clipBytes),
      frames,
    },
  })

  return {
    async measure(tokenizer) {
      const tokenized = await reconstruct(tokenizer, originals)
      const { kept, health } = tokenizerQuality(tokenized, tokenizer)
      return { ...kept, ...health }
    },
    async sheet(tokenizer) {
      const count = Math.min(shown[kind], chosen.length)
      const pixels = originals.subarray(0, count * clipBytes)
      const { kept } = await reconstruct(tokenizer, pixels)
      const cells = Array.from({ length: count }, (_, place) => [
        cellOf(pixels, place),
        cellOf(kept, place),
      ]).flat()
      return media.encodePng(await drawContactSheet(cells, { media, pictureSize: 96 }))
    },
  }
}
