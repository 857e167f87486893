/** What a model reads of a clip of any length, and what it says of the whole. */

import { takeFrames } from '../../data/media/frames.js'
import type { Clip } from '../../data/media/media.js'
import { requireClips } from './require-clips.js'
import type { TextImageModel } from './text-image-model.js'

/** For each question the probabilities of its answers. */
export type Answers = readonly (readonly number[])[]

/** RGB bytes of as many frames as the model reads, as often as its stride finds room for them. */
export const windowsOfClip = (model: TextImageModel, clip: Clip): Uint8Array[] => {
  const { clipStride: stride } = model.config
  return takeFrames(clip, { frames: requireClips(model), stride }).map(
    ({ picture }) => picture.data,
  )
}

/** What captions are about: a picture, or the window in the middle of a clip. */
export const middleOfClip = (model: TextImageModel, clip: Clip): Uint8Array => {
  if (clip.frames === 1) return clip.data
  const windows = windowsOfClip(model, clip)
  return windows[Math.floor(windows.length / 2)]!
}

/** What all windows of a clip say, each with the same weight. */
export const answerClip = async (model: TextImageModel, clip: Clip): Promise<number[][]> => {
  const answers: Answers[] = []
  for (const window of windowsOfClip(model, clip)) answers.push(await model.answer(window))
  return meanAnswers(answers)
}

/** The mean of several answers to the same questions. */
export const meanAnswers = (answers: readonly Answers[]): number[][] =>
  answers[0]!.map((_, question) => meanOf(answers.map((answer) => answer[question]!)))

/** The mean of lists of one length, place by place. */
export const meanOf = (lists: readonly (readonly number[])[]): number[] =>
  lists[0]!.map((_, place) => lists.reduce((sum, list) => sum + list[place]!, 0) / lists.length)
