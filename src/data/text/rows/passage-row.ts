/** Passages with questions and their answers, as SQuAD and those after it write them. */

import { fieldOf, type RowShape } from './row-shape.js'

export interface PassageRow {
  readonly passage: string
  readonly questions: readonly AskedQuestion[]
}

export interface AskedQuestion {
  readonly question: string
  /** Answers that people gave, each once. */
  readonly answers: readonly string[]
}

/**
 * A record `{"context", "qas": [{"question", "answers": [{"text"}]}]}`. Questions that cannot be used
 * are left out of it.
 */
export const passageRow: RowShape<PassageRow> = {
  fields: ['context', 'qas'],
  read: (fields) => {
    const [passage, asked] = [fieldOf(fields, 'context'), fieldOf(fields, 'qas')]
    if (typeof passage !== 'string' || passage.trim() === '') {
      return { fault: '"context": expected a passage, found none; write one or remove the row' }
    }
    if (!Array.isArray(asked) || asked.length === 0) {
      return { fault: '"qas": expected a list of {"question", "answers"}, found none' }
    }
    const questions: AskedQuestion[] = []
    const leftOut: string[] = []
    for (const [index, one] of asked.entries()) {
      const found = readQuestion(one)
      if (typeof found === 'string') leftOut.push(`"qas", question ${index + 1}: ${found}`)
      else questions.push(found)
    }
    return { row: { passage, questions }, leftOut }
  },
}

/** A question, or what is wrong with it. */
const readQuestion = (asked: unknown): AskedQuestion | string => {
  const isRecord = typeof asked === 'object' && asked !== null
  // Of an object's values nothing is claimed.
  const { question, answers } = (isRecord ? asked : {}) as Readonly<Record<string, unknown>>
  if (typeof question !== 'string' || question.trim() === '') {
    return 'expected "question" to be a text; write one'
  }
  const texts = Array.isArray(answers) ? answers.map((answer) => answer?.text) : []
  const isText = (text: unknown): text is string => typeof text === 'string' && text !== ''
  if (texts.length === 0 || !texts.every(isText)) {
    return 'expected "answers" to be a list of {"text"}; write at least one'
  }
  return { question: question.trim(), answers: [...new Set(texts)] }
}
