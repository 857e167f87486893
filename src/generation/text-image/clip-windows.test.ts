import { expect, test } from 'vitest'
import { glowingQuestions } from '../../../test/support/glowing-clips.js'
import { tinyPixels } from '../../../test/support/tiny-image-tokenizer.js'
import { tinyClipModel } from '../../../test/support/tiny-model.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { answerClip, middleOfClip, windowsAtMost } from './clip-windows.js'

const { model } = await tinyClipModel(createInlineRuntime({ threads: 1 }), {}, glowingQuestions)
const strided = { ...model, config: { ...model.config, clipStride: 1 } }
const clipOf = (frames: number) => ({
  ...{ width: 8, height: 8 * frames, channels: 3 as const, frames },
  data: tinyPixels(frames),
})
const clip = clipOf(7)
const framesAt = (...places: number[]) =>
  new Uint8Array(places.flatMap((frame) => [...clip.data.slice(frame * 192, (frame + 1) * 192)]))

test('a clip is spread over the frames that a model reads', () => {
  expect(middleOfClip(model, clip)).toEqual(framesAt(0, 3, 6))
})

test('a model that learned at a stride reads a clip in windows, and all of them count', async () => {
  const windows = [framesAt(0, 1, 2), framesAt(2, 3, 4), framesAt(4, 5, 6)]
  expect(middleOfClip(strided, clip)).toEqual(windows[1])
  const apart = await Promise.all(windows.map((window) => model.answer(window)))
  const together = await answerClip(strided, clip)
  for (const [question, scores] of together.entries()) {
    for (const [answer, score] of scores.entries()) {
      const mean = apart.reduce((sum, one) => sum + one[question]![answer]!, 0) / apart.length
      expect(score).toBeCloseTo(mean, 10)
    }
  }
})

test('a caption is about frames as far apart as is asked for', () => {
  expect(middleOfClip(model, clip, 1)).toEqual(framesAt(2, 3, 4))
  expect(middleOfClip(strided, clip, 3)).toEqual(framesAt(0, 3, 6))
})

test('of very many windows some are asked about', async () => {
  const long = clipOf(600)
  const asked = new Set<string>()
  const answer = async (pixels: Uint8Array) => {
    asked.add(String(pixels))
    return [[0.25, 0.75]]
  }
  expect(await answerClip({ ...strided, answer }, long)).toEqual([[0.25, 0.75]])
  expect(asked.size).toBe(windowsAtMost)
})

test('a picture is what its caption is about', () => {
  expect(middleOfClip(model, clipOf(1))).toEqual(tinyPixels(1))
})
