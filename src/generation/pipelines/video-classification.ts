/** `pipeline('video-classification')`: a clip in, labels of what happens in it out. */

import type { Media } from '../../data/media/media.js'
import { DataError } from '../../errors.js'
import type { Files } from '../../storage/files.js'
import { checkOptions } from '../check-options.js'
import { answerClip } from '../text-image/clip-windows.js'
import { readAttributes } from '../text-image/readings.js'
import { requireClips, tellsNothingApart } from '../text-image/require-clips.js'
import type { TextImageModel } from '../text-image/text-image-model.js'
import { oneOrSeveral } from './one-or-several.js'
import { type ClipInput, readMovingClip } from './raw-clip.js'

export interface VideoClassificationOptions {
  /** How many labels, best first; 5 when left out, all for null. */
  readonly top_k?: number | null
  /** Which of the attributes that the model tells apart; the first, what happens, when left out. */
  readonly attribute?: string
}

export interface VideoClassificationOutput {
  readonly label: string
  readonly score: number
}

export interface VideoClassificationPipeline {
  /**
   * The likeliest labels of a clip, best first. Throws DataError for what is no clip, and for an
   * attribute that the model does not tell apart.
   */
  (clip: ClipInput, options?: VideoClassificationOptions): Promise<VideoClassificationOutput[]>
  /** The labels of each of several clips. */
  (
    clips: readonly ClipInput[],
    options?: VideoClassificationOptions,
  ): Promise<VideoClassificationOutput[][]>
  dispose(): Promise<void>
}

/** Throws DataError for a model of pictures, and for one that tells nothing apart. */
export const createVideoClassification = (
  model: TextImageModel,
  platform: { readonly files: Files; readonly media: Media },
): VideoClassificationPipeline => {
  requireClips(model)
  const { questions = [] } = model
  const names = questions.flatMap(({ attributes }) => attributes.map(({ name }) => name))
  if (names.length === 0) throw tellsNothingApart()
  const classify = async (
    clip: ClipInput,
    { top_k: topK = 5, attribute = names[0]! }: VideoClassificationOptions,
  ): Promise<VideoClassificationOutput[]> => {
    if (!names.includes(attribute)) {
      throw new DataError(
        `attribute: expected one of ${names.join(', ')}, got ${JSON.stringify(attribute)}`,
      )
    }
    if (topK !== null) checkOptions({ count: topK }, { count: 'top_k' })
    const answers = await answerClip(model, await readMovingClip(clip, model.image.size, platform))
    const { labels } = readAttributes(questions, answers)[names.indexOf(attribute)]!
    return labels.slice(0, topK ?? labels.length)
  }
  const call = async (
    clips: ClipInput | readonly ClipInput[],
    options: VideoClassificationOptions = {},
  ) => oneOrSeveral(clips, (clip) => classify(clip, options))
  // One input has one answer, and a list has a list of them.
  return Object.assign(call, { dispose: () => model.close() }) as VideoClassificationPipeline
}
