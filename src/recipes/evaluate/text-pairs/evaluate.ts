/**
 * Measures a model of text pairs on rows that it has not seen, beside a baseline that learns nothing
 * or next to nothing (the nearest sentence, the first sentence, or a sliding window), and beside
 * another model: one from which it was made with fewer bits, or one that was trained otherwise.
 */

import type { TextPair } from '../../../data/text/rows/pair-row.js'
import { whileOpen } from '../../../engine/runtime/while-open.js'
import { DataError } from '../../../errors.js'
import type { TextPairsConfig } from '../../../generation/text-pairs/config.js'
import { createStoredPairModel } from '../../../generation/text-pairs/model-folder.js'
import type { PairModel } from '../../../generation/text-pairs/pair-model.js'
import type { ModelFolder } from '../../../storage/model-folder.js'
import {
  answerMeasureOf,
  answerSettings,
  scoreAnswer,
} from '../../../training/metrics/texts/answers.js'
import { bleu, bleuSettings } from '../../../training/metrics/texts/bleu.js'
import { bleuTokenizerOf } from '../../../training/metrics/texts/bleu-tokens.js'
import { chrf, chrfSettings } from '../../../training/metrics/texts/chrf.js'
import { rougeL, rougeSettings, rougeUnitOf } from '../../../training/metrics/texts/rouge-l.js'
import type { RunEnvironment } from '../../run/environment.js'
import {
  type PairData,
  type PassageQuestion,
  preparePairData,
} from '../../run/text-pairs/pair-data.js'
import type { TextPairsRecipe } from '../../tasks/text-pairs.js'
import { measuredRows } from '../measured-rows.js'
import { less, type Measures } from '../measures.js'
import { leadSentence, leadSentenceName } from './lead-sentence.js'
import { createNearestText, nearestTextName } from './nearest-text.js'
import { slidingWindowAnswer, slidingWindowName } from './sliding-window.js'

export interface EvaluatePairsOptions {
  readonly folder: ModelFolder
  /** Another model, to compare it with. */
  readonly against?: ModelFolder
  readonly recipe: TextPairsRecipe
  readonly environment: Pick<RunEnvironment, 'files' | 'runtime' | 'dataFolder' | 'onProgress'>
}

type Done = (rows: number) => void

/** What is written from one kind of rows, and measured: by a model, or by the baseline. */
interface Way {
  /** The name of its measures where it is the second way, back. */
  readonly name?: string
  /** What progress calls its rows, and how many there are. */
  readonly work: string
  readonly rows: number
  readonly settings: Readonly<Record<string, string>>
  measure(model: PairModel, done: Done): Promise<Measures>
  measureBaseline(done: Done): Measures
}

type TextPurpose = Exclude<TextPairsRecipe['purpose'], 'answer'>

/** What is measured of written texts in a language, and in which settings. */
const textMeasures = (purpose: TextPurpose, language: string) => {
  if (purpose === 'translation') {
    const tokenizer = bleuTokenizerOf(language)
    return {
      measure: (written: readonly string[], references: readonly string[]) => ({
        chrf: chrf(written, references),
        bleu: bleu(written, references, tokenizer),
      }),
      settings: { chrf: chrfSettings, bleu: bleuSettings(tokenizer) },
    }
  }
  const unit = rougeUnitOf(language)
  return {
    measure: (written: readonly string[], references: readonly string[]) => ({
      rougeL: rougeL(written, references, unit),
    }),
    settings: { rougeL: rougeSettings(unit) },
  }
}

/** Texts that are written in a language from sources. */
const textsWay = (
  pairs: readonly TextPair[],
  {
    training,
    purpose,
    language,
  }: {
    readonly training: readonly TextPair[]
    readonly purpose: TextPurpose
    readonly language: string
  },
): Way => {
  const baseline =
    purpose === 'translation'
      ? { write: createNearestText(training), name: nearestTextName }
      : { write: leadSentence, name: leadSentenceName }
  const references = pairs.map(({ target }) => target)
  const { measure, settings } = textMeasures(purpose, language)
  return {
    work: `texts in ${language}`,
    rows: pairs.length,
    settings: { ...settings, baselineOf: baseline.name },
    measureBaseline(done) {
      const written = pairs.map(({ source }, index) => {
        done(index + 1)
        return baseline.write(source)
      })
      return { ...measure(written, references), rows: pairs.length }
    },
    async measure(model, done) {
      const to = model.config.isBothWays ? language : undefined
      const written: string[] = []
      let cut = 0
      for (const { source } of pairs) {
        const { ids, isCut } = model.sourceOf(source, to)
        if (isCut) cut++
        written.push((await model.writeWhole(ids)).text)
        done(written.length)
      }
      return { ...measure(written, references), rows: pairs.length, cut }
    },
  }
}

