/** A run that trains a language model, to continue texts, to fill gaps in them, or both in turn. */

import { createPlan, type PlannedExample } from '../../data/plan.js'
import { createGraph } from '../../engine/graph/graph.js'
import type { Program, Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { createRandom, hashOf } from '../../engine/tensor/random.js'
import { numbersOf, type Tensor } from '../../engine/tensor/tensor.js'
import { type LanguageConfig, languageModelOf } from '../../generation/text/config.js'
import { initializeParameters } from '../../network/parameters.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import {
  dropoutFeeds,
  type LanguageShape,
  type MaskingOptions,
  maskedSpansBatch,
  maskedSpansLoss,
  nextTokenBatch,
  nextTokenLoss,
  type TokenRow,
} from '../objectives/language.js'
import { balanceParts } from '../objectives/weighted-labels.js'
import type { Optimizer } from '../optimizers/optimizer.js'
import type { PreparedStep, RunTask, Sample } from '../run.js'
import { createTrainer, type Feeds } from '../trainer.js'
import { mergeAdapters, type TuningOptions, tuneParameters } from '../tuning.js'

/** Where rows come from: a stream's windows, or texts of their own. */
export interface RowSource {
  /** Rows in an epoch. */
  readonly count: number
  read(row: PlannedExample): Promise<TokenRow>
}

/** Rows that are all in memory. */
export const rowsInMemory = (rows: readonly TokenRow[]): RowSource => ({
  count: rows.length,
  read: async ({ index }) => rows[index]!,
})

export interface LanguageTaskOptions {
  readonly runtime: Runtime
  readonly config: LanguageConfig
  readonly text: TextTokenizer
  readonly training: RowSource
  readonly validation: RowSource
  /** Tokens that the network reads in a row. */
  readonly time: number
  /** Whether several documents, or padding, may stand in a row. */
  readonly hasDocuments: boolean
  readonly dropout: number
  /** How often each objective is trained, in proportion to each other. */
  readonly objectives: { readonly nextToken: number; readonly maskedSpans: number }
  readonly masking: MaskingOptions
  /** What is trained; everything when left out. */
  readonly tuning?: TuningOptions
  readonly seed: number
  readonly optimizer: Optimizer
  readonly clipNorm: number
  readonly averageDecay: number
  readonly batch: number
  readonly accumulation: number
  /** The share of a label that is spread evenly over all tokens; none when left out. */
  readonly smoothing?: number
  /** What a model with these parameters writes, to look at. */
  sample(tensors: Tensors): Promise<Record<string, Sample>>
  /** Parameters to start from; random ones when left out. */
  readonly start?: Tensors
  /** A saved state to go on from. */
  readonly restored?: Readonly<Record<string, Tensor>>
}

type Objective = 'next' | 'fill'

/** Rows of the validation part that are measured during a run. */
const measured = 256

/** The mean of a measure over batches, weighted by the labels that count in each. */
interface Sums {
  loss: number
  accuracy: number
  labels: number
  bytes: number
}

