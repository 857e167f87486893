/**
 * A run that trains a Transformer on words and pictures or clips, both directions in one model.
 * Pictures come as codes from a finished image tokenizer, words as the captions of the data. Of
 * clips, some steps learn the first frames alone, as pictures.
 */

import type { PictureCache } from '../../data/cache.js'
import { captionOf } from '../../data/captions.js'
import type { Language } from '../../data/example.js'
import type { Media } from '../../data/media.js'
import { createPlan, type PlannedExample } from '../../data/plan.js'
import type { Split } from '../../data/split.js'
import { createGraph } from '../../engine/graph/graph.js'
import type { Program, Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { whileOpen } from '../../engine/runtime/while-open.js'
import { createRandom, type Random } from '../../engine/tensor/random.js'
import type { Tensor } from '../../engine/tensor/tensor.js'
import { numbersOf } from '../../engine/tensor/tensor.js'
import { type TextImageConfig, textImageOf } from '../../generation/text-image/config.js'
import {
  createTextImageModel,
  type TextImageModel,
} from '../../generation/text-image/text-image-model.js'
import { codesOf } from '../../network/models/clip-grid.js'
import { initializeParameters, parameterInputs } from '../../network/parameters.js'
import type { ImageTokenizer } from '../../tokenizers/image/image-tokenizer.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import {
  type BatchContext,
  captionBatch,
  captionLoss,
  type DrawingOptions,
  drawingBatch,
  drawingLoss,
  type TextImageExample,
} from '../objectives/text-image.js'
import { balanceParts } from '../objectives/weighted-labels.js'
import type { Optimizer } from '../optimizers/optimizer.js'
import type { PreparedStep, RunTask } from '../run.js'
import { createTrainer, type Feeds } from '../trainer.js'
import type { CodeTable } from './code-table.js'
import { describeExamples, spreadOver } from './examples.js'
import { watchDrawings } from './text-image-drawings.js'

export interface TextImageTaskOptions {
  readonly runtime: Runtime
  readonly media: Media
  readonly config: TextImageConfig
  readonly cache: PictureCache
  readonly split: Split
  readonly codes: CodeTable
  readonly text: TextTokenizer
  readonly image: ImageTokenizer
  readonly languages: readonly Language[]
  readonly seed: number
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
  readonly optimizer: Optimizer
  readonly clipNorm: number
  readonly averageDecay: number
  readonly batch: number
  readonly accumulation: number
  /** Parameters to start from; random ones when left out. */
  readonly start?: Tensors
  /** A saved state to go on from. */
  readonly restored?: Readonly<Record<string, Tensor>>
}

/** Examples of each part that losses are measured on. */
const measured = 256
type Direction = 'drawing' | 'caption'

/** What a step learns. */
interface Lesson {
  readonly name: 'drawing' | 'caption' | 'stillDrawing' | 'stillCaption'
  readonly direction: Direction
  /** Frames of each example that are read; all when left out. */
  readonly frames?: number
}

const lessons: readonly Lesson[] = [
  { name: 'drawing', direction: 'drawing' },
  { name: 'caption', direction: 'caption' },
  { name: 'stillDrawing', direction: 'drawing', frames: 1 },
  { name: 'stillCaption', direction: 'caption', frames: 1 },
]

