/** A run that trains a language model, to continue texts, to fill gaps in them, or both at once. */

import { createPlan } from '../../data/order/plan.js'
import type { Tensors } from '../../engine/runtime/runtime.js'
import { whileOpen } from '../../engine/runtime/while-open.js'
import { hashOf } from '../../engine/tensor/random.js'
import type { LanguageConfig } from '../../generation/text/config.js'
import { initializeParameters } from '../../network/parameters.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import { dropoutFeeds } from '../objectives/dropout.js'
import type { MaskingOptions } from '../objectives/language.js'
import { balanceParts } from '../objectives/weighted-labels.js'
import type { PreparedStep, RunTask, Sample } from '../run.js'
import { createTrainer } from '../trainer.js'
import { mergeAdapters, type TuningOptions, tuneParameters } from '../tuning.js'
import { createLanguageObjectives } from './language-objectives.js'
import { bitsPerByte, measureLanguage } from './measure-language.js'
import type { RowSource } from './row-source.js'
import type { TaskOptions } from './task-options.js'

export interface LanguageTaskOptions extends TaskOptions {
  readonly config: LanguageConfig
  readonly text: TextTokenizer
  readonly training: RowSource
  readonly validation: RowSource
  /** Tokens that the network reads in a row. */
  readonly time: number
  /** Whether several documents, or padding, may stand in a row. */
  readonly hasDocuments: boolean
  readonly dropout: number
  /** What is learned; both in this proportion of rows without and with a prefix with gaps. */
  readonly objectives: { readonly nextToken: number; readonly maskedSpans: number }
  readonly masking: MaskingOptions
  /** What is trained; everything when left out. */
  readonly tuning?: TuningOptions
  /** The share of a label that is spread evenly over all tokens; none when left out. */
  readonly smoothing?: number
  /** What a model with these parameters writes, to look at. */
  sample(tensors: Tensors): Promise<Record<string, Sample>>
  /** Parameters to start from; random ones when left out. */
  readonly start?: Tensors
}

/** Rows of the validation part that are measured during a run. */
const measured = 256

export const createLanguageTask = async (options: LanguageTaskOptions): Promise<RunTask> => {
  const { runtime, config, text, training, validation, time, seed } = options
  const { optimizer, clipNorm, averageDecay, batch, accumulation, objectives } = options
  const { tuning = { tuning: { kind: 'all' } } } = options
  const { dropout, smoothing = 0 } = options
  const learned = createLanguageObjectives({
    config,
    batch,
    time,
    hasDocuments: options.hasDocuments,
    masking: options.masking,
    prefixChance: objectives.maskedSpans / (objectives.maskedSpans + objectives.nextToken),
    seed,
    tuning,
  })
  const { model } = learned
  const skills = (['next', 'fill'] as const).filter((name) =>
    name === 'next' ? objectives.nextToken > 0 : objectives.maskedSpans > 0,
  )
  const objective = skills.length === 1 ? skills[0]! : 'both'

  const { adapters } = tuneParameters(model.parameters, tuning)
  const { loss, trained } = learned.loss(objective, { dropout, smoothing })
  const step = { optimizer, clipNorm, hasAverage: averageDecay > 0, trained }
  const trainer = await createTrainer({
    runtime,
    accumulation,
    tasks: [{ name: objective, loss, step }],
    tensors: {
      ...(options.start ?? initializeParameters(model.parameters, { seed })),
      ...initializeParameters(adapters, { seed }),
    },
    ...(options.restored === undefined ? {} : { restored: options.restored }),
  })

  const plan = createPlan({ count: training.count, batchSize: batch * accumulation, seed })

  return {
    trainer,
    async prepare(stepNumber): Promise<PreparedStep> {
      const planned = plan(stepNumber - 1)
      const rows = await Promise.all(planned.map((row) => training.read(row)))
      const batches = Array.from({ length: accumulation }, (_, part) => ({
        ...learned.feeds(
          objective,
          rows.slice(part * batch, (part + 1) * batch),
          hashOf(seed, 'part', stepNumber, part),
        ),
        ...dropoutFeeds({ dropout }, hashOf(seed, 'dropout', stepNumber, part)),
      }))
      return {
        updates: [{ task: objective, batches: balanceParts(batches), averageDecay }],
        tokens: batch * accumulation * time,
      }
    },
    async evaluate() {
      const measures: Record<string, number> = {}
      await whileOpen(runtime.createBuffers(await trainer.averaged()), async (buffers) => {
        for (const skill of skills) {
          const found = await measureLanguage(learned, skill, {
            runtime,
            buffers,
            text,
            rows: validation,
            largest: measured,
          })
          measures[`${skill}.loss`] = found.loss
          measures[`${skill}.accuracy`] = found.accuracy
          if (skill === 'next') measures['next.bitsPerByte'] = bitsPerByte(found)
        }
      })
      return { measures, score: measures[`${skills[0]}.loss`]! }
    },
    sample: async () => options.sample(mergeAdapters(await trainer.averaged(), tuning.tuning)),
  }
}
