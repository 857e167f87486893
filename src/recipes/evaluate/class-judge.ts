/**
 * An independent classifier for data of few classes: trained on real pictures only, it reads what a
 * model has drawn. It never sees a drawing while it learns.
 */

import { createGraph, input } from '../../engine/graph/graph.js'
import { argMax, crossEntropy, mean, reshape, transpose } from '../../engine/operations/index.js'
import type { Runtime } from '../../engine/runtime/runtime.js'
import { createRandom } from '../../engine/tensor/random.js'
import { numbersOf, tensorOf } from '../../engine/tensor/tensor.js'
import { exemplarClassifier } from '../../network/models/picture-features.js'
import { initializeParameters, parameterInputs } from '../../network/parameters.js'
import { fromPixels } from '../../tokenizers/image/autoencoder.js'
import { adamW } from '../../training/optimizers/index.js'
import { createTrainer } from '../../training/trainer.js'

/** A picture, RGB bytes [size, size, 3], and the number of its class. */
export interface LabelledPicture {
  readonly pixels: Uint8Array
  readonly label: number
}

export interface ClassJudge {
  /** The class of each picture. */
  classify(pictures: readonly Uint8Array[]): Promise<number[]>
  close(): Promise<void>
}

export interface ClassJudgeOptions {
  readonly runtime: Runtime
  readonly size: number
  readonly classes: number
  readonly seed: number
  /** Reads a training picture by its number. */
  readonly example: (index: number) => Promise<LabelledPicture>
  /** How many training pictures there are. */
  readonly examples: number
  /** Updates that it learns in. */
  readonly steps?: number
  readonly onProgress: (done: number, total: number) => void
}

/** What reports call it. */
export const judgeName = 'a convolutional classifier, trained on the real training pictures alone'

const filters = [16, 32, 64] as const
const batch = 64
const learningRate = 3e-3

const network = (size: number, classes: number) => {
  const classifier = exemplarClassifier({ filters, classes })
  const { values, inputs } = parameterInputs(classifier.parameters)
  const pixels = input('pixels', { dtype: 'uint8', shape: [batch, size * size * 3] })
  const pictures = reshape(fromPixels(pixels), { shape: [batch, size, size, 3] })
  const scores = classifier.apply(values, transpose(pictures, { axes: [0, 3, 1, 2] }))
  return { classifier, inputs, scores }
}

const stack = (pictures: readonly Uint8Array[], size: number) => {
  const bytes = size * size * 3
  const pixels = new Uint8Array(batch * bytes)
  for (const [place, picture] of pictures.entries()) pixels.set(picture, place * bytes)
  return tensorOf('uint8', pixels, [batch, bytes])
}

export const trainClassJudge = async ({
  runtime,
  size,
  classes,
  seed,
  example,
  examples,
  steps = 1200,
  onProgress,
}: ClassJudgeOptions): Promise<ClassJudge> => {
  const { classifier, inputs, scores } = network(size, classes)
  const labels = input('labels', { dtype: 'int32', shape: [batch] })
  const step = { trained: inputs, optimizer: adamW({ weightDecay: 0.05 }), clipNorm: 1 }
  const trainer = await createTrainer({
    runtime,
    tensors: initializeParameters(classifier.parameters, { seed }),
    tasks: [{ name: 'classifier', step, loss: { loss: mean(crossEntropy(scores, labels)) } }],
  })
  for (let number = 1; number <= steps; number++) {
    const random = createRandom(seed, 'judge', number)
    const chosen = await Promise.all(
      Array.from({ length: batch }, () => example(random.integer(examples))),
    )
    const pixels = stack(
      chosen.map((one) => one.pixels),
      size,
    )
    const labelled = tensorOf(
      'int32',
      chosen.map(({ label }) => label),
    )
    await trainer.step({
      task: 'classifier',
      step: number,
      learningRate: learningRate * Math.min(1, number / 50, (2 * (steps - number + 1)) / steps),
      batches: [{ pixels, labels: labelled }],
    })
    if (number % 100 === 0) onProgress(number, steps)
  }
  const program = await runtime.createProgram(
    createGraph({ classes: argMax(scores, { axis: 1 }) }),
    { buffers: trainer.buffers },
  )
  return {
    async classify(pictures) {
      const found: number[] = []
      for (let first = 0; first < pictures.length; first += batch) {
        const chunk = pictures.slice(first, first + batch)
        const { classes: chosen } = await program.run({ pixels: stack(chunk, size) })
        found.push(...numbersOf(chosen!).slice(0, chunk.length))
      }
      return found
    },
    async close() {
      await program.close()
      await trainer.close()
    },
  }
}
