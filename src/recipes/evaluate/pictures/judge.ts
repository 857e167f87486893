/**
 * An independent classifier, trained on real pictures or clips only, that reads what a model has
 * drawn: one answer to each of several questions. It never sees a drawing while it learns.
 */

import { createGraph, input } from '../../../engine/graph/graph.js'
import type { Value } from '../../../engine/graph/value.js'
import {
  add,
  argMax,
  crossEntropy,
  mean,
  reshape,
  split,
  transpose,
} from '../../../engine/operations/index.js'
import { orClose } from '../../../engine/runtime/or-close.js'
import type { Runtime } from '../../../engine/runtime/runtime.js'
import { createRandom } from '../../../engine/tensor/random.js'
import { numbersOf, type Tensor, tensorOf } from '../../../engine/tensor/tensor.js'
import type { Layer } from '../../../network/layers/layer.js'
import {
  initializeParameters,
  type ParameterTree,
  parameterInputs,
} from '../../../network/parameters.js'
import { fromPixels } from '../../../tokenizers/image/autoencoder.js'
import { adamW } from '../../../training/optimizers/index.js'
import { createTrainer, type Trainer } from '../../../training/trainer.js'

/** RGB bytes [frames, size, size, 3], and the number of the answer to each question. */
export interface JudgedExample {
  readonly pixels: Uint8Array
  readonly answers: readonly number[]
}

export interface Judge {
  /** The answers to all questions for each picture or clip. */
  read(examples: readonly Uint8Array[]): Promise<number[][]>
  close(): Promise<void>
}

export interface JudgeOptions<Tree> {
  readonly runtime: Runtime
  readonly size: number
  /** Frames of an example; 1, a picture, when left out. */
  readonly frames?: number
  /** How many answers each question has. */
  readonly questions: readonly number[]
  /** Pictures [batch, 3 · frames, size, size] → scores of all answers, [batch, answers]. */
  readonly classifier: Layer<Tree, [pictures: Value], Value> & {
    readonly parameters: ParameterTree
  }
  readonly seed: number
  /** Reads a training example by its number. */
  readonly example: (index: number) => Promise<JudgedExample>
  /** How many training examples there are. */
  readonly examples: number
  /** Examples of an update. */
  readonly batch?: number
  /** Updates that it learns in. */
  readonly steps?: number
  readonly onProgress: (done: number, total: number) => void
}

const learningRate = 3e-3

export const trainJudge = async <Tree>(options: JudgeOptions<Tree>): Promise<Judge> => {
  const { runtime, size, frames = 1, questions, classifier, seed } = options
  const { batch = 64, steps = 1200 } = options
  const bytes = frames * size * size * 3
  const { inputs, scores } = scoreAnswers(classifier, questions, { batch, frames, size })
  const step = { trained: inputs, optimizer: adamW({ weightDecay: 0.05 }), clipNorm: 1 }
  const trainer = await createTrainer({
    runtime,
    tensors: initializeParameters(classifier.parameters, { seed }),
    tasks: [{ name: 'classifier', step, loss: { loss: lossOf(scores, batch) } }],
  })
  const program = await orClose(trainer, async () => {
    await learn(trainer, { ...options, batch, steps, bytes })
    const found = scores.map((own, place) => [`answers ${place}`, argMax(own, { axis: 1 })])
    return runtime.createProgram(createGraph(Object.fromEntries(found)), {
      buffers: trainer.buffers,
    })
  })
  return {
    async read(all) {
      const answers: number[][] = []
      for (let first = 0; first < all.length; first += batch) {
        const chunk = all.slice(first, first + batch)
        const results = await program.run({ pixels: stack(chunk, batch, bytes) })
        const read = questions.map((_, place) => numbersOf(results[`answers ${place}`]!))
        answers.push(...chunk.map((_, row) => read.map((own) => own[row]!)))
      }
      return answers
    },
    async close() {
      await program.close()
      await trainer.close()
    },
  }
}

/** The scores of each question's answers, [batch, answers] each, by bytes that are fed as `pixels`. */
const scoreAnswers = <Tree>(
  classifier: JudgeOptions<Tree>['classifier'],
  questions: readonly number[],
  {
    batch,
    frames,
    size,
  }: { readonly batch: number; readonly frames: number; readonly size: number },
) => {
  const { values, inputs } = parameterInputs<Tree>(classifier.parameters)
  const pixels = input('pixels', { dtype: 'uint8', shape: [batch, frames * size * size * 3] })
  const pictures = reshape(fromPixels(pixels), { shape: [batch, frames, size, size, 3] })
  const channels = transpose(pictures, { axes: [0, 1, 4, 2, 3] })
  const scores = classifier.apply(
    values,
    reshape(channels, { shape: [batch, frames * 3, size, size] }),
  )
  const byQuestion =
    questions.length === 1 ? [scores] : split(scores, { axis: 1, sizes: [...questions] })
  return { inputs, scores: byQuestion }
}

/** The loss in nats, summed over questions. Fed: the right answers to each, `labels 0` and on. */
const lossOf = (scores: readonly Value[], batch: number): Value =>
  scores
    .map((own, place) => {
      const labels = input(`labels ${place}`, { dtype: 'int32', shape: [batch] })
      return mean(crossEntropy(own, labels))
    })
    .reduce((sum, one) => add(sum, one))

/** Examples as they are fed, [batch, bytes]; places without one are zero. */
const stack = (chosen: readonly Uint8Array[], batch: number, bytes: number): Tensor => {
  const data = new Uint8Array(batch * bytes)
  for (const [place, one] of chosen.entries()) data.set(one, place * bytes)
  return tensorOf('uint8', data, [batch, bytes])
}

type LearnOptions = Pick<
  Required<JudgeOptions<unknown>>,
  'questions' | 'seed' | 'example' | 'examples' | 'batch' | 'steps' | 'onProgress'
> & {
  /** Of an example. */
  readonly bytes: number
}

/** Takes all steps of the training. */
const learn = async (trainer: Trainer, options: LearnOptions): Promise<void> => {
  const { questions, batch, steps, bytes, onProgress } = options
  let read = readBatch(1, options)
  for (let number = 1; number <= steps; number++) {
    const chosen = await read
    // The next examples are drawn while the network learns from these.
    if (number < steps) read = readBatch(number + 1, options)
    const labels = questions.map((_, place) => [
      `labels ${place}`,
      tensorOf(
        'int32',
        chosen.map(({ answers }) => answers[place]!),
      ),
    ])
    const pixels = stack(
      chosen.map((one) => one.pixels),
      batch,
      bytes,
    )
    await trainer.step({
      task: 'classifier',
      step: number,
      learningRate: learningRate * Math.min(1, number / 50, (2 * (steps - number + 1)) / steps),
      batches: [{ pixels, ...Object.fromEntries(labels) }],
    })
    if (number % 20 === 0) onProgress(number, steps)
  }
}

/** The examples of an update, drawn by lot. */
const readBatch = (
  number: number,
  { seed, example, examples, batch }: LearnOptions,
): Promise<JudgedExample[]> => {
  const random = createRandom(seed, 'judge', number)
  const reading = Promise.all(
    Array.from({ length: batch }, () => example(random.integer(examples))),
  )
  // A fault in the data is thrown when its update is due.
  reading.catch(() => {})
  return reading
}