export const createTextImageTask = async (options: TextImageTaskOptions): Promise<RunTask> => {
  const { runtime, media, config, cache, split, codes, text, languages, seed } = options
  const { optimizer, clipNorm, averageDecay, batch, accumulation, corruption } = options
  const { vocabulary, model } = textImageOf(config)
  const { layout } = config
  const isParallel = config.drawing === 'masked-codes'
  const { conditionDropout, continuedShare = 0, followingWeight = 1 } = options
  const drawing: DrawingOptions = {
    ...{ isParallel, corruption, conditionDropout, continuedShare, followingWeight },
  }
  const isOfClips = layout.frames > 1
  const stillShare = isOfClips ? (options.stillShare ?? 0) : 0
  const { textToImage, imageToText } = options.directions
  const captionShare = imageToText / (imageToText + textToImage)
  const taught = lessons.filter(
    ({ direction, frames }) =>
      (direction === 'drawing' ? textToImage : imageToText) > 0 &&
      (frames === undefined || stillShare > 0),
  )

  const buildLoss = ({ direction, frames }: Lesson, size: number) => {
    const { values, inputs } = parameterInputs(model.parameters)
    const loss =
      direction === 'drawing'
        ? drawingLoss(model, values, { batch: size, frames, isParallel })
        : captionLoss(model, values, { batch: size, frames })
    return { loss, trained: inputs }
  }
  const step = { optimizer, clipNorm, hasAverage: averageDecay > 0 }
  const trainer = await createTrainer({
    runtime,
    accumulation,
    tasks: taught.map((lesson) => {
      const { loss, trained } = buildLoss(lesson, batch)
      const weight = lesson.direction === 'caption' ? options.textWeight : 1
      return { name: lesson.name, loss: { ...loss, weight }, step: { ...step, trained } }
    }),
    tensors: { ...initializeParameters(model.parameters, { seed }), ...options.start },
    ...(options.restored === undefined ? {} : { restored: options.restored }),
  })

  const wordsOf = (index: number, place: { seed: number; epoch: number }): number[] =>
    text.encode(captionOf(cache.examples[index]!, { ...place, languages }).text)
  const exampleOf = async (
    { index, epoch }: PlannedExample,
    { direction, frames }: Lesson,
  ): Promise<TextImageExample> => {
    // Of a crossing only the words are true, and not of its first frame.
    const crossings = direction === 'caption' && frames === undefined ? codes.crossings : 0
    const random = createRandom(seed, 'variant', epoch, index)
    return {
      words: wordsOf(split.train[index]!, { seed, epoch }),
      codes: await codes.codes(split.train[index]!, random.integer(codes.variants + crossings)),
    }
  }
  const feedsOf = (
    { direction, frames = layout.frames }: Lesson,
    examples: readonly TextImageExample[],
    context: BatchContext,
  ): Feeds => {
    const count = codesOf({ ...layout, frames })
    const seen = examples.map(({ words, codes }) => ({
      words,
      codes: Array.prototype.slice.call(codes, 0, count),
    }))
    return direction === 'drawing'
      ? drawingBatch(seen, context, drawing)
      : captionBatch(seen, context, { corruption })
  }
  const plan = createPlan({ count: split.train.length, batchSize: batch * accumulation, seed })

  const parts = { train: split.train, heldOutStyle: split.heldOutPairs, heldOut: split.heldOut }

  /** By lot; whether a step is about first frames is drawn only where there are others. */
  const chooseLesson = (random: Random): Lesson => {
    const direction = random.uniform() < captionShare ? 'caption' : 'drawing'
    const isStill = stillShare > 0 && random.uniform() < stillShare
    return lessons.find(
      (lesson) => lesson.direction === direction && (lesson.frames === 1) === isStill,
    )!
  }

  /** The mean loss of members of a part, with the words and masks that the seed gives them. */
  const measureLoss = async (
    program: Program,
    lesson: Lesson,
    { part, chosen }: { readonly part: string; readonly chosen: readonly number[] },
  ): Promise<number> => {
    const batches = Math.ceil(chosen.length / batch)
    let sum = 0
    for (let index = 0; index < batches; index++) {
      const random = createRandom(seed, 'measure', part, index)
      // The last batch is filled up from the start.
      const members = Array.from(
        { length: batch },
        (_, place) => chosen[(index * batch + place) % chosen.length]!,
      )
      const examples = await Promise.all(
        members.map(async (member) => ({
          words: wordsOf(member, { seed: seed + 1, epoch: 0 }),
          codes: await codes.codes(member, 0),
        })),
      )
      const { loss } = await program.run(feedsOf(lesson, examples, { vocabulary, layout, random }))
      sum += numbersOf(loss!)[0]!
    }
    return sum / batches
  }

  /** Losses on fixed examples. */
  const measureLosses = async (tensors: Record<string, Tensor>) => {
    const measures: Record<string, number> = {}
    await whileOpen(runtime.createBuffers(tensors), async (buffers) => {
      for (const lesson of taught) {
        const { loss } = buildLoss(lesson, batch)
        const opening = runtime.createProgram(createGraph({ loss: loss.loss }), { buffers })
        await whileOpen(opening, async (program) => {
          for (const [part, members] of Object.entries(parts)) {
            const chosen = spreadOver(members, measured)
            if (chosen.length === 0) continue
            measures[`${lesson.name}.${part}`] = await measureLoss(program, lesson, {
              part,
              chosen,
            })
          }
        })
      }
    })
    return measures
  }

  const withModel = <Result>(
    tensors: Record<string, Tensor>,
    use: (model: TextImageModel) => Promise<Result>,
  ): Promise<Result> =>
    whileOpen(createTextImageModel({ runtime, config, tensors, text, image: options.image }), use)

  const drawings = watchDrawings({ media, cache, languages, isOfClips, train: split.train })

  return {
    trainer,
    async prepare(stepNumber): Promise<PreparedStep> {
      const random = createRandom(seed, 'step', stepNumber)
      const lesson = chooseLesson(random)
      const planned = plan(stepNumber - 1)
      const divided = Array.from({ length: accumulation }, (_, part) =>
        planned.slice(part * batch, (part + 1) * batch),
      )
      const batches: Feeds[] = []
      // One after another: each draws on the randomness that the one before has left.
      for (const part of divided) {
        const members = await Promise.all(part.map((one) => exampleOf(one, lesson)))
        batches.push(feedsOf(lesson, members, { vocabulary, layout, random }))
      }
      const examples = divided.map((part) =>
        describeExamples(part.map(({ index }) => cache.examples[split.train[index]!]!)),
      )
      const { name: task, direction, frames } = lesson
      const length =
        direction === 'drawing' ? model.drawingLength(frames) : model.captionLength(frames)
      return {
        updates: [{ task, batches: balanceParts(batches), examples, averageDecay }],
        tokens: batch * accumulation * length,
      }
    },
    async evaluate() {
      const tensors = await trainer.averaged()
      const measures = await measureLosses(tensors)
      if (textToImage > 0) measures['drawn.train'] = await withModel(tensors, drawings.recognise)
      // What the model is mainly for, on what it has not seen as far as something was held out.
      const [{ name } = { name: '' }] = taught
      const scores = ['heldOutStyle', 'heldOut', 'train'].map((part) => measures[`${name}.${part}`])
      return { measures, score: scores.find((score) => score !== undefined)! }
    },
    async sample() {
      if (textToImage === 0) return {}
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
