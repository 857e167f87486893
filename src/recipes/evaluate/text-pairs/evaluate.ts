/**
 * Measures a model of text pairs on rows that it has not seen, beside a baseline that learns nothing
 * or next to nothing: the nearest sentence, the first sentence, or a sliding window.
 */

import type { TextPair } from '../../../data/text/rows/pair-row.js'
import { openPairModel } from '../../../generation/text-pairs/model-folder.js'
import type { PairModel } from '../../../generation/text-pairs/pair-model.js'
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
import { type PassageQuestion, preparePairData } from '../../run/pair-data.js'
import type { TextPairsRecipe } from '../../tasks/text-pairs.js'
import type { Measures } from '../measures.js'
import { leadSentence, leadSentenceName } from './lead-sentence.js'
import { createNearestText, nearestTextName } from './nearest-text.js'
import { slidingWindowAnswer, slidingWindowName } from './sliding-window.js'

export interface EvaluatePairsOptions {
  /** The model's folder. */
  readonly path: string
  readonly recipe: TextPairsRecipe
  readonly environment: Pick<RunEnvironment, 'files' | 'runtime' | 'dataFolder' | 'onProgress'>
}

/** Measures of one part, and how they were taken. */
interface Measured {
  readonly test: Measures
  readonly baseline: Measures
  readonly settings: Readonly<Record<string, string>>
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

/** One way of a model of texts: what it writes from sources, and what the baseline gives. */
const measureTexts = async (
  model: PairModel,
  pairs: readonly TextPair[],
  {
    training,
    purpose,
    language,
    onProgress,
  }: {
    readonly training: readonly TextPair[]
    readonly purpose: TextPurpose
    readonly language: string
    readonly onProgress: RunEnvironment['onProgress']
  },
): Promise<Measured> => {
  const baseline =
    purpose === 'translation'
      ? { write: createNearestText(training), name: nearestTextName }
      : { write: leadSentence, name: leadSentenceName }
  const to = model.config.isBothWays ? language : undefined
  const written: string[] = []
  const simple: string[] = []
  let cut = 0
  for (const { source } of pairs) {
    const { ids, isCut } = model.sourceOf(source, to)
    if (isCut) cut++
    written.push((await model.writeWhole(ids)).text)
    simple.push(baseline.write(source))
    onProgress(`texts in ${language}`, written.length, pairs.length)
  }
  const references = pairs.map(({ target }) => target)
  const { measure, settings } = textMeasures(purpose, language)
  return {
    test: { ...measure(written, references), rows: pairs.length, cut },
    baseline: { ...measure(simple, references), rows: pairs.length },
    settings: { ...settings, baselineOf: baseline.name },
  }
}

/** Answers of a model to questions on passages, and those of the baseline. */
const measureAnswers = async (
  model: PairModel,
  questions: readonly PassageQuestion[],
  { language, onProgress }: Pick<Parameters<typeof measureTexts>[2], 'language' | 'onProgress'>,
): Promise<Measured> => {
  const measure = answerMeasureOf(language)
  const sums = { test: { exact: 0, f1: 0 }, baseline: { exact: 0, f1: 0 } }
  const add = (to: keyof typeof sums, written: string, answers: readonly string[]) => {
    const { exact, f1 } = scoreAnswer(written, answers, measure)
    sums[to].exact += exact
    sums[to].f1 += f1
  }
  for (const [index, { question, passage, answers }] of questions.entries()) {
    add('test', (await model.answer(question, passage)).text, answers)
    add('baseline', slidingWindowAnswer(question, passage), answers)
    onProgress('questions', index + 1, questions.length)
  }
  const meanOf = ({ exact, f1 }: (typeof sums)['test']): Measures => ({
    exactMatch: exact / questions.length,
    f1: f1 / questions.length,
    rows: questions.length,
  })
  return {
    test: meanOf(sums.test),
    baseline: meanOf(sums.baseline),
    settings: { answers: answerSettings(measure), baselineOf: slidingWindowName },
  }
}

const turned = (pairs: readonly TextPair[]): TextPair[] =>
  pairs.map(({ source, target }) => ({ source: target, target: source }))

/** All measures of a model on its recipe's test rows, or those held out where there are none. */
export const evaluateTextPairs = async ({
  path,
  recipe: { data: recipe, purpose, seed },
  environment,
}: EvaluatePairsOptions): Promise<Measures> => {
  const { files, runtime, onProgress } = environment
  const data = await preparePairData(recipe, { seed, environment })
  const [from, to] = recipe.languages
  const model = await openPairModel(files, runtime, path)
  try {
    if (data.content === 'questions') {
      const rows = data.test.length > 0 ? data.test : data.validation
      const { settings, ...measured } = await measureAnswers(model, rows, {
        ...{ language: to, onProgress },
      })
      return { ...measured, ...settings }
    }
    const rows = data.test.length > 0 ? data.test : data.validation
    // The schema has seen to it: what is answered is questions.
    const common = { purpose: purpose as TextPurpose, onProgress }
    const forward = await measureTexts(model, rows, {
      ...common,
      ...{ training: data.training, language: to },
    })
    if (recipe.directions === 'forward') {
      const { settings, ...measured } = forward
      return { ...measured, ...settings }
    }
    const back = await measureTexts(model, turned(rows), {
      ...common,
      ...{ training: turned(data.training), language: from },
    })
    const way = `${to}-${from}`
    return {
      test: { ...forward.test, [way]: back.test },
      baseline: { ...forward.baseline, [way]: back.baseline },
      ...forward.settings,
      ...Object.fromEntries(
        Object.entries(back.settings).map(([name, text]) => [`${way} ${name}`, text]),
      ),
    }
  } finally {
    await model.close()
  }
}