export const createLanguageTask = async (options: LanguageTaskOptions): Promise<RunTask> => {
  const { runtime, config, text, training, validation, time, seed, masking } = options
  const { optimizer, clipNorm, averageDecay, batch, accumulation, objectives } = options
  const { tuning = { tuning: { kind: 'all' } } } = options
  const model = languageModelOf(config)
  const { pad, bos, mask } = config.tokens
  const tokens = { pad, ...(bos === undefined ? {} : { bos }) }
  const sight = config.prefixes === 'bidirectional' ? 'prefix' : 'causal'
  const measuring: LanguageShape = { batch, time, hasDocuments: options.hasDocuments }
  const { dropout, smoothing = 0 } = options
  const learning: LanguageShape = { ...measuring, dropout, smoothing }
  const chosen = (['next', 'fill'] as const).filter((name) =>
    name === 'next' ? objectives.nextToken > 0 : objectives.maskedSpans > 0,
  )

  const build = (objective: Objective, shape: LanguageShape) => {
    const { values, trained } = tuneParameters(model.parameters, tuning)
    const loss =
      objective === 'next'
        ? nextTokenLoss(model, values, shape, sight)
        : maskedSpansLoss(model, values, shape, masking.share)
    return { loss, trained }
  }
  const feedsOf = (objective: Objective, rows: readonly TokenRow[], place: number): Feeds =>
    objective === 'next'
      ? nextTokenBatch(rows, learning, tokens, sight)
      : maskedSpansBatch(
          rows,
          learning,
          // A model that fills gaps has the token, as its configuration is made for it.
          { ...tokens, mask: mask! },
          masking,
          createRandom(seed, 'mask', place),
        )

  const { adapters } = tuneParameters(model.parameters, tuning)
  const step = { optimizer, clipNorm, hasAverage: averageDecay > 0 }
  const trainer = await createTrainer({
    runtime,
    accumulation,
    tasks: chosen.map((name) => {
      const { loss, trained } = build(name, learning)
      return { name, loss, step: { ...step, trained } }
    }),
    tensors: {
      ...(options.start ?? initializeParameters(model.parameters, { seed })),
      ...initializeParameters(adapters, { seed }),
    },
    ...(options.restored === undefined ? {} : { restored: options.restored }),
  })

  const plan = createPlan({ count: training.count, batchSize: batch * accumulation, seed })
  const fillShare = objectives.maskedSpans / (objectives.maskedSpans + objectives.nextToken)
  const bytesOf = (ids: ArrayLike<number>, weights: ArrayLike<number>): number => {
    let bytes = 0
    for (let place = 0; place < ids.length; place++) {
      const id = ids[place]!
      if (weights[place] !== 0 && id < text.vocabularySize && !text.isSpecial(id)) {
        bytes += text.bytesOf(id).length
      }
    }
    return bytes
  }

  /** The measures of an objective over the first rows of the validation part. */
  const measure = async (program: Program, objective: Objective): Promise<Sums> => {
    const rows = Math.min(validation.count, measured)
    const sums: Sums = { loss: 0, accuracy: 0, labels: 0, bytes: 0 }
    for (let first = 0; first < rows; first += batch) {
      // The last batch is filled up with rows that say nothing.
      const members = await Promise.all(
        Array.from({ length: batch }, async (_, place) =>
          first + place < rows
            ? await validation.read({
                index: Math.floor(((first + place) * validation.count) / rows),
                epoch: 0,
              })
            : { ids: [] },
        ),
      )
      const feeds = feedsOf(objective, members, -1 - first)
      const labels = numbersOf(feeds['total weight']!)[0]!
      if (labels === 0) continue
      const { loss, accuracy } = await program.run(feeds)
      sums.loss += numbersOf(loss!)[0]! * labels
      sums.accuracy += numbersOf(accuracy!)[0]! * labels
      sums.labels += labels
      sums.bytes += bytesOf(numbersOf(feeds.labels!), numbersOf(feeds.weights!))
    }
    return sums
  }

  return {
    trainer,
    async prepare(stepNumber): Promise<PreparedStep> {
      const random = createRandom(seed, 'step', stepNumber)
      const objective = random.uniform() < fillShare ? 'fill' : 'next'
      const planned = plan(stepNumber - 1)
      const rows = await Promise.all(planned.map((row) => training.read(row)))
      const batches = Array.from({ length: accumulation }, (_, part) => ({
        ...feedsOf(
          objective,
          rows.slice(part * batch, (part + 1) * batch),
          hashOf(seed, 'part', stepNumber, part),
        ),
        ...dropoutFeeds(learning, hashOf(seed, 'dropout', stepNumber, part)),
      }))
      return {
        updates: [{ task: objective, batches: balanceParts(batches), averageDecay }],
        tokens: batch * accumulation * time,
      }
    },
    async evaluate() {
      const buffers = await runtime.createBuffers(await trainer.averaged())
      const measures: Record<string, number> = {}
      for (const objective of chosen) {
        const { loss } = build(objective, measuring)
        const graph = createGraph({ loss: loss.loss, accuracy: loss.metrics!.accuracy! })
        const program = await runtime.createProgram(graph, { buffers })
        const sums = await measure(program, objective)
        await program.close()
        measures[`${objective}.loss`] = sums.loss / sums.labels
        measures[`${objective}.accuracy`] = sums.accuracy / sums.labels
        if (objective === 'next') {
          measures['next.bitsPerByte'] = sums.loss / Math.LN2 / sums.bytes
        }
      }
      await buffers.close()
      return { measures, score: measures[`${chosen[0]}.loss`]! }
    },
    sample: async () => options.sample(mergeAdapters(await trainer.averaged(), tuning.tuning)),
  }
}
