/**
 * A run that trains a Transformer on words and pictures or clips, both directions in one model.
 * Pictures come as codes from a finished image tokenizer, words as the captions of the data. Of
 * clips, some steps learn the first frames alone, as pictures.
 */

import type { PictureCache } from '../../../data/cache.js'
import type { Language } from '../../../data/example.js'
import type { Media } from '../../../data/media/media.js'
import { createPlan } from '../../../data/order/plan.js'
import type { Split } from '../../../data/split.js'
import type { Tensors } from '../../../engine/runtime/runtime.js'
import { whileOpen } from '../../../engine/runtime/while-open.js'
import { createRandom } from '../../../engine/tensor/random.js'
import type { TextImageConfig } from '../../../generation/text-image/config.js'
import {
  createTextImageModel,
  type TextImageModel,
} from '../../../generation/text-image/text-image-model.js'
import { initializeParameters } from '../../../network/parameters.js'
import type { ImageTokenizer } from '../../../tokenizers/image/image-tokenizer.js'
import type { TextTokenizer } from '../../../tokenizers/text/index.js'
import { balanceParts } from '../../objectives/weighted-labels.js'
import type { PreparedStep, RunTask } from '../../run.js'
import { createTrainer, type Feeds, type Trainer } from '../../trainer.js'
import { describeExamples } from '../examples.js'
import type { TaskOptions } from '../task-options.js'
import type { CodeTable } from './code-table.js'
import { watchDrawings } from './drawings.js'
import { createLessonExamples } from './lesson-examples.js'
import { createLessonObjectives, type LessonObjectives } from './lesson-objectives.js'
import { type Lesson, planLessons } from './lessons.js'
import { measureLessons } from './measure-lessons.js'

export interface TextImageTaskOptions extends TaskOptions {
  readonly media: Media
  readonly config: TextImageConfig
  readonly cache: PictureCache
  readonly split: Split
  readonly codes: CodeTable
  readonly text: TextTokenizer
  readonly image: ImageTokenizer
  readonly languages: readonly Language[]
  readonly corruption: number
  readonly conditionDropout: number
  /** See `DrawingOptions`. */
  readonly continuedShare?: number
  readonly followingWeight?: number
  /** Of clips: the share of steps that learn from first frames alone. */
  readonly stillShare?: number
  /** How much the loss of words counts beside that of codes. */
  readonly textWeight: number
  /** How often each direction is trained, in proportion to each other. */
  readonly directions: { readonly textToImage: number; readonly imageToText: number }
  /** Parameters to start from; random ones when left out. */
  readonly start?: Tensors
}

export const createTextImageTask = async (options: TextImageTaskOptions): Promise<RunTask> => {
  const { runtime, media, config, cache, split, languages, text, image, seed } = options
  const { directions, averageDecay, batch, accumulation } = options
  const isOfClips = config.layout.frames > 1
  const stillShare = isOfClips ? (options.stillShare ?? 0) : 0
  const lessons = planLessons({ directions, stillShare })
  const objectives = createLessonObjectives(options)
  const examples = createLessonExamples({ ...options, train: split.train })
  const plan = createPlan({ count: split.train.length, batchSize: batch * accumulation, seed })
  const parts = { train: split.train, heldOutStyle: split.heldOutPairs, heldOut: split.heldOut }
  const drawings = watchDrawings({ media, cache, languages, isOfClips, train: split.train })
  const trainer = await createLessonsTrainer(options, lessons.taught, objectives)

  const withModel = <Result>(
    tensors: Tensors,
    use: (model: TextImageModel) => Promise<Result>,
  ): Promise<Result> =>
    whileOpen(createTextImageModel({ runtime, config, tensors, text, image }), use)

  return {
    trainer,
    async prepare(stepNumber): Promise<PreparedStep> {
      const random = createRandom(seed, 'step', stepNumber)
      const lesson = lessons.choose(random)
      const planned = plan(stepNumber - 1)
      const divided = Array.from({ length: accumulation }, (_, part) =>
        planned.slice(part * batch, (part + 1) * batch),
      )
      const batches: Feeds[] = []
      // One after another: each draws on the randomness that the one before has left.
      for (const part of divided) {
        const members = await Promise.all(part.map((one) => examples.toLearn(one, lesson)))
        batches.push(objectives.feeds(lesson, members, random))
      }
      const named = divided.map((part) =>
        describeExamples(part.map(({ index }) => cache.examples[split.train[index]!]!)),
      )
      return {
        updates: [
          { task: lesson.name, batches: balanceParts(batches), examples: named, averageDecay },
        ],
        tokens: batch * accumulation * objectives.lengthOf(lesson),
      }
    },
    async evaluate() {
      const tensors = await trainer.averaged()
      const measures = await measureLessons(objectives, lessons.taught, {
        ...{ runtime, tensors, examples, parts, seed },
      })
      if (directions.textToImage > 0) {
        measures['drawn.train'] = await withModel(tensors, drawings.recognise)
      }
      // What the model is mainly for, on what it has not seen as far as something was held out.
      const [{ name } = { name: '' }] = lessons.taught
      const scores = ['heldOutStyle', 'heldOut', 'train'].map((part) => measures[`${name}.${part}`])
      return { measures, score: scores.find((score) => score !== undefined)! }
    },
    async sample() {
      if (directions.textToImage === 0) return {}
      return withModel(await trainer.averaged(), async (drawer) => {
        const sheets: Record<string, Uint8Array> = {}
        for (const [part, members] of Object.entries(parts)) {
          const sheet = await drawings.sheet(drawer, members)
          if (sheet !== undefined) sheets[part] = sheet
        }
        return sheets
      })
    },
  }
}

/** The trainer of all lessons, which share their parameters. */
const createLessonsTrainer = (
  options: TextImageTaskOptions,
  lessons: readonly Lesson[],
  { model, loss }: LessonObjectives,
): Promise<Trainer> => {
  const { runtime, seed, optimizer, clipNorm, averageDecay, accumulation, textWeight } = options
  const step = { optimizer, clipNorm, hasAverage: averageDecay > 0 }
  return createTrainer({
    runtime,
    accumulation,
    tasks: lessons.map((lesson) => {
      const { loss: values, trained } = loss(lesson)
      const weight = lesson.direction === 'caption' ? textWeight : 1
      return { name: lesson.name, loss: { ...values, weight }, step: { ...step, trained } }
    }),
    tensors: { ...initializeParameters(model.parameters, { seed }), ...options.start },
    ...(options.restored === undefined ? {} : { restored: options.restored }),
  })
}
