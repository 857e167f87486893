/** `pipeline('video-to-text')`: a clip in, words out. */

import type { Media } from '../../data/media/media.js'
import type { Files } from '../../storage/files.js'
import { middleOfClip } from '../text-image/clip-windows.js'
import { requireClips } from '../text-image/require-clips.js'
import type { TextImageModel } from '../text-image/text-image-model.js'
import { type ImageToTextOptions, type ImageToTextOutput, sayCaption } from './image-to-text.js'
import { oneOrSeveral } from './one-or-several.js'
import { type ClipInput, readWholeClip } from './raw-clip.js'

export interface VideoToTextPipeline {
  /** What a clip shows. Throws DataError for what is no clip. */
  (clip: ClipInput, options?: ImageToTextOptions): Promise<ImageToTextOutput[]>
  /** What each of several clips shows. */
  (clips: readonly ClipInput[], options?: ImageToTextOptions): Promise<ImageToTextOutput[][]>
  dispose(): Promise<void>
}

/** Throws DataError for a model of pictures. */
export const createVideoToText = (
  model: TextImageModel,
  platform: { readonly files: Files; readonly media: Media },
): VideoToTextPipeline => {
  requireClips(model)
  const call = async (clips: ClipInput | readonly ClipInput[], options: ImageToTextOptions = {}) =>
    oneOrSeveral(clips, async (clip) =>
      sayCaption(
        model,
        middleOfClip(model, await readWholeClip(clip, model.image.size, platform)),
        options,
      ),
    )
  // One input has one answer, and a list has a list of them.
  return Object.assign(call, { dispose: () => model.close() }) as VideoToTextPipeline
}
