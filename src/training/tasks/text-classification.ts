/** A run that trains a classifier of texts. */

import { planLikeLengths, rowLengths } from '../../data/like-lengths.js'
import { createPlan } from '../../data/plan.js'
import { createGraph } from '../../engine/graph/graph.js'
import type { Buffers, Program, Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { createRandom, hashOf } from '../../engine/tensor/random.js'
import { numbersOf, type Tensor } from '../../engine/tensor/tensor.js'
import {
  type ClassifierShape,
  classifierFeeds,
  classifierInput,
} from '../../generation/text-classification/classifier-input.js'
import {
  type TextClassificationConfig,
  textClassifierOf,
} from '../../generation/text-classification/config.js'
import { vote } from '../../generation/text-classification/vote.js'
import type { TextClassifier } from '../../network/models/text-classifier.js'
import { initializeParameters } from '../../network/parameters.js'
import { bestOf, measureClassification } from '../metrics/classification.js'
import { dropoutFeeds } from '../objectives/language.js'
import {
  classificationBatch,
  classificationLoss,
  dropTokens,
  type LabelledText,
} from '../objectives/text-classification.js'
import { balanceParts } from '../objectives/weighted-labels.js'
import type { Optimizer } from '../optimizers/optimizer.js'
import type { PreparedStep, RunTask } from '../run.js'
import { createTrainer, type Feeds } from '../trainer.js'
import { type TuningOptions, tuneParameters } from '../tuning.js'

/** A text with its label, and the scores of its labels by its n-grams where these have a say. */
export interface MeasuredText extends LabelledText {
  readonly grams?: ArrayLike<number>
}

/** What decides which checkpoint is the best. */
export type ClassificationScore = 'accuracy' | 'macro-f1' | 'loss'

export interface TextClassificationTaskOptions {
  readonly runtime: Runtime
  readonly config: TextClassificationConfig
  readonly training: readonly LabelledText[]
  readonly validation: readonly MeasuredText[]
  readonly dropout: number
  /** The share of a text's tokens that are dropped, others each time. */
  readonly tokenDropout: number
  readonly smoothing: number
  /** How much a row of each label weighs. */
  readonly labelWeights: readonly number[]
  readonly score: ClassificationScore
  readonly tuning: TuningOptions
  readonly seed: number
  readonly optimizer: Optimizer
  readonly clipNorm: number
  readonly averageDecay: number
  readonly batch: number
  readonly accumulation: number
  /** Parameters to start from; those that are missing are random. */
  readonly start?: Tensors
  /** A saved state to go on from. */
  readonly restored?: Readonly<Record<string, Tensor>>
}

/** Rows of each part that are measured during a run at most. */
const measured = { heldOut: 4096, training: 512 }

export const createTextClassificationTask = async (
  options: TextClassificationTaskOptions,
): Promise<RunTask> => {
  const { runtime, config, training, validation, seed, tuning, batch, accumulation } = options
  const { optimizer, clipNorm, averageDecay, tokenDropout, dropout, smoothing } = options
  const model = textClassifierOf(config)
  const { parameters } = model
  const { values, trained, adapters } = tuneParameters(parameters, tuning)
  const lengths = rowLengths([...training, ...validation].map(({ ids }) => ids.length))
  /** The shape of a batch of texts: the shortest rows that they fit into. */
  const shapeOf = (texts: readonly LabelledText[]): ClassifierShape => {
    const longest = texts.reduce((length, { ids }) => Math.max(length, ids.length), 0)
    return { batch, time: lengths.find((length) => length >= longest) ?? lengths.at(-1)! }
  }
  const taskName = ({ time }: Pick<ClassifierShape, 'time'>) => `${time} tokens`
  const trainer = await createTrainer({
    runtime,
    accumulation,
    tasks: lengths.map((time) => ({
      name: taskName({ time }),
      loss: classificationLoss(config, values, { batch, time, dropout, smoothing }),
      step: { optimizer, clipNorm, hasAverage: averageDecay > 0, trained },
    })),
    tensors: {
      ...initializeParameters(parameters, { seed }),
      ...options.start,
      ...initializeParameters(adapters, { seed }),
    },
    ...(options.restored === undefined ? {} : { restored: options.restored }),
  })
  const plan = planLikeLengths(
    createPlan({ count: training.length, batchSize: batch * accumulation, seed }),
    { lengthOf: (index) => training[index]!.ids.length, seed },
  )
  const evaluator = createEvaluator(model, values, runtime)

  /** Mean loss in nats, and the guesses' measures, of some rows of a part. */
  const measure = async (part: readonly MeasuredText[], limit: number) => {
    const rows = Math.min(part.length, limit)
    // Spread evenly over the part, whatever order it is in; then texts of like length together.
    const chosen = Array.from(
      { length: rows },
      (_, row) => part[Math.floor((row * part.length) / rows)]!,
    ).sort((a, b) => a.ids.length - b.ids.length)
    const guesses: number[] = []
    let [loss, right] = [0, 0]
    for (let first = 0; first < rows; first += batch) {
      const texts = chosen.slice(first, first + batch)
      const shape = shapeOf(texts)
      const scores = await evaluator.score(
        shape,
        classifierFeeds(
          texts.map(({ ids }) => ids),
          shape,
          config,
        ),
      )
      const { length } = config.labels
      for (const [row, { label, grams }] of texts.entries()) {
        const own = scores.slice(row * length, (row + 1) * length)
        const likely = vote(own, grams)
        loss -= likely[label]!
        guesses.push(bestOf(likely))
        if (bestOf(own) === label) right++
      }
    }
    const truth = chosen.map(({ label }) => label)
    const found = measureClassification(config.labels, truth, guesses)
    return { loss: loss / rows, networkAccuracy: right / rows, ...found }
  }

  return {
    trainer: {
      ...trainer,
      // One task to whoever looks on, at several lengths.
      tasks: ['classify'],
      async close() {
        await evaluator.close()
        await trainer.close()
      },
    },
    async prepare(stepNumber): Promise<PreparedStep> {
      const texts = plan(stepNumber - 1).map(({ index, epoch }) => {
        const { ids, label } = training[index]!
        const random = createRandom(seed, 'token dropout', epoch, index)
        return { ids: dropTokens(ids, tokenDropout, random, config.tokens.bos), label }
      })
      const shape = shapeOf(texts)
      const batches = Array.from({ length: accumulation }, (_, part) => ({
        ...classificationBatch(
          texts.slice(part * batch, (part + 1) * batch),
          shape,
          config,
          options.labelWeights,
        ),
        ...dropoutFeeds({ dropout }, hashOf(seed, 'dropout', stepNumber, part)),
      }))
      return {
        updates: [{ task: taskName(shape), batches: balanceParts(batches), averageDecay }],
        tokens: batch * accumulation * shape.time,
      }
    },
    async evaluate() {
      await evaluator.write(await trainer.averaged())
      const heldOut = await measure(validation, measured.heldOut)
      const seen = await measure(training, measured.training)
      const { loss, accuracy, macroF1, networkAccuracy } = heldOut
      return {
        measures: {
          'heldOut.loss': loss,
          'heldOut.accuracy': accuracy,
          'heldOut.macroF1': macroF1,
          ...(config.ngrams === undefined ? {} : { 'heldOut.network': networkAccuracy }),
          'training.loss': seen.loss,
          'training.accuracy': seen.accuracy,
        },
        score: { loss, accuracy: 1 - accuracy, 'macro-f1': 1 - macroF1 }[options.score],
      }
    },
    sample: async () => ({}),
  }
}

/** Scores texts with weights that change: its programs are compiled once, as small runs evaluate often. */
const createEvaluator = (
  model: TextClassifier,
  values: Parameters<TextClassifier['score']>[0],
  runtime: Runtime,
) => {
  let buffers: Buffers | undefined
  const programs = new Map<number, Program>()
  return {
    async write(tensors: Tensors) {
      if (buffers === undefined) buffers = await runtime.createBuffers(tensors)
      else await buffers.write(tensors)
    },
    /** The scores of a batch, row by row; weights were written before. */
    async score({ batch, time }: ClassifierShape, feeds: Feeds): Promise<number[]> {
      const known = programs.get(time)
      const program =
        known ??
        (await runtime.createProgram(
          createGraph({ scores: model.score(values, classifierInput({ batch, time }), { batch }) }),
          { buffers: buffers! },
        ))
      programs.set(time, program)
      return numbersOf((await program.run(feeds)).scores!)
    },
    async close() {
      for (const program of programs.values()) await program.close()
      await buffers?.close()
    },
  }
}
