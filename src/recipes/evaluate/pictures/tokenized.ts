/** What an image tokenizer keeps of pictures or clips, frame by frame and in time. */

import type { ImageTokenizer } from '../../../tokenizers/image/image-tokenizer.js'
import {
  type TokenizedClips,
  tokenizerQuality,
} from '../../../training/metrics/tokenizer-quality.js'
import type { Measures } from '../measures.js'

export interface CountedClips extends TokenizedClips {
  readonly clips: number
}

/** RGB bytes [frames, size, size, 3] of each → what is left of them. Pictures have one frame. */
export const tokenizeClips = async (
  image: ImageTokenizer,
  clips: readonly Uint8Array[],
): Promise<CountedClips> => {
  const bytes = image.size ** 2 * 3
  const frames = (clips[0]?.length ?? bytes) / bytes
  const originals = new Uint8Array(clips.length * frames * bytes)
  clips.forEach((clip, place) => {
    originals.set(clip, place * frames * bytes)
  })
  const codes = await image.encode(originals, { frames })
  const kept = await image.decode(codes, { frames })
  return { originals, codes, kept, clips: clips.length, frames }
}

/** Each of the clips as its codes keep it. */
export const keptClips = ({ kept, clips }: CountedClips): Uint8Array[] => {
  const bytes = kept.length / clips
  return Array.from({ length: clips }, (_, clip) => kept.subarray(clip * bytes, (clip + 1) * bytes))
}

/** How near they stay to themselves, and how many of the codes they need. */
export const measureTokenizer = (tokenized: CountedClips, image: ImageTokenizer): Measures => {
  const { kept, byFrame, health } = tokenizerQuality(tokenized, image)
  return {
    ...kept,
    codeUsage: health.usage,
    perplexity: health.perplexity,
    deadCodes: health.dead,
    examples: tokenized.clips,
    ...(tokenized.frames > 1 && {
      // Counted from 1.
      frames: Object.fromEntries(
        byFrame.psnrDb.map((psnrDb, place) => [place + 1, { psnrDb, ssim: byFrame.ssim[place]! }]),
      ),
    }),
  }
}