/** Answers to questions on passages. */
const answersWay = (questions: readonly PassageQuestion[], language: string): Way => {
  const measure = answerMeasureOf(language)
  const measureAll = (written: readonly string[]): Measures => {
    const scores = questions.map(({ answers }, index) =>
      scoreAnswer(written[index]!, answers, measure),
    )
    const meanOf = (key: 'exact' | 'f1') =>
      scores.reduce((sum, score) => sum + score[key], 0) / questions.length
    return { exactMatch: meanOf('exact'), f1: meanOf('f1'), rows: questions.length }
  }
  return {
    work: 'questions',
    rows: questions.length,
    settings: { answers: answerSettings(measure), baselineOf: slidingWindowName },
    measureBaseline: (done) =>
      measureAll(
        questions.map(({ question, passage }, index) => {
          done(index + 1)
          return slidingWindowAnswer(question, passage)
        }),
      ),
    async measure(model, done) {
      const written: string[] = []
      for (const { question, passage } of questions) {
        written.push((await model.answer(question, passage)).text)
        done(written.length)
      }
      return measureAll(written)
    },
  }
}

const turned = (pairs: readonly TextPair[]): TextPair[] =>
  pairs.map(({ source, target }) => ({ source: target, target: source }))

/** All that is measured of a recipe's models, on the rows to measure on. */
const waysOf = ({ data: recipe, purpose }: TextPairsRecipe, data: PairData): Way[] => {
  const [from, to] = recipe.languages
  if (data.content === 'questions') return [answersWay(measuredRows(recipe, data), to)]
  const rows = measuredRows(recipe, data)
  const { training } = data
  // The schema has seen to it: what is answered is questions.
  const common = { purpose: purpose as TextPurpose }
  const forward = textsWay(rows, { ...common, training, language: to })
  if (recipe.directions === 'forward') return [forward]
  const back = { ...common, training: turned(training), language: from }
  return [forward, { ...textsWay(turned(rows), back), name: `${to}-${from}` }]
}

const describeWays = (
  { content, languages: [from, to] }: Pick<TextPairsConfig, 'content' | 'languages'>,
  isBothWays: boolean,
): string => `${content}, ${from} to ${to}${isBothWays ? ' and back' : ''}`

/** Throws DataError for a model that was not trained to write what the recipe's is. */
const checkFits = (config: TextPairsConfig, { data }: TextPairsRecipe, path: string): void => {
  const isBothWays = data.directions === 'both'
  const isFitting =
    config.content === data.content &&
    config.languages.every((language, side) => language === data.languages[side]) &&
    (config.isBothWays || !isBothWays)
  if (isFitting) return
  throw new DataError(
    `${path}: expected a model of ${describeWays(data, isBothWays)}, got one of ` +
      `${describeWays(config, config.isBothWays)}; measure it on its own data`,
  )
}

/** Measures of several ways in one record. */
const joinWays = (ways: readonly Way[], measures: readonly Measures[]): Measures =>
  Object.assign(
    {},
    ...ways.map(({ name }, place) =>
      name === undefined ? measures[place] : { [name]: measures[place]! },
    ),
  )

/** All measures of a model, and of another one beside it. Throws DataError where that one does not fit. */
export const evaluateTextPairs = async ({
  folder,
  against,
  recipe,
  environment,
}: EvaluatePairsOptions): Promise<Measures> => {
  const { runtime, onProgress } = environment
  const data = await preparePairData(recipe.data, { seed: recipe.seed, environment })
  const ways = waysOf(recipe, data)
  const measureModel = (folder: ModelFolder): Promise<Measures> =>
    whileOpen(createStoredPairModel(runtime, folder), async (model) => {
      checkFits(model.config, recipe, folder.path)
      const measures: Measures[] = []
      for (const { work, rows, measure } of ways) {
        measures.push(await measure(model, (done) => onProgress(work, done, rows)))
      }
      return joinWays(ways, measures)
    })
  const test = await measureModel(folder)
  const other = against === undefined ? undefined : await measureModel(against)
  const baselines = ways.map(({ work, rows, measureBaseline }) =>
    measureBaseline((done) => onProgress(`${work} by the baseline`, done, rows)),
  )
  const settings = ways.flatMap(({ name, settings }) =>
    Object.entries(settings).map(([key, text]) => [
      name === undefined ? key : `${name} ${key}`,
      text,
    ]),
  )
  return {
    test,
    ...(other === undefined ? {} : { other, 'test less other': less(test, other) }),
    baseline: joinWays(ways, baselines),
    leftOut: data.faults.count,
    ...Object.fromEntries(settings),
  }
}
