/** A run that trains a classifier of texts. */

import { createBucketPlan } from '../../../data/order/bucket-plan.js'
import type { Tensors } from '../../../engine/runtime/runtime.js'
import { createRandom, hashOf } from '../../../engine/tensor/random.js'
import {
  type TextClassificationConfig,
  textClassifierOf,
} from '../../../generation/text-classification/config.js'
import { createLabelScorer } from '../../../generation/text-classification/label-scorer.js'
import type { TextClassifier } from '../../../network/models/text-classifier.js'
import { initializeParameters } from '../../../network/parameters.js'
import { dropoutFeeds } from '../../objectives/dropout.js'
import {
  classificationBatch,
  classificationLoss,
  dropTokens,
  type LabelledText,
} from '../../objectives/text-classification.js'
import { balanceParts } from '../../objectives/weighted-labels.js'
import type { PreparedStep, RunTask } from '../../run.js'
import { createTrainer, type Feeds, type Trainer } from '../../trainer.js'
import { type TunedParameters, type TuningOptions, tuneParameters } from '../../tuning.js'
import type { TaskOptions } from '../task-options.js'
import { type ClassificationScore, measureTexts } from './measure-texts.js'
import { bucketTexts } from './text-buckets.js'

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

export const createTextClassificationTask = async (
  options: TextClassificationTaskOptions,
): Promise<RunTask> => {
  const { runtime, config, training, seed, averageDecay, batch, accumulation } = options
  const tuned = tuneParameters(textClassifierOf(config).parameters, options.tuning)
  const { lengths, buckets, sizes } = bucketTexts(training, config)
  const trainer = await createTextTrainer(options, tuned, lengths)
  const plan = createBucketPlan({ buckets, sizes, batchSize: batch * accumulation, seed })
  const scorer = createLabelScorer({ runtime, config, values: tuned.values })

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
      const time = lengths[bucket]!
      const batches = batchesOf(options, stepNumber, { indexes, time })
      return {
        updates: [{ task: taskName(time), batches: balanceParts(batches), averageDecay }],
        tokens: batch * accumulation * time,
      }
    },
    async evaluate() {
      await scorer.write(await trainer.averaged())
      const { measures, scores } = await measureTexts(scorer, options)
      return { measures, score: scores[options.score] }
    },
    sample: async () => ({}),
  }
}

const taskName = (time: number): string => `${time} tokens`

/** The trainer of rows of all lengths, which share their parameters. */
const createTextTrainer = (
  options: TextClassificationTaskOptions,
  { values, trained, adapters }: TunedParameters<TextClassifier['parameters']>,
  lengths: readonly number[],
): Promise<Trainer> => {
  const { runtime, config, seed, optimizer, clipNorm, averageDecay, batch, accumulation } = options
  const { dropout, smoothing } = options
  return createTrainer({
    runtime,
    accumulation,
    tasks: lengths.map((time) => ({
      name: taskName(time),
      loss: classificationLoss(config, values, { batch, time, dropout, smoothing }),
      step: { optimizer, clipNorm, hasAverage: averageDecay > 0, trained },
    })),
    tensors: {
      ...initializeParameters(textClassifierOf(config).parameters, { seed }),
      ...options.start,
      ...initializeParameters(adapters, { seed }),
    },
    ...(options.restored === undefined ? {} : { restored: options.restored }),
  })
}

/** What a step is fed, part by part: the texts of these indexes in rows of so many tokens. */
const batchesOf = (
  options: TextClassificationTaskOptions,
  stepNumber: number,
  { indexes, time }: { readonly indexes: readonly number[]; readonly time: number },
): Feeds[] => {
  const { config, training, dropout, tokenDropout, labelWeights, seed, batch } = options
  const texts = indexes.map((index) => {
    const text = training[index]!
    const random = createRandom(seed, 'token dropout', stepNumber, index)
    return { ...text, ids: dropTokens(text.ids, tokenDropout, random, config.tokens.bos) }
  })
  return Array.from({ length: options.accumulation }, (_, part) => {
    const members = texts.slice(part * batch, (part + 1) * batch)
    return {
      ...classificationBatch(members, { batch, time }, config, labelWeights),
      ...dropoutFeeds({ dropout }, hashOf(seed, 'dropout', stepNumber, part)),
    }
  })
}
