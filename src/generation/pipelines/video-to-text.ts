/** `pipeline('video-to-text')`: a clip in, words out. */

import type { Media } from '../../data/media.js'
import type { Files } from '../../storage/files.js'
import { requireClips } from '../text-image/require-clips.js'
import type { TextImageModel } from '../text-image/text-image-model.js'
import type { ImageToTextOptions, ImageToTextOutput } from './image-to-text.js'
import { type ClipInput, readClipInput } from './raw-clip.js'

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
  const shape = { size: model.image.size, frames: requireClips(model) }
  const say = async (
    clip: ClipInput,
    { temperature = 0, top_k: topK = 0, top_p: topP = 1, seed = 0 }: ImageToTextOptions,
  ): Promise<ImageToTextOutput[]> => {
    const pixels = await readClipInput(clip, shape, platform)
    return [{ generated_text: await model.caption(pixels, { temperature, topK, topP, seed }) }]
  }
  const call = async (
    clips: ClipInput | readonly ClipInput[],
    options: ImageToTextOptions = {},
  ) => {
    if (!Array.isArray(clips)) return say(clips as ClipInput, options)
    const outputs: ImageToTextOutput[][] = []
    for (const clip of clips) outputs.push(await say(clip, options))
    return outputs
  }
  return Object.assign(call, { dispose: () => model.close() }) as VideoToTextPipeline
}
