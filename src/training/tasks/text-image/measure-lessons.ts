/** Measures the losses of lessons on fixed examples of each part of the data. */

import { spreadOver } from '../../../data/order/spread-over.js'
import { createGraph } from '../../../engine/graph/graph.js'
import type { Program, Runtime, Tensors } from '../../../engine/runtime/runtime.js'
import { whileOpen } from '../../../engine/runtime/while-open.js'
import { createRandom } from '../../../engine/tensor/random.js'
import { numbersOf } from '../../../engine/tensor/tensor.js'
import { countFirst } from '../../objectives/weighted-labels.js'
import type { LessonExamples } from './lesson-examples.js'
import type { LessonObjectives } from './lesson-objectives.js'
import type { Lesson } from './lessons.js'

/** Examples of each part that losses are measured on. */
const measured = 256

export interface MeasureLessonsOptions {
  readonly runtime: Runtime
  readonly tensors: Tensors
  readonly examples: LessonExamples
  /** Examples of the cache, by the names of their parts. */
  readonly parts: Readonly<Record<string, readonly number[]>>
  readonly seed: number
}

/** The mean loss of each lesson on each part that has members: "drawing.heldOut". */
export const measureLessons = async (
  objectives: LessonObjectives,
  lessons: readonly Lesson[],
  options: MeasureLessonsOptions,
): Promise<Record<string, number>> => {
  const { runtime, tensors, parts } = options
  const measures: Record<string, number> = {}
  await whileOpen(runtime.createBuffers(tensors), async (buffers) => {
    for (const lesson of lessons) {
      const { loss } = objectives.loss(lesson).loss
      await whileOpen(
        runtime.createProgram(createGraph({ loss }), { buffers }),
        async (program) => {
          for (const [part, members] of Object.entries(parts)) {
            const chosen = spreadOver(members, measured)
            if (chosen.length === 0) continue
            const lossOn = { program, lesson, part, chosen }
            measures[`${lesson.name}.${part}`] = await meanLoss(objectives, lossOn, options)
          }
        },
      )
    }
  })
  return measures
}

/** The mean loss over the labels of members of a part, with the words and masks that the seed gives them. */
const meanLoss = async (
  { feeds, batch }: LessonObjectives,
  {
    program,
    lesson,
    part,
    chosen,
  }: {
    readonly program: Program
    readonly lesson: Lesson
    readonly part: string
    readonly chosen: readonly number[]
  },
  { examples, seed }: MeasureLessonsOptions,
): Promise<number> => {
  const sums = { loss: 0, labels: 0 }
  for (let first = 0; first < chosen.length; first += batch) {
    const random = createRandom(seed, 'measure', part, first / batch)
    // The last batch is filled up with members that do not count.
    const members = Array.from(
      { length: batch },
      (_, place) => chosen[(first + place) % chosen.length]!,
    )
    const shown = await Promise.all(members.map(examples.toMeasure))
    const fed = countFirst(feeds(lesson, shown, random), (chosen.length - first) / batch)
    const labels = numbersOf(fed['total weight']!)[0]!
    if (labels === 0) continue
    const { loss } = await program.run(fed)
    sums.loss += numbersOf(loss!)[0]! * labels
    sums.labels += labels
  }
  return sums.loss / sums.labels
}
