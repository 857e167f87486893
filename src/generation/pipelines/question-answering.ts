/** `pipeline('question-answering')`: a question and a passage in, the answer out. */

import { DataError } from '../../errors.js'
import { type PairModel, requireQuestions } from '../text-pairs/pair-model.js'
import { type GenerationOptions, writeOptions } from './generation-options.js'

export interface AnswerOutput {
  readonly answer: string
  /** How likely the model finds it, from 0 to 1: the mean of its tokens' probabilities, geometric. */
  readonly score: number
}

export interface QuestionAnsweringPipeline {
  /** Throws DataError where one of both is empty, and for a text beside a list. */
  (question: string, context: string, options?: GenerationOptions): Promise<AnswerOutput>
  /** Each question on the context of the same place. */
  (
    questions: readonly string[],
    contexts: readonly string[],
    options?: GenerationOptions,
  ): Promise<AnswerOutput[]>
  dispose(): Promise<void>
}

const describe = (texts: string | readonly string[]): string =>
  typeof texts === 'string' ? 'a text' : `a list of ${texts.length}`

/** Throws DataError for a model of other texts. */
export const createQuestionAnswering = (model: PairModel): QuestionAnsweringPipeline => {
  requireQuestions(model.config)
  const answer = async (question: string, context: string, options: GenerationOptions) => {
    const { text, score } = await model.answer(question, context, writeOptions(options))
    return { answer: text, score }
  }
  const call = async (
    questions: string | readonly string[],
    contexts: string | readonly string[],
    options: GenerationOptions = {},
  ) => {
    if (typeof questions === 'string' && typeof contexts === 'string') {
      return answer(questions, contexts, options)
    }
    const isPaired = Array.isArray(questions) && Array.isArray(contexts)
    if (!isPaired || questions.length !== contexts.length) {
      throw new DataError(
        'question-answering: expected a question and a context, or a context for each question, ' +
          `got ${describe(questions)} and ${describe(contexts)}. Give both in the same form`,
      )
    }
    const outputs: AnswerOutput[] = []
    for (const [place, question] of questions.entries()) {
      outputs.push(await answer(question, contexts[place]!, options))
    }
    return outputs
  }
  // One input has one answer, and a list has a list of them.
  return Object.assign(call, { dispose: () => model.close() }) as QuestionAnsweringPipeline
}
