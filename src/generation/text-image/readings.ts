/** Answers to a model's questions as what people read: for each attribute its values, likeliest first. */

import { type Question, valuesOf } from '../../data/question.js'

export interface ScoredLabel {
  readonly label: string
  /** From 0 to 1; those of an attribute add up to 1. */
  readonly score: number
}

export interface Reading {
  readonly attribute: string
  /** All values, likeliest first. */
  readonly labels: readonly ScoredLabel[]
}

/** The readings of all attributes, in the order of the questions. */
export const readAttributes = (
  questions: readonly Question[],
  probabilities: readonly (readonly number[])[],
): Reading[] =>
  questions.flatMap((question, place) =>
    question.attributes.map(({ name }, index) => ({
      attribute: name,
      labels: valuesOf(question, index)
        .map((label) => ({
          label,
          score: question.answers.reduce(
            (sum, { values }, answer) =>
              values[index] === label ? sum + probabilities[place]![answer]! : sum,
            0,
          ),
        }))
        .sort((a, b) => b.score - a.score),
    })),
  )

/** The likeliest answer to each question. */
export const likeliestAnswers = (probabilities: readonly (readonly number[])[]): number[] =>
  probabilities.map((scores) => scores.indexOf(Math.max(...scores)))
