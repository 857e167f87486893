/** `pipeline('text-to-video')`: a phrase in, clips out, from a first frame where one is given. */

import type { Media } from '../../data/media/media.js'
import type { Files } from '../../storage/files.js'
import { checkOptions } from '../check-options.js'
import { requireClips } from '../text-image/require-clips.js'
import type { TextImageModel } from '../text-image/text-image-model.js'
import { createPhraseCall, type WordsRead } from './draw-phrases.js'
import { createRawClip, type RawClip } from './raw-clip.js'
import { type ImageInput, readImageInput } from './raw-image.js'
import { drawOptions, type TextToImageOptions } from './text-to-image.js'

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
  const call = createPhraseCall(model, platform.versions, async (given: TextToVideoOptions) => {
    const { num_videos: count = 1, num_frames: frames = allFrames, seed = 0, image, fps } = given
    checkOptions({ count, framesPerSecond: fps }, { count: 'num_videos', framesPerSecond: 'fps' })
    const start =
      image === undefined
        ? undefined
        : await model.image.encode(await readImageInput(image, size, platform))
    return {
      asked: { count, seed, ...(start !== undefined && { start }) },
      options: { ...drawOptions(given), frames },
      show: ({ pixels, origin }) =>
        createRawClip(pixels, { size, frames }, { ...platform, framesPerSecond: fps, origin }),
    }
  })
  // One input has one answer, and a list has a list of them.
  return Object.assign(call, { dispose: () => model.close() }) as TextToVideoPipeline
}
