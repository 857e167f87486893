/**
 * `pipeline('zero-shot-classification')`: labels that nobody trained, judged by a language model. A
 * label is put into the sentence of a template, and scored by how much likelier the text makes that
 * sentence than it is by itself, which is fair to labels that are rare or long (Holtzman et al. 2021).
 */

import { weigh } from '../../engine/tensor/softmax.js'
import { DataError } from '../../errors.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import { checkContinues } from '../text/check-continues.js'
import type { LanguageConfig } from '../text/config.js'
import type { TextScorer } from '../text/score-text.js'
import { oneOrSeveral } from './one-or-several.js'

export interface ZeroShotOptions {
  /** The sentence with {} in the place of the label. */
  readonly hypothesis_template?: string
  /** Whether several labels may be right, each scored by itself. */
  readonly multi_label?: boolean
}

export interface ZeroShotOutput {
  readonly sequence: string
  /** Best first. */
  readonly labels: string[]
  /** In the order of the labels; they add up to 1 unless several may be right. */
  readonly scores: number[]
}

export interface ZeroShotPipeline {
  /** Throws DataError for an empty text, no labels, or a template without {}. */
  (
    text: string,
    labels: string | readonly string[],
    options?: ZeroShotOptions,
  ): Promise<ZeroShotOutput>
  (
    texts: readonly string[],
    labels: string | readonly string[],
    options?: ZeroShotOptions,
  ): Promise<ZeroShotOutput[]>
  dispose(): Promise<void>
}

export interface ZeroShotParts {
  readonly config: LanguageConfig
  readonly text: TextTokenizer
  readonly scorer: TextScorer
}

/** Throws DataError for a model that only fills gaps. */
export const createZeroShot = ({ config, text, scorer }: ZeroShotParts): ZeroShotPipeline => {
  checkContinues(config, 'zero-shot-classification')
  const { bos } = config.tokens
  /** The log-probability of what follows a beginning, for each. */
  const scoreAfter = (beginning: string, endings: readonly string[]) => {
    // Without a token that starts texts, a line break does.
    const start = [
      ...(bos === undefined ? text.encode('\n') : [bos]),
      ...(beginning === '' ? [] : text.encode(`${beginning}\n`)),
    ]
    return scorer.score(
      endings.map((ending) => ({ ids: [...start, ...text.encode(ending)], from: start.length })),
    )
  }
  const judge = async (
    sequence: string,
    labels: readonly string[],
    {
      hypothesis_template: template = 'This example is {}.',
      multi_label: isMany = false,
    }: ZeroShotOptions,
  ): Promise<ZeroShotOutput> => {
    if (sequence.trim() === '') throw new DataError('the text is empty; give one to classify')
    if (labels.length === 0) throw new DataError('there are no labels; give some to choose from')
    if (!template.includes('{}')) {
      throw new DataError(
        `hypothesis_template: expected {} in the place of the label, got ${JSON.stringify(template)}`,
      )
    }
    const sentences = labels.map((label) => template.replaceAll('{}', () => label))
    const [informed, plain] = [
      await scoreAfter(sequence, sentences),
      await scoreAfter('', sentences),
    ]
    const gains = informed.map((score, index) => score - plain[index]!)
    const { weights, total } = weigh(gains)
    const scores = gains.map((gain, index) =>
      isMany ? 1 / (1 + Math.exp(-gain)) : weights[index]! / total,
    )
    const order = labels.map((_, index) => index).sort((a, b) => scores[b]! - scores[a]!)
    return {
      sequence,
      labels: order.map((index) => labels[index]!),
      scores: order.map((index) => scores[index]!),
    }
  }
  const call = async (
    texts: string | readonly string[],
    labels: string | readonly string[],
    options: ZeroShotOptions = {},
  ) => {
    const candidates = typeof labels === 'string' ? [labels] : labels
    return oneOrSeveral(texts, (sequence) => judge(sequence, candidates, options))
  }
  // One input has one answer, and a list has a list of them.
  return Object.assign(call, { dispose: () => scorer.close() }) as ZeroShotPipeline
}
