/** Measures whether a model finds what happens when in clips put together of three. */

import { framesOf, joinFrames, type Picture } from '../../../data/media/media.js'
import { answerOf, type Question } from '../../../data/question.js'
import { analyzeClip, type ClipPart } from '../../../generation/text-image/analyze-clip.js'
import type { EvaluateOptions, Measures } from '../measures.js'

/** A longer clip of parts of the same length. */
interface LongClip {
  readonly picture: ReturnType<typeof joinFrames>
  readonly labels: readonly string[]
}

const partsOfClip = 3
/** A boundary is found where one is as near as this, in frames. */
const nearEnough = 1
/** Different clips that are looked at for one with another label than the part before. */
const triesAtMost = 20

/** The same character doing one thing after another. */
const longClipOf = async (
  index: number,
  question: Question,
  { cache }: EvaluateOptions['data'],
): Promise<LongClip> => {
  const pictures: Picture[] = [await cache.picture(index)]
  const labels = [labelOf(question, cache.examples[index]!)]
  for (let place = 0; place < triesAtMost && labels.length < partsOfClip; place++) {
    const { picture, ...facts } = await cache.next!(index, place)
    const label = labelOf(question, facts)
    if (label === labels.at(-1)) continue
    labels.push(label)
    pictures.push(picture)
  }
  return { picture: joinFrames(pictures.flatMap(framesOf)), labels }
}

const labelOf = (question: Question, example: Parameters<typeof answerOf>[1]): string =>
  question.answers[answerOf(question, example) ?? -1]?.values.join(', ') ?? ''

/** Shares of boundaries and labels that are found; boundaries that are none, for each clip. */
export const measureTimelines = async (
  chosen: readonly number[],
  options: EvaluateOptions,
): Promise<Measures> => {
  const { model, data, onProgress } = options
  const question = model.questions!.find(({ changes }) => changes)!
  const counts = { boundaries: 0, labels: 0, found: 0, ofBoundaries: 0, ofLabels: 0 }
  for (const [place, index] of chosen.entries()) {
    const { picture, labels } = await longClipOf(index, question, data)
    const parts = await analyzeClip(model, picture)
    const length = picture.frames / labels.length
    const starts = parts.slice(1).map(({ start }) => start)
    counts.found += starts.length
    for (let part = 0; part < labels.length; part++) {
      const start = part * length
      counts.ofLabels++
      if (partAt(parts, start + length / 2).label === labels[part]) counts.labels++
      if (part === 0) continue
      counts.ofBoundaries++
      if (starts.some((found) => Math.abs(found - start) <= nearEnough)) counts.boundaries++
    }
    onProgress('timelines', place + 1, chosen.length)
  }
  return {
    boundaries: counts.boundaries / counts.ofBoundaries,
    labels: counts.labels / counts.ofLabels,
    needless: (counts.found - counts.boundaries) / chosen.length,
    examples: chosen.length,
  }
}

const partAt = (parts: readonly ClipPart[], frame: number): ClipPart =>
  parts.find(({ start, end }) => start <= frame && frame < end)!
