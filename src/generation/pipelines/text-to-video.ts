/** `pipeline('text-to-video')`: a phrase in, clips out, from a first frame where one is given. */

import type { Media } from '../../data/media.js'
import { DataError } from '../../errors.js'
import type { Files } from '../../storage/files.js'
import { createPhraseCheck } from '../text-image/check-phrase.js'
import { drawRequests } from '../text-image/draw-request.js'
import { unknownWordsOf } from '../text-image/known-words.js'
import { requireClips } from '../text-image/require-clips.js'
import type { TextImageModel } from '../text-image/text-image-model.js'
import { originOf } from './drawing-origin.js'
import { createRawClip, type RawClip } from './raw-clip.js'
import { type ImageInput, readImageInput } from './raw-image.js'
import { drawOptions, type TextToImageOptions, type WordsRead } from './text-to-image.js'

export interface TextToVideoOptions extends Omit<TextToImageOptions, 'num_images'> {
  /** Clips of each phrase; 1 when left out. */
  readonly num_videos?: number
  /** Frames of each clip; as many as the model draws when left out. */
  readonly num_frames?: number
  /** The first frame, which is kept as far as the model's codes can. */
  readonly image?: ImageInput
  /** How fast saved clips are; eight frames a second when left out. */
  readonly fps?: number
}

export type DrawnClip = RawClip & WordsRead

export interface TextToVideoPipeline {
  /**
   * Clips of a phrase. Throws DataError for a phrase that is empty, too long, broken or in a script
   * that the model never learned.
   */
  (phrase: string, options?: TextToVideoOptions): Promise<DrawnClip[]>
  /** Clips of each of several phrases. */
  (phrases: readonly string[], options?: TextToVideoOptions): Promise<DrawnClip[][]>
  dispose(): Promise<void>
}

/** Throws DataError for a model of pictures. */
export const createTextToVideo = (
  model: TextImageModel,
  platform: {
    readonly files: Files
    readonly media: Media
    readonly versions: { readonly tesserae: string }
  },
): TextToVideoPipeline => {
  const allFrames = requireClips(model)
  const { size } = model.image
  const checkPhrase = createPhraseCheck(model.text)
  const draw = async (phrases: readonly string[], options: TextToVideoOptions) => {
    const { num_videos: count = 1, num_frames: frames = allFrames, seed = 0, image, fps } = options
    if (!Number.isInteger(count) || count < 1) {
      throw new DataError(`num_videos: expected a whole number of at least 1, got ${count}`)
    }
    phrases.forEach(checkPhrase)
    const start =
      image === undefined
        ? undefined
        : await model.image.encode(await readImageInput(image, size, platform))
    const requests = drawRequests(phrases, { count, seed, ...(start !== undefined && { start }) })
    const chosen = { ...drawOptions(options), frames }
    const drawings = await model.draw(requests, chosen)
    const clips = drawings.map(
      ({ pixels }, place): DrawnClip => ({
        ...createRawClip(
          pixels,
          { size, frames },
          {
            ...platform,
            framesPerSecond: fps,
            origin: originOf(model, requests[place]!, chosen, platform.versions),
          },
        ),
        unknown_words: unknownWordsOf(requests[place]!.phrase, model),
      }),
    )
    return phrases.map((_, place) => clips.slice(place * count, (place + 1) * count))
  }
  const call = async (phrases: string | readonly string[], options: TextToVideoOptions = {}) =>
    typeof phrases === 'string' ? (await draw([phrases], options))[0] : draw(phrases, options)
  return Object.assign(call, { dispose: () => model.close() }) as TextToVideoPipeline
}
