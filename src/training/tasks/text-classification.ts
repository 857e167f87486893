/** A run that trains a classifier of texts. */

import { createBucketPlan, rowLengths } from '../../data/order/bucket-plan.js'
import type { Tensors } from '../../engine/runtime/runtime.js'
import { createRandom, hashOf } from '../../engine/tensor/random.js'
import { labelRoomOf } from '../../generation/text-classification/classifier-input.js'
import {
  type TextClassificationConfig,
  textClassifierOf,
} from '../../generation/text-classification/config.js'
import { createLabelScorer } from '../../generation/text-classification/label-scorer.js'
import { type VoteWeights, vote } from '../../generation/text-classification/vote.js'
import { initializeParameters } from '../../network/parameters.js'
import { fitVotes } from '../fit-votes.js'
import { bestOf, measureClassification } from '../metrics/classification.js'
import { dropoutFeeds } from '../objectives/language.js'
import {
  classificationBatch,
  classificationLoss,
  dropTokens,
  type LabelledText,
} from '../objectives/text-classification.js'
import { balanceParts } from '../objectives/weighted-labels.js'
import type { PreparedStep, RunTask } from '../run.js'
import { createTrainer } from '../trainer.js'
import { type TuningOptions, tuneParameters } from '../tuning.js'
import { spreadOver } from './examples.js'
import type { TaskOptions } from './task-options.js'

/** What decides which checkpoint is the best. */
export type ClassificationScore = 'accuracy' | 'macro-f1' | 'loss'

export interface TextClassificationTaskOptions extends TaskOptions {
  readonly config: TextClassificationConfig
  readonly training: readonly LabelledText[]
  readonly validation: readonly LabelledText[]
  readonly dropout: number
  /** The share of a text's tokens that are dropped, others each time. */
  readonly tokenDropout: number
  readonly smoothing: number
  /** How much a row of each label weighs. */
  readonly labelWeights: readonly number[]
  readonly score: ClassificationScore
  readonly tuning: TuningOptions
  /** Parameters to start from; those that are missing are random. */
  readonly start?: Tensors
}

/** Rows of each part that are measured during a run at most. */
const measured = { heldOut: 4096, training: 512 }

/** The measures that say how much the network and the linear classifier count. */
const voteNames = { network: 'votes.network', linear: 'votes.linear' } as const

/** The weights that measures of a run tell, where they do. */
export const votesIn = (measures: Readonly<Record<string, number>>): VoteWeights | undefined => {
  const [network, linear] = [measures[voteNames.network], measures[voteNames.linear]]
  return network === undefined || linear === undefined ? undefined : { network, linear }
}

export const createTextClassificationTask = async (
  options: TextClassificationTaskOptions,
): Promise<RunTask> => {
  const { runtime, config, training, validation, seed, tuning, batch, accumulation } = options
  const { optimizer, clipNorm, averageDecay, tokenDropout, dropout, smoothing } = options
  const { parameters } = textClassifierOf(config)
  const { values, trained, adapters } = tuneParameters(parameters, tuning)
  const room = labelRoomOf(config)
  const timeOf = ({ ids }: LabelledText) => ids.length + room
  const lengths = [...new Set(rowLengths(training.map(timeOf), config.network.context))]
  const bucketOf = (text: LabelledText) => lengths.findIndex((time) => time >= timeOf(text))
  const taskName = (time: number) => `${time} tokens`
  const trainer = await createTrainer({
    runtime,
    accumulation,
    tasks: lengths.map((time) => ({
      name: taskName(time),
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
  const plan = createBucketPlan({
    buckets: training.map(bucketOf),
    sizes: training.map(timeOf),
    batchSize: batch * accumulation,
    seed,
  })
  const scorer = createLabelScorer({ runtime, config, values })

  /** Rows of a part and the network's scores of them: spread evenly over it, whatever its order. */
  const look = async (part: readonly LabelledText[], limit: number) => {
    const chosen = spreadOver(part, limit)
    const scores = await scorer.score(chosen)
    return chosen.map((text, row) => ({ ...text, network: scores[row]! }))
  }

  /** Mean loss in nats, and the guesses' measures, of rows that were looked at. */
  const measure = (rows: Awaited<ReturnType<typeof look>>, weights: VoteWeights | undefined) => {
    const truth = rows.map(({ label }) => label)
    const likely = rows.map(({ network, linear }) =>
      vote(network, linear && { ...linear, weights: weights ?? linear.weights }),
    )
    const loss = likely.reduce((sum, row, index) => sum - row[truth[index]!]!, 0) / rows.length
    return { loss, ...measureClassification(config.labels, truth, likely.map(bestOf)) }
  }

  return {
    trainer: {
      ...trainer,
      // One task to whoever looks on, at several lengths.
      tasks: ['classify'],
      async close() {
        await scorer.close()
        await trainer.close()
      },
    },
    async prepare(stepNumber): Promise<PreparedStep> {
      const { bucket, indexes } = plan(stepNumber - 1)
      const texts = indexes.map((index) => {
        const text = training[index]!
        const random = createRandom(seed, 'token dropout', stepNumber, index)
        return { ...text, ids: dropTokens(text.ids, tokenDropout, random, config.tokens.bos) }
      })
      const time = lengths[bucket]!
      const batches = Array.from({ length: accumulation }, (_, part) => ({
        ...classificationBatch(
          texts.slice(part * batch, (part + 1) * batch),
          { batch, time },
          config,
          options.labelWeights,
        ),
        ...dropoutFeeds({ dropout }, hashOf(seed, 'dropout', stepNumber, part)),
      }))
      return {
        updates: [{ task: taskName(time), batches: balanceParts(batches), averageDecay }],
        tokens: batch * accumulation * time,
      }
    },
    async evaluate() {
      await scorer.write(await trainer.averaged())
      const [heldOut, seen] = [
        await look(validation, measured.heldOut),
        await look(training, measured.training),
      ]
      const voted = heldOut.flatMap(({ network, linear, label }) =>
        linear === undefined ? [] : [{ network, linear: linear.scores, label }],
      )
      // A network that learns what numbers leave over is half of a sum, and no voter.
      const votes = config.linear?.kind === 'ngrams' ? fitVotes(voted) : undefined
      const { loss, accuracy, macroF1 } = measure(heldOut, votes)
      const learned = measure(seen, votes)
      return {
        measures: {
          'heldOut.loss': loss,
          'heldOut.accuracy': accuracy,
          'heldOut.macroF1': macroF1,
          'training.loss': learned.loss,
          'training.accuracy': learned.accuracy,
          ...(votes === undefined
            ? {}
            : {
                'heldOut.network': measure(heldOut, { network: 1, linear: 0 }).accuracy,
                [voteNames.network]: votes.network,
                [voteNames.linear]: votes.linear,
              }),
        },
        score: { loss, accuracy: 1 - accuracy, 'macro-f1': 1 - macroF1 }[options.score],
      }
    },
    sample: async () => ({}),
  }
}
