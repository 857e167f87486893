/** A run that trains a classifier of texts. */

import { createPlan } from '../../data/plan.js'
import { createGraph } from '../../engine/graph/graph.js'
import type { Buffers, Program, Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { createRandom, hashOf } from '../../engine/tensor/random.js'
import { numbersOf, type Tensor } from '../../engine/tensor/tensor.js'
import {
  classifierFeeds,
  classifierInput,
} from '../../generation/text-classification/classifier-input.js'
import {
  type TextClassificationConfig,
  textClassifierOf,
} from '../../generation/text-classification/config.js'
import { vote } from '../../generation/text-classification/vote.js'
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
import { createTrainer } from '../trainer.js'
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
  /** Tokens of a row. */
  readonly time: number
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
  const { runtime, config, training, validation, time, seed, tuning, batch, accumulation } = options
  const { optimizer, clipNorm, averageDecay, tokenDropout } = options
  const model = textClassifierOf(config)
  const { parameters } = model
  const shape = { batch, time, dropout: options.dropout, smoothing: options.smoothing }
  const { values, trained, adapters } = tuneParameters(parameters, tuning)
  const trainer = await createTrainer({
    runtime,
    accumulation,
    tasks: [
      {
        name: 'classify',
        loss: classificationLoss(config, values, shape),
        step: { optimizer, clipNorm, hasAverage: averageDecay > 0, trained },
      },
    ],
    tensors: {
      ...initializeParameters(parameters, { seed }),
      ...options.start,
      ...initializeParameters(adapters, { seed }),
    },
    ...(options.restored === undefined ? {} : { restored: options.restored }),
  })
  const plan = createPlan({ count: training.length, batchSize: batch * accumulation, seed })

  /** Mean loss in nats, and the guesses' measures, of some rows of a part. */
  const measure = async (program: Program, part: readonly MeasuredText[], limit: number) => {
    const rows = Math.min(part.length, limit)
    // Spread evenly over the part, whatever order it is in.
    const chosen = Array.from(
      { length: rows },
      (_, row) => part[Math.floor((row * part.length) / rows)]!,
    )
    const guesses: number[] = []
    let loss = 0
    for (let first = 0; first < rows; first += batch) {
      const texts = chosen.slice(first, first + batch)
      const feeds = classifierFeeds(
        texts.map(({ ids }) => ids),
        shape,
        config,
      )
      const found = await program.run(feeds)
      const scores = numbersOf(found.scores!)
      const { length } = config.labels
      for (const [row, { label, grams }] of texts.entries()) {
        const likely = vote(scores.slice(row * length, (row + 1) * length), grams)
        loss -= likely[label]!
        guesses.push(bestOf(likely))
      }
    }
    const truth = chosen.map(({ label }) => label)
    return { loss: loss / rows, ...measureClassification(config.labels, truth, guesses) }
  }

  let evaluator: { readonly program: Program; readonly buffers: Buffers } | undefined
  /** A program that scores texts with given weights: compiled once, as small runs evaluate often. */
  const evaluatorOf = async (tensors: Tensors): Promise<Program> => {
    if (evaluator !== undefined) {
      await evaluator.buffers.write(tensors)
      return evaluator.program
    }
    const scores = model.score(values, classifierInput(shape), { batch })
    const graph = createGraph({ scores })
    const buffers = await runtime.createBuffers(tensors)
    evaluator = { buffers, program: await runtime.createProgram(graph, { buffers }) }
    return evaluator.program
  }

  return {
    trainer: {
      ...trainer,
      async close() {
        await evaluator?.program.close()
        await evaluator?.buffers.close()
        await trainer.close()
      },
    },
    async prepare(stepNumber): Promise<PreparedStep> {
      const texts = plan(stepNumber - 1).map(({ index, epoch }) => {
        const { ids, label } = training[index]!
        const random = createRandom(seed, 'token dropout', epoch, index)
        return { ids: dropTokens(ids, tokenDropout, random, config.tokens.bos), label }
      })
      const batches = Array.from({ length: accumulation }, (_, part) => ({
        ...classificationBatch(
          texts.slice(part * batch, (part + 1) * batch),
          shape,
          config,
          options.labelWeights,
        ),
        ...dropoutFeeds(shape, hashOf(seed, 'dropout', stepNumber, part)),
      }))
      return {
        updates: [{ task: 'classify', batches: balanceParts(batches), averageDecay }],
        tokens: batch * accumulation * time,
      }
    },
    async evaluate() {
      const program = await evaluatorOf(await trainer.averaged())
      const heldOut = await measure(program, validation, measured.heldOut)
      const seen = await measure(program, training, measured.training)
      const { loss, accuracy, macroF1 } = heldOut
      return {
        measures: {
          'heldOut.loss': loss,
          'heldOut.accuracy': accuracy,
          'heldOut.macroF1': macroF1,
          'training.loss': seen.loss,
          'training.accuracy': seen.accuracy,
        },
        score: { loss, accuracy: 1 - accuracy, 'macro-f1': 1 - macroF1 }[options.score],
      }
    },
    sample: async () => ({}),
  }
}
