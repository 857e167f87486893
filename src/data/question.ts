/**
 * What can be asked about clips, and what a caption would say for each answer. A source that knows it
 * says so, and a model that learns from its captions keeps it: whoever reads clips later needs to
 * know nothing of the source.
 */

import { z } from 'zod'
import type { ExampleFacts } from './example.js'

/** The value of an attribute of which nothing is to be seen. */
export const noValue = 'none'

export const questionSchema = z.strictObject({
  /** What an answer tells, each made of one or more of an example's attributes. */
  attributes: z.array(z.strictObject({ name: z.string(), of: z.array(z.string()).min(1) })).min(1),
  /** Whether the answer may change while a longer clip goes on. */
  changes: z.boolean().default(false),
  /** Whether each frame by itself tells the answer. */
  isInFrames: z.boolean().default(false),
  answers: z
    .array(
      z.strictObject({
        /** Of each attribute. */
        values: z.array(z.string()),
        /** Captions that give the answer, or what such captions begin with. */
        phrases: z.array(z.string()).min(1),
      }),
    )
    .min(2),
})

export type Question = z.output<typeof questionSchema>

/** The number of the answer that is true of an example; undefined where none of them is. */
export const answerOf = (
  { attributes, answers }: Question,
  { attributes: facts = {} }: Pick<ExampleFacts, 'attributes'>,
): number | undefined => {
  const values = attributes.map(({ of }) => {
    const known = of.map((name) => facts[name]).filter((value) => value !== undefined)
    return known.length > 0 ? known.join(' ') : noValue
  })
  const place = answers.findIndex((answer) =>
    answer.values.every((value, index) => value === values[index]),
  )
  return place < 0 ? undefined : place
}

/** What the values of an attribute are in each answer, and each of them once. */
export const valuesOf = ({ answers }: Question, attribute: number): string[] => [
  ...new Set(answers.map(({ values }) => values[attribute]!)),
]
