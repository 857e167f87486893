/**
 * An independent classifier, trained on real pictures or clips only, that reads what a model has
 * drawn: one answer to each of several questions. It never sees a drawing while it learns.
 */

import { createGraph, input } from '../../../engine/graph/graph.js'
import type { Value } from '../../../engine/graph/value.js'
import { add, crossEntropy, logSoftmax, mean } from '../../../engine/operations/index.js'
import { orClose } from '../../../engine/runtime/or-close.js'
import type { Runtime } from '../../../engine/runtime/runtime.js'
import { createRandom, hashOf, type Random } from '../../../engine/tensor/random.js'
import { type Shape, sizeOf } from '../../../engine/tensor/shape.js'
import { numbersOf, type Tensor, tensorOf, zeroTensor } from '../../../engine/tensor/tensor.js'
import type { Layer } from '../../../network/layers/layer.js'
import {
  initializeParameters,
  type ParameterTree,
  parameterInputs,
} from '../../../network/parameters.js'
import { createDrop, dropoutFeeds } from '../../../training/objectives/dropout.js'
import type { Optimizer } from '../../../training/optimizers/index.js'
import { createTrainer, type Trainer } from '../../../training/trainer.js'

/** RGB bytes [frames, size, size, 3], and the number of the answer to each question. */
export interface JudgedExample {
  readonly pixels: Uint8Array
  readonly answers: readonly number[]
}

/** What a judge is shown of an example. */
export interface JudgeView {
  readonly dtype: 'uint8' | 'float32'
  readonly shape: Shape
  /**
   * Made of the pixels of an example and written to its place among others, which is zero; while the
   * judge learns there is chance in it.
   */
  show(pixels: Uint8Array, place: Uint8Array | Float32Array, random?: Random): void
}

/** For each question the logarithms of its answers' probabilities. */
export type JudgeReading = readonly (readonly number[])[]

export interface Judge {
  read(examples: readonly Uint8Array[]): Promise<JudgeReading[]>
  close(): Promise<void>
}

export interface JudgeOptions<Tree> {
  readonly runtime: Runtime
  readonly view: JudgeView
  /**
   * [batch, ...view.shape] → scores of each question's answers, [batch, answers]. `drop` drops
   * activations while it learns.
   */
  readonly classifier: Layer<Tree, [shown: Value, drop?: (x: Value) => Value], readonly Value[]> & {
    readonly parameters: ParameterTree
  }
  readonly optimizer: Optimizer
  readonly learningRate: number
  readonly dropout?: number
  readonly seed: number
  /** Reads a training example by its number; chance that it needs is drawn before it first waits. */
  readonly example: (index: number, random: Random) => Promise<JudgedExample>
  /** How many training examples there are. */
  readonly examples: number
  /** Examples of an update. */
  readonly batch: number
  /** Updates that it learns in. */
  readonly steps: number
  readonly onProgress: (done: number, total: number) => void
}

export const trainJudge = async <Tree>(options: JudgeOptions<Tree>): Promise<Judge> => {
  const { runtime, view, classifier, optimizer, dropout = 0, batch, seed } = options
  const { values, inputs } = parameterInputs<Tree>(classifier.parameters)
  const shown = input('shown', { dtype: view.dtype, shape: [batch, ...view.shape] })
  const learned = classifier.apply(values, shown, createDrop(dropout))
  const step = { trained: inputs, optimizer, clipNorm: 1 }
  const trainer = await createTrainer({
    runtime,
    tensors: initializeParameters(classifier.parameters, { seed }),
    tasks: [{ name: 'classifier', step, loss: { loss: lossOf(learned) } }],
  })
  const read = classifier.apply(values, shown)
  const program = await orClose(trainer, async () => {
    await learn(trainer, { ...options, dropout, questions: read.length })
    const found = read.map((scores, place) => [nameOf(place), logSoftmax(scores)])
    return runtime.createProgram(createGraph(Object.fromEntries(found)), {
      buffers: trainer.buffers,
    })
  })
  return {
    async read(all) {
      const readings: JudgeReading[] = []
      for (let first = 0; first < all.length; first += batch) {
        const chunk = all.slice(first, first + batch)
        const results = await program.run({ shown: showAll(chunk, options) })
        const found = read.map((_, place) => rowsOf(results[nameOf(place)]!))
        readings.push(...chunk.map((_, row) => found.map((rows) => rows[row]!)))
      }
      return readings
    },
    async close() {
      await program.close()
      await trainer.close()
    },
  }
}

