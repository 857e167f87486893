/** `pipeline('text-to-image')`: a phrase in, pictures out. */

import type { Media } from '../../data/media/media.js'
import type { Files } from '../../storage/files.js'
import { checkOptions } from '../check-options.js'
import type { DrawOptions } from '../text-image/draw-request.js'
import type { TextImageModel } from '../text-image/text-image-model.js'
import { withoutGaps } from '../without-gaps.js'
import { createPhraseCall, type WordsRead } from './draw-phrases.js'
import { createRawImage, type RawImage } from './raw-image.js'

export interface TextToImageOptions {
  /** Pictures of each phrase; 1 when left out. */
  readonly num_images?: number
  /** The same seed gives the same pictures; 0 when left out. */
  readonly seed?: number
  /** How far the words push; 1 takes the model as it is. */
  readonly guidance_scale?: number
  readonly temperature?: number
  readonly top_k?: number
  readonly top_p?: number
  /** Passes of parallel drawing. */
  readonly num_inference_steps?: number
  /** Drawings of each picture, of which the one is kept that fits the words best. */
  readonly num_candidates?: number
}

export type DrawnImage = RawImage & WordsRead

export interface TextToImagePipeline {
  /**
   * Pictures of a phrase. Throws DataError for a phrase that is empty, too long, broken or in a
   * script that the model never learned.
   */
  (phrase: string, options?: TextToImageOptions): Promise<DrawnImage[]>
  /** Pictures of each of several phrases. */
  (phrases: readonly string[], options?: TextToImageOptions): Promise<DrawnImage[][]>
  dispose(): Promise<void>
}

const names = {
  count: 'num_images',
  guidance: 'guidance_scale',
  topK: 'top_k',
  topP: 'top_p',
  passes: 'num_inference_steps',
  candidates: 'num_candidates',
}

/**
 * The same in our words; what is left out is left to the model. Throws DataError for what is out of
 * range.
 */
export const drawOptions = ({
  guidance_scale: guidance,
  temperature,
  top_k: topK,
  top_p: topP,
  num_inference_steps: passes,
  num_candidates: candidates,
}: Omit<TextToImageOptions, 'num_images'>): DrawOptions => {
  const options = withoutGaps({ guidance, temperature, topK, topP, passes, candidates })
  checkOptions(options, names)
  return options
}

export const createTextToImage = (
  model: TextImageModel,
  platform: {
    readonly files: Files
    readonly media: Media
    readonly versions: { readonly tesserae: string }
  },
): TextToImagePipeline => {
  const isOfClips = model.config.layout.frames > 1
  const call = createPhraseCall(model, platform.versions, async (given: TextToImageOptions) => {
    const { num_images: count = 1, seed = 0 } = given
    checkOptions({ count }, names)
    return {
      asked: { count, seed },
      options: { ...drawOptions(given), ...(isOfClips && { frames: 1 }) },
      show: ({ pixels, origin }) =>
        createRawImage(pixels, model.image.size, { ...platform, origin }),
    }
  })
  // One input has one answer, and a list has a list of them.
  return Object.assign(call, { dispose: () => model.close() }) as TextToImagePipeline
}
