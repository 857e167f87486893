/** A run that trains an encoder-decoder to write texts from texts. */

import { createBucketPlan } from '../../../data/order/bucket-plan.js'
import type { Tensors } from '../../../engine/runtime/runtime.js'
import { hashOf } from '../../../engine/tensor/random.js'
import { initializeParameters } from '../../../network/parameters.js'
import { dropoutFeeds } from '../../objectives/dropout.js'
import type { PairIds } from '../../objectives/text-pairs.js'
import { balanceParts } from '../../objectives/weighted-labels.js'
import type { PreparedStep, RunTask, Sample } from '../../run.js'
import { createTrainer, type Trainer } from '../../trainer.js'
import { mergeAdapters, tuneParameters } from '../../tuning.js'
import type { TaskOptions } from '../task-options.js'
import { measurePairs } from './measure-pairs.js'
import { bucketOf, bucketsOf, type PairBucket } from './pair-buckets.js'
import {
  createPairObjective,
  type PairObjective,
  type PairObjectiveOptions,
} from './pair-objective.js'

export interface TextPairsTaskOptions extends TaskOptions, PairObjectiveOptions {
  readonly training: readonly PairIds[]
  readonly validation: readonly PairIds[]
  readonly dropout: number
  readonly smoothing: number
  /** What a model with these parameters writes, to look at. */
  sample(tensors: Tensors): Promise<Record<string, Sample>>
  /** Parameters to start from; random ones when left out. */
  readonly start?: Tensors
}

export const createTextPairsTask = async (options: TextPairsTaskOptions): Promise<RunTask> => {
  const { runtime, training, validation, dropout, seed, averageDecay } = options
  const { batch, accumulation, tuning } = options
  const objective = createPairObjective(options)
  const buckets = bucketsOf([...training, ...validation])
  const trainer = await createPairsTrainer(options, objective, buckets)
  const plan = createBucketPlan({
    buckets: training.map((pair) => bucketOf(pair, buckets)),
    sizes: training.map(({ source, target }) => source.length + target.length),
    batchSize: batch * accumulation,
    seed,
  })

  return {
    // One task to whoever looks on, at several lengths.
    trainer: { ...trainer, tasks: ['write'] },
    async prepare(stepNumber): Promise<PreparedStep> {
      const { bucket: place, indexes } = plan(stepNumber - 1)
      const bucket = buckets[place]!
      const pairs = indexes.map((index) => training[index]!)
      const batches = Array.from({ length: accumulation }, (_, part) => ({
        ...objective.feeds(pairs.slice(part * batch, (part + 1) * batch), bucket),
        ...dropoutFeeds({ dropout }, hashOf(seed, 'dropout', stepNumber, part)),
      }))
      return {
        updates: [{ task: taskName(bucket), batches: balanceParts(batches), averageDecay }],
        tokens: batch * accumulation * (bucket.sourceTime + bucket.targetTime),
      }
    },
    async evaluate() {
      const tensors = await trainer.averaged()
      const found = await measurePairs(objective, { runtime, tensors, pairs: validation, buckets })
      return {
        measures: { 'heldOut.loss': found.loss, 'heldOut.accuracy': found.accuracy },
        score: found.loss,
      }
    },
    sample: async () => options.sample(mergeAdapters(await trainer.averaged(), tuning.tuning)),
  }
}

const taskName = ({ sourceTime, targetTime }: PairBucket): string =>
  `${sourceTime} to ${targetTime}`

/** The trainer of rows of all lengths, which share their parameters. */
const createPairsTrainer = (
  options: TextPairsTaskOptions,
  objective: PairObjective,
  buckets: readonly PairBucket[],
): Promise<Trainer> => {
  const { runtime, model, tuning, seed, optimizer, clipNorm, averageDecay, accumulation } = options
  const { dropout, smoothing } = options
  const { adapters } = tuneParameters(model.parameters, tuning)
  return createTrainer({
    runtime,
    accumulation,
    tasks: buckets.map((bucket) => {
      const { loss, trained } = objective.loss(bucket, { dropout, smoothing })
      const step = { optimizer, clipNorm, hasAverage: averageDecay > 0, trained }
      return { name: taskName(bucket), loss, step }
    }),
    tensors: {
      ...initializeParameters(model.parameters, { seed }),
      ...options.start,
      ...initializeParameters(adapters, { seed }),
    },
    ...(options.restored === undefined ? {} : { restored: options.restored }),
  })
}