const nameOf = (question: number): string => `answers ${question}`

/** The rows of a matrix. */
const rowsOf = (scores: Tensor): number[][] => {
  const [rows, columns] = [scores.shape[0]!, scores.shape[1]!]
  const numbers = numbersOf(scores)
  return Array.from({ length: rows }, (_, row) => numbers.slice(row * columns, (row + 1) * columns))
}

/** The loss in nats, summed over questions. Fed: the right answers to each, `labels 0` and on. */
const lossOf = (scores: readonly Value[]): Value =>
  scores
    .map((own, place) => {
      const labels = input(`labels ${place}`, { dtype: 'int32', shape: own.shape.slice(0, 1) })
      return mean(crossEntropy(own, labels))
    })
    .reduce((sum, one) => add(sum, one))

/** What is shown of examples, as it is fed; places without one are zero. */
const showAll = (
  examples: readonly Uint8Array[],
  { view, batch }: Pick<JudgeOptions<unknown>, 'view' | 'batch'>,
  random?: Random,
): Tensor => {
  const size = sizeOf(view.shape)
  const all = zeroTensor({ dtype: view.dtype, shape: [batch, ...view.shape] })
  for (const [place, pixels] of examples.entries()) {
    view.show(pixels, all.data.subarray(place * size, (place + 1) * size), random)
  }
  return all
}

type LearnOptions = Omit<
  Required<JudgeOptions<unknown>>,
  'runtime' | 'classifier' | 'optimizer'
> & {
  /** How many there are. */
  readonly questions: number
}

/** Takes all steps of the training. */
const learn = async (trainer: Trainer, options: LearnOptions): Promise<void> => {
  const { questions, seed, steps, learningRate, onProgress } = options
  let next = readBatch(1, options)
  for (let number = 1; number <= steps; number++) {
    const { shown, answers } = await next
    // The next examples are drawn while the network learns from these.
    if (number < steps) next = readBatch(number + 1, options)
    const labels = Array.from({ length: questions }, (_, place) => [
      `labels ${place}`,
      tensorOf(
        'int32',
        answers.map((own) => own[place]!),
      ),
    ])
    await trainer.step({
      task: 'classifier',
      step: number,
      learningRate: learningRate * Math.min(1, number / 50, (2 * (steps - number + 1)) / steps),
      batches: [
        {
          ...{ shown, ...Object.fromEntries(labels) },
          ...dropoutFeeds(options, hashOf(seed, 'judge dropout', number)),
        },
      ],
    })
    if (number % 20 === 0) onProgress(number, steps)
  }
}

interface JudgedBatch {
  readonly shown: Tensor
  readonly answers: readonly (readonly number[])[]
}

/** The examples of an update, drawn by lot. */
const readBatch = (number: number, options: LearnOptions): Promise<JudgedBatch> => {
  const { seed, example, examples, batch } = options
  const random = createRandom(seed, 'judge', number)
  const read = async (): Promise<JudgedBatch> => {
    const drawn = Array.from({ length: batch }, () => example(random.integer(examples), random))
    const chosen = await Promise.all(drawn)
    const shown = showAll(
      chosen.map(({ pixels }) => pixels),
      options,
      createRandom(seed, 'judge looks', number),
    )
    return { shown, answers: chosen.map(({ answers }) => answers) }
  }
  const reading = read()
  // A fault in the data is thrown when its update is due.
  reading.catch(() => {})
  return reading
}
