/** Measures how a clip tokenizer keeps clips, frame by frame and in time. */

import type { ImageTokenizer } from '../../../tokenizers/image/image-tokenizer.js'
import { clipQuality } from '../../../training/metrics/clip-quality.js'
import { codeHealth } from '../../../training/metrics/code-health.js'
import type { Measures } from '../measures.js'

export interface TokenizedClips {
  /** RGB bytes [clips, frames, size, size, 3]. */
  readonly originals: Uint8Array
  readonly codes: Int32Array
  /** The same clips as their codes keep them. */
  readonly kept: Uint8Array
  readonly clips: number
  readonly frames: number
}

export const tokenizeClips = async (
  image: ImageTokenizer,
  clips: readonly Uint8Array[],
): Promise<TokenizedClips> => {
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
export const keptClips = ({ kept, clips }: TokenizedClips): Uint8Array[] => {
  const bytes = kept.length / clips
  return Array.from({ length: clips }, (_, clip) => kept.subarray(clip * bytes, (clip + 1) * bytes))
}

export const measureClipTokenizer = (
  { originals, codes, kept, clips, frames }: TokenizedClips,
  { size, codes: alphabet }: ImageTokenizer,
): Measures => {
  const { psnrDb, ssim, flicker, originalFlicker } = clipQuality(originals, kept, { frames, size })
  const { usage, perplexity, dead } = codeHealth(codes, alphabet)
  return {
    psnrDb: meanOf(psnrDb),
    psnrFirstDb: psnrDb[0]!,
    psnrLastDb: psnrDb.at(-1)!,
    ssim: meanOf(ssim),
    codeUsage: usage,
    perplexity,
    deadCodes: dead,
    flicker,
    originalFlicker,
    examples: clips,
    // Counted from 1.
    frames: Object.fromEntries(
      psnrDb.map((db, place) => [place + 1, { psnrDb: db, ssim: ssim[place]! }]),
    ),
  }
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
