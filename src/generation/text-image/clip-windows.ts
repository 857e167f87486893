/** What a model reads of a clip of any length, and what it says of the whole. */

import { placesOfRuns, showFrames } from '../../data/media/frames.js'
import type { Clip } from '../../data/media/media.js'
import { spreadOver } from '../../data/order/spread-over.js'
import { requireClips } from './require-clips.js'
import type { TextImageModel } from './text-image-model.js'

/** For each question the probabilities of its answers. */
export type Answers = readonly (readonly number[])[]

/** Windows of a clip that are asked about at most; of more, some are left out evenly. */
export const windowsAtMost = 256

/** Where the frames of each window are: as many as the model reads, as often as a stride finds room. */
const windowsOf = (
  model: TextImageModel,
  clip: Clip,
  stride: number | undefined,
): (readonly number[])[] => placesOfRuns(clip.frames, { frames: requireClips(model), stride })

/**
 * What captions are about, as RGB bytes: a picture, or the window in the middle of a clip. Frames of a
 * window are as far apart as the model learned it when the stride is left out.
 */
export const middleOfClip = (
  model: TextImageModel,
  clip: Clip,
  stride = model.config.clipStride,
): Uint8Array => {
  if (clip.frames === 1) return clip.data
  const windows = windowsOf(model, clip, stride)
  return showFrames(clip, windows[Math.floor(windows.length / 2)]!).data
}

/** What the windows of a clip say, each with the same weight. */
export const answerClip = async (model: TextImageModel, clip: Clip): Promise<number[][]> => {
  const answers: Answers[] = []
  const windows = spreadOver(windowsOf(model, clip, model.config.clipStride), windowsAtMost)
  for (const places of windows) answers.push(await model.answer(showFrames(clip, places).data))
  return meanAnswers(answers)
}

/** The mean of several answers to the same questions. */
export const meanAnswers = (answers: readonly Answers[]): number[][] =>
  answers[0]!.map((_, question) => meanByPlace(answers.map((answer) => answer[question]!)))

/** The mean of lists of one length, place by place. */
export const meanByPlace = (lists: readonly (readonly number[])[]): number[] =>
  lists[0]!.map((_, place) => lists.reduce((sum, list) => sum + list[place]!, 0) / lists.length)
