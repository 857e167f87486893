/**
 * Measures a language model on all texts that its recipe holds out, beside a model of n-grams that
 * was counted on the texts it learned from, and beside another model: one from which it was made
 * with fewer bits, or one with another tokenizer.
 */

import { whileOpen } from '../../engine/runtime/while-open.js'
import { numbersOf } from '../../engine/tensor/tensor.js'
import { DataError } from '../../errors.js'
import { readStoredLanguageModel } from '../../generation/text/model-folder.js'
import { partsAtWork } from '../../generation/text/text-folder.js'
import type { ModelFolder } from '../../storage/model-folder.js'
import { fitNgramModel, type NgramModel } from '../../training/metrics/ngram-model.js'
import {
  createLanguageObjectives,
  type LanguageObjectives,
} from '../../training/tasks/language-objectives.js'
import { bitsPerByte, measureLanguage } from '../../training/tasks/measure-language.js'
import type { RowSource } from '../../training/tasks/row-source.js'
import type { RunEnvironment } from '../run/environment.js'
import type { LanguageData } from '../run/language/language-data.js'
import {
  type LanguageEnvironment,
  prepareLanguageData,
} from '../run/language/prepare-language-data.js'
import type { LanguageModelRecipe } from '../tasks/language-model.js'
import { less, type Measures } from './measures.js'

/** Tokens of the baseline's longest n-grams, and those that it is counted on at most. */
const order = 5
const largestCounted = 2_000_000

export interface EvaluateLanguageOptions {
  readonly folder: ModelFolder
  /** Another model, to compare it with. */
  readonly against?: ModelFolder
  readonly recipe: LanguageModelRecipe
  readonly environment: LanguageEnvironment & Pick<RunEnvironment, 'runtime'>
}

/** The run has told them already. */
const unheard = { record: async () => {}, notice: async () => {} }

/** Nats a token, bits a byte, and the share of tokens that are the likeliest, by objective. */
export const evaluateLanguageModel = async ({
  folder,
  against,
  recipe,
  environment,
}: EvaluateLanguageOptions): Promise<Measures> => {
  const data = await prepareLanguageData(recipe, unheard, environment)
  const own = await measureFolder(folder, { recipe, data, environment, hasBaseline: true })
  const measures = {
    ...own.objectives,
    ...(own.baseline === undefined ? {} : { baseline: own.baseline }),
  }
  if (against === undefined) return measures
  const other = await measureFolder(against, { recipe, data, environment, hasBaseline: false })
  const differences = Object.entries(own.objectives).flatMap(([name, found]) => {
    const beside = other.objectives[name]
    return beside === undefined ? [] : [[`${name} less other`, less(found, beside)]]
  })
  if (differences.length === 0) {
    throw new DataError(
      `${against.path}: expected a model that does what this one does (${Object.keys(own.objectives).join(', ')}), found none of it; compare with another`,
    )
  }
  return { ...measures, other: other.objectives, ...Object.fromEntries(differences) }
}

interface FolderOptions extends Pick<EvaluateLanguageOptions, 'recipe' | 'environment'> {
  readonly data: LanguageData
  readonly hasBaseline: boolean
}

interface FolderMeasures {
  /** By objective. */
  readonly objectives: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly baseline?: Measures
}

/**
 * What a folder's model finds on the held-out rows, read as its own tokenizer reads them: of the
 * recipe's objectives those that it was trained for.
 */
const measureFolder = async (
  folder: ModelFolder,
  { recipe, data, environment, hasBaseline }: FolderOptions,
): Promise<FolderMeasures> => {
  const { objective, seed, training } = recipe
  const stored = await readStoredLanguageModel(folder)
  const { runtime, config, tensors, text } = partsAtWork(environment.runtime, stored)
  const time = Math.min(recipe.model.context, config.network.context)
  const rows = await data.rowsOf({ text, config, time })
  const learned = createLanguageObjectives({
    config,
    batch: training.batch,
    time,
    hasDocuments: rows.hasDocuments,
    masking: objective.masking,
    seed,
    tuning: { tuning: { kind: 'all' } },
  })
  const objectives: Record<string, Record<string, number>> = {}
  let baseline: Measures | undefined
  await whileOpen(runtime.createBuffers(tensors), async (buffers) => {
    const measure = (name: 'next' | 'fill') =>
      measureLanguage(learned, name, {
        runtime,
        buffers,
        text,
        rows: rows.validation,
        onProgress: (done, total) => environment.onProgress(`windows (${name})`, done, total),
      })
    if (objective.nextToken > 0 && config.skills.includes('continue')) {
      const found = await measure('next')
      const { loss, accuracy, labels } = found
      objectives.next = { loss, bitsPerByte: bitsPerByte(found), accuracy, tokens: labels }
      if (hasBaseline) {
        const ngrams = await countRows(rows.training, text.vocabularySize)
        const nats = await measureNgrams(ngrams, learned, rows.validation)
        baseline = {
          loss: nats,
          bitsPerByte: bitsPerByte({ ...found, loss: nats }),
          of: `${order}-grams of tokens`,
        }
      }
    }
    const canFill = config.skills.includes('fill') && config.tokens.mask !== undefined
    if (objective.maskedSpans > 0 && canFill) {
      const { loss, accuracy, labels } = await measure('fill')
      objectives.fill = { loss, accuracy, tokens: labels }
    }
  })
  return { objectives, ...(baseline === undefined ? {} : { baseline }) }
}

const countRows = async (rows: RowSource, vocabularySize: number): Promise<NgramModel> => {
  const counted: ArrayLike<number>[] = []
  let tokens = 0
  for (let index = 0; index < rows.count && tokens < largestCounted; index++) {
    const { ids } = await rows.read({ index, epoch: 0 })
    counted.push(ids)
    tokens += ids.length
  }
  return fitNgramModel(counted, { order, vocabularySize })
}

/** Nats a token of the very labels that the model is measured on. */
const measureNgrams = async (
  ngrams: NgramModel,
  learned: LanguageObjectives,
  rows: RowSource,
): Promise<number> => {
  const { batch } = learned
  let [loss, labelled] = [0, 0]
  for (let first = 0; first < rows.count; first += batch) {
    const members = await Promise.all(
      Array.from({ length: batch }, async (_, place) =>
        first + place < rows.count
          ? await rows.read({ index: first + place, epoch: 0 })
          : { ids: [] },
      ),
    )
    const feeds = learned.feeds('next', members, first)
    const [ids, labels] = [numbersOf(feeds.ids!), numbersOf(feeds.labels!)]
    const weights = numbersOf(feeds.weights!)
    const time = ids.length / batch
    for (let place = 0; place < labels.length; place++) {
      if (weights[place] === 0) continue
      const start = Math.max(place - (place % time), place - order + 2)
      const history = Array.from(ids.slice(start, place + 1))
      loss -= Math.log(ngrams.probability(history, labels[place]!))
      labelled++
    }
  }
  return loss / labelled
}
