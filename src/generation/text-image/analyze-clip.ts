/**
 * What happens from when to when in a clip that is longer than a model reads: windows of as many
 * frames as it reads are asked about, one after another, and each frame is what the windows say in
 * whose middle it is.
 */

import { placesOfRuns, showFrames } from '../../data/media/frames.js'
import { type Clip, framesOf, joinFrames, type Picture } from '../../data/media/media.js'
import {
  type Answers,
  meanAnswers,
  meanByPlace,
  middleOfClip,
  windowsAtMost,
} from './clip-windows.js'
import { type Reading, readAttributes } from './readings.js'
import { oneFrame, requireClips } from './require-clips.js'
import type { TextImageModel } from './text-image-model.js'
import { findCuts, findSegments } from './timeline.js'

export interface ClipPart {
  /** The first frame, and the first one after the part. */
  readonly start: number
  readonly end: number
  /** The frame that is most like all others of the part. */
  readonly keyFrame: number
  /** What happens: "walk, right"; empty of a model whose answers do not change within a clip. */
  readonly label: string
  /** How likely that is, from 0 to 1; undefined without a label. */
  readonly score?: number
  readonly readings: readonly Reading[]
  readonly caption: string
}

export interface AnalyzeOptions {
  /** Frames from one that a window shows to its next; as the model learned, or 1, when left out. */
  readonly stride?: number | undefined
  readonly onProgress?: (work: string, done: number, total: number) => void
}

/** Throws DataError for a model that asks nothing of clips, and for a clip of one frame. */
export const analyzeClip = async (
  model: TextImageModel,
  clip: Clip,
  { stride = model.config.clipStride ?? 1, onProgress = () => {} }: AnalyzeOptions = {},
): Promise<ClipPart[]> => {
  const shown = requireClips(model)
  const frames = framesOf(clip)
  if (frames.length < 2) throw oneFrame('the clip')
  const { questions = [] } = model
  const moment = questions.findIndex(({ changes }) => changes)
  const windows = windowsOf(frames.length, { shown, stride })
  const answers: Answers[] = []
  for (const start of windows.starts) {
    const window = joinFrames(frames.slice(start, start + windows.span))
    const [places] = placesOfRuns(windows.span, { frames: shown, stride })
    answers.push(await model.answer(showFrames(window, places!).data))
    onProgress('windows', answers.length, windows.starts.length)
  }
  /** The answers of the windows in whose middle a frame is. */
  const answersAt = (frame: number): Answers[] => windows.around(frame).map((one) => answers[one]!)
  const segments =
    moment < 0
      ? [{ start: 0, end: frames.length, label: undefined }]
      : findSegments(
          frames.map((_, frame) =>
            meanByPlace(answersAt(frame).map((answer) => answer[moment]!.map(Math.log))),
          ),
          { cuts: findCuts(frames) },
        )
  const parts: ClipPart[] = []
  for (const { start, end, label } of segments) {
    const inside = Array.from({ length: end - start }, (_, place) =>
      answersAt(start + place),
    ).flat()
    const probabilities = meanAnswers(inside)
    const readings = readAttributes(questions, probabilities)
    const part = joinFrames(frames.slice(start, end))
    const happening =
      label === undefined
        ? { label: '' }
        : {
            label: questions[moment]!.answers[label]!.values.join(', '),
            score: probabilities[moment]![label]!,
          }
    parts.push({
      ...{ start, end, keyFrame: start + mostTypical(framesOf(part)) },
      ...happening,
      readings,
      caption: await model.caption(middleOfClip(model, part, stride)),
    })
    onProgress('parts', parts.length, segments.length)
  }
  return parts
}

/** Where windows begin, how many frames each spans, and which of them have a frame in the middle. */
const windowsOf = (frames: number, { shown, stride }: { shown: number; stride: number }) => {
  const span = Math.min(frames, (shown - 1) * stride + 1)
  const last = frames - span
  const count = Math.min(last + 1, windowsAtMost)
  const hop = count === 1 ? 1 : last / (count - 1)
  const middles = [Math.floor((shown - 1) / 2), Math.ceil((shown - 1) / 2)]
  return {
    span,
    starts: Array.from({ length: count }, (_, place) => Math.round(place * hop)),
    around: (frame: number): number[] =>
      middles.map((middle) =>
        Math.min(count - 1, Math.max(0, Math.round((frame - middle * stride) / hop))),
      ),
  }
}

/** The frame that differs least from the mean of all. */
const mostTypical = (frames: readonly Picture[]): number => {
  const mean = new Float64Array(frames[0]!.data.length)
  for (const { data } of frames) {
    for (let at = 0; at < mean.length; at++) mean[at]! += data[at]!
  }
  const distances = frames.map(({ data }) =>
    data.reduce((sum, value, at) => sum + (value - mean[at]! / frames.length) ** 2, 0),
  )
  return distances.indexOf(Math.min(...distances))
}
