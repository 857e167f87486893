/** How well an image tokenizer keeps pictures or clips, and how well it uses its codes. */

import type { ImageTokenizer } from '../../tokenizers/image/image-tokenizer.js'
import { type ClipQuality, clipQuality } from './clip-quality.js'
import { type CodeHealth, codeHealth } from './code-health.js'

/** Clips, or pictures, which have one frame. */
export interface TokenizedClips {
  /** RGB bytes [clips, frames, size, size, 3]. */
  readonly originals: Uint8Array
  readonly codes: Int32Array
  /** The same clips as their codes keep them. */
  readonly kept: Uint8Array
  readonly frames: number
}

export interface TokenizerQuality {
  /** Means over all frames; of several, the first and the last apart, and how still they stand. */
  readonly kept: { readonly psnrDb: number; readonly ssim: number } & Readonly<
    Record<string, number>
  >
  readonly byFrame: Pick<ClipQuality, 'psnrDb' | 'ssim'>
  readonly health: CodeHealth
}

export const tokenizerQuality = (
  { originals, codes, kept, frames }: TokenizedClips,
  { size, codes: alphabet }: Pick<ImageTokenizer, 'size' | 'codes'>,
): TokenizerQuality => {
  const byFrame = clipQuality(originals, kept, { frames, size })
  const { psnrDb, ssim, flicker, originalFlicker } = byFrame
  return {
    kept: {
      psnrDb: meanOf(psnrDb),
      ssim: meanOf(ssim),
      ...(frames > 1 && {
        psnrFirstDb: psnrDb[0]!,
        psnrLastDb: psnrDb.at(-1)!,
        flicker,
        originalFlicker,
      }),
    },
    byFrame,
    health: codeHealth(codes, alphabet),
  }
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
