/** A run that trains an encoder-decoder to write texts from texts. */

import { createBucketPlan, rowLengths } from '../../data/order/bucket-plan.js'
import { createGraph, type Graph } from '../../engine/graph/graph.js'
import type { Program, Tensors } from '../../engine/runtime/runtime.js'
import { whileOpen } from '../../engine/runtime/while-open.js'
import { hashOf } from '../../engine/tensor/random.js'
import { numbersOf } from '../../engine/tensor/tensor.js'
import type { EncoderDecoder } from '../../network/models/encoder-decoder.js'
import { initializeParameters } from '../../network/parameters.js'
import { dropoutFeeds } from '../objectives/language.js'
import { type PairIds, type PairShape, pairBatch, pairLoss } from '../objectives/text-pairs.js'
import { balanceParts } from '../objectives/weighted-labels.js'
import type { PreparedStep, RunTask, Sample } from '../run.js'
import { createTrainer } from '../trainer.js'
import { mergeAdapters, type TuningOptions, tuneParameters } from '../tuning.js'
import { spreadOver } from './examples.js'
import type { TaskOptions } from './task-options.js'

export interface TextPairsTaskOptions extends TaskOptions {
  readonly model: EncoderDecoder
  /** The token with which targets begin. */
  readonly begin: number
  readonly training: readonly PairIds[]
  readonly validation: readonly PairIds[]
  readonly dropout: number
  readonly smoothing: number
  readonly tuning: TuningOptions
  /** What a model with these parameters writes, to look at. */
  sample(tensors: Tensors): Promise<Record<string, Sample>>
  /** Parameters to start from; random ones when left out. */
  readonly start?: Tensors
}

/** Pairs of the validation part that are measured during a run, spread over all. */
const measured = 512

interface Bucket {
  readonly sourceTime: number
  readonly targetTime: number
}

/** Sizes of rows, each with room for all of the ones before, the last with room for every pair. */
export const bucketsOf = (pairs: readonly PairIds[]): Bucket[] => {
  const sources = rowLengths(pairs.map(({ source }) => source.length))
  const targets = rowLengths(pairs.map(({ target }) => target.length))
  const all = sources.map((sourceTime, place) => ({ sourceTime, targetTime: targets[place]! }))
  const isLarger = (one: Bucket, other: Bucket | undefined) =>
    one.sourceTime !== other?.sourceTime || one.targetTime !== other.targetTime
  return all.filter((bucket, place) => isLarger(bucket, all[place + 1]))
}

const taskName = ({ sourceTime, targetTime }: Bucket): string => `${sourceTime} to ${targetTime}`

export const createTextPairsTask = async (options: TextPairsTaskOptions): Promise<RunTask> => {
  const { runtime, model, training, validation, seed, tuning, batch, accumulation } = options
  const { optimizer, clipNorm, averageDecay, dropout, smoothing } = options
  const tokens = { pad: model.options.pad, start: options.begin }
  const buckets = bucketsOf([...training, ...validation])
  const bucketOf = ({ source, target }: PairIds): number =>
    buckets.findIndex(
      ({ sourceTime, targetTime }) => source.length <= sourceTime && target.length <= targetTime,
    )
  const shapeOf = (bucket: Bucket): PairShape => ({ batch, ...bucket, dropout, smoothing })
  const { adapters } = tuneParameters(model.parameters, tuning)
  const trainer = await createTrainer({
    runtime,
    accumulation,
    tasks: buckets.map((bucket) => {
      const { values, trained } = tuneParameters(model.parameters, tuning)
      return {
        name: taskName(bucket),
        loss: pairLoss(model, values, shapeOf(bucket)),
        step: { optimizer, clipNorm, hasAverage: averageDecay > 0, trained },
      }
    }),
    tensors: {
      ...initializeParameters(model.parameters, { seed }),
      ...options.start,
      ...initializeParameters(adapters, { seed }),
    },
    ...(options.restored === undefined ? {} : { restored: options.restored }),
  })
  const plan = createBucketPlan({
    buckets: training.map(bucketOf),
    sizes: training.map(({ source, target }) => source.length + target.length),
    batchSize: batch * accumulation,
    seed,
  })

  /** Pairs of the validation part, by the buckets that they fit in. */
  const chosen = spreadOver(validation, measured)
  const byBucket = buckets.map((_, place) => chosen.filter((pair) => bucketOf(pair) === place))

  /** The graph of the loss and the share of right guesses, as they are without training. */
  const measuring = (bucket: Bucket): Graph => {
    const { values } = tuneParameters(model.parameters, tuning)
    const shape = { ...shapeOf(bucket), dropout: 0, smoothing: 0 }
    const { loss, metrics } = pairLoss(model, values, shape)
    return createGraph({ loss, accuracy: metrics!.accuracy! })
  }

  /** Sums of the loss, in nats, and of right guesses over the tokens of pairs. */
  const measure = async (program: Program, pairs: readonly PairIds[], bucket: Bucket) => {
    const sums = { loss: 0, right: 0, labels: 0 }
    for (let first = 0; first < pairs.length; first += batch) {
      const feeds = pairBatch(pairs.slice(first, first + batch), shapeOf(bucket), tokens)
      const labels = numbersOf(feeds['total weight']!)[0]!
      const { loss, accuracy } = await program.run(feeds)
      sums.loss += numbersOf(loss!)[0]! * labels
      sums.right += numbersOf(accuracy!)[0]! * labels
      sums.labels += labels
    }
    return sums
  }

  return {
    // One task to whoever looks on, at several lengths.
    trainer: { ...trainer, tasks: ['write'] },
    async prepare(stepNumber): Promise<PreparedStep> {
      const { bucket: place, indexes } = plan(stepNumber - 1)
      const bucket = buckets[place]!
      const batches = Array.from({ length: accumulation }, (_, part) => ({
        ...pairBatch(
          indexes.slice(part * batch, (part + 1) * batch).map((index) => training[index]!),
          shapeOf(bucket),
          tokens,
        ),
        ...dropoutFeeds({ dropout }, hashOf(seed, 'dropout', stepNumber, part)),
      }))
      return {
        updates: [{ task: taskName(bucket), batches: balanceParts(batches), averageDecay }],
        tokens: batch * accumulation * (bucket.sourceTime + bucket.targetTime),
      }
    },
    async evaluate() {
      const total = { loss: 0, right: 0, labels: 0 }
      await whileOpen(runtime.createBuffers(await trainer.averaged()), async (buffers) => {
        for (const [place, bucket] of buckets.entries()) {
          const pairs = byBucket[place]!
          if (pairs.length === 0) continue
          const program = runtime.createProgram(measuring(bucket), { buffers })
          const found = await whileOpen(program, (program) => measure(program, pairs, bucket))
          total.loss += found.loss
          total.right += found.right
          total.labels += found.labels
        }
      })
      const loss = total.loss / total.labels
      return {
        measures: { 'heldOut.loss': loss, 'heldOut.accuracy': total.right / total.labels },
        score: loss,
      }
    },
    sample: async () => options.sample(mergeAdapters(await trainer.averaged(), tuning.tuning)),
  }
}
