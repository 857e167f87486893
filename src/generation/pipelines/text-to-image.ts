/** `pipeline('text-to-image')`: a phrase in, pictures out. */

import type { Media } from '../../data/media.js'
import { DataError } from '../../errors.js'
import type { Files } from '../../storage/files.js'
import { createPhraseCheck } from '../text-image/check-phrase.js'
import { type DrawOptions, drawRequests } from '../text-image/draw-request.js'
import { unknownWordsOf } from '../text-image/known-words.js'
import type { TextImageModel } from '../text-image/text-image-model.js'
import { withoutGaps } from '../without-gaps.js'
import { originOf } from './drawing-origin.js'
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

export interface WordsRead {
  /** Words of the phrase that no caption had from which the model learned; it draws the others. */
  readonly unknown_words: readonly string[]
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

/** The same in our words; what is left out is left to the model. */
export const drawOptions = ({
  guidance_scale: guidance,
  temperature,
  top_k: topK,
  top_p: topP,
  num_inference_steps: passes,
  num_candidates: candidates,
}: Omit<TextToImageOptions, 'num_images'>): DrawOptions =>
  withoutGaps({ guidance, temperature, topK, topP, passes, candidates })

export const createTextToImage = (
  model: TextImageModel,
  platform: {
    readonly files: Files
    readonly media: Media
    readonly versions: { readonly tesserae: string }
  },
): TextToImagePipeline => {
  const checkPhrase = createPhraseCheck(model.text)
  const draw = async (phrases: readonly string[], options: TextToImageOptions) => {
    const { num_images: count = 1, seed = 0 } = options
    if (!Number.isInteger(count) || count < 1) {
      throw new DataError(`num_images: expected a whole number of at least 1, got ${count}`)
    }
    phrases.forEach(checkPhrase)
    const requests = drawRequests(phrases, { count, seed })
    const isOfClips = model.config.layout.frames > 1
    const chosen = { ...drawOptions(options), ...(isOfClips && { frames: 1 }) }
    const drawings = await model.draw(requests, chosen)
    const images = drawings.map(
      ({ pixels }, place): DrawnImage => ({
        ...createRawImage(pixels, model.image.size, {
          ...platform,
          origin: originOf(model, requests[place]!, chosen, platform.versions),
        }),
        unknown_words: unknownWordsOf(requests[place]!.phrase, model),
      }),
    )
    return phrases.map((_, place) => images.slice(place * count, (place + 1) * count))
  }
  const call = async (phrases: string | readonly string[], options: TextToImageOptions = {}) =>
    typeof phrases === 'string' ? (await draw([phrases], options))[0] : draw(phrases, options)
  return Object.assign(call, { dispose: () => model.close() }) as TextToImagePipeline
}
