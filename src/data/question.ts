/**
 * What can be asked about clips, and what a caption would say for each answer. A source that knows it
 * says so, and a model that learns from its captions keeps it: whoever reads clips later needs to
 * know nothing of the source.
 */

import { z } from 'zod'
import type { ExampleFacts, Language } from './example.js'

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

/** Stands among attributes for what an example is called: its first caption. */
const captionName = 'caption'

/** The number of the answer that is true of an example; undefined where none of them is. */
export const answerOf = (
  { attributes, answers }: Question,
  example: Pick<ExampleFacts, 'attributes'> & Partial<Pick<ExampleFacts, 'captions'>>,
): number | undefined => {
  const factOf = (name: string): string | undefined =>
    name === captionName ? example.captions?.[0]?.text : example.attributes?.[name]
  const values = attributes.map(({ of }) => {
    const known = of.map(factOf).filter((value) => value !== undefined)
    return known.length > 0 ? known.join(' ') : noValue
  })
  const place = answers.findIndex((answer) =>
    answer.values.every((value, index) => value === values[index]),
  )
  return place < 0 ? undefined : place
}

const classesAtMost = 200
/** Examples of a class, on average, without which names are no classes. */
const examplesOfClass = 2

/**
 * Asks for the class, where examples are called by few names: each is what the examples of a class
 * are called in any language. Undefined where names are mostly different, or all the same.
 */
export const questionOfNames = (
  examples: readonly Pick<ExampleFacts, 'captions'>[],
  languages: readonly Language[],
): Question | undefined => {
  const classes = new Map<string, Set<string>>()
  for (const { captions } of examples) {
    const [first] = captions
    if (first === undefined) return undefined
    const phrases = classes.get(first.text) ?? new Set()
    classes.set(first.text, phrases)
    for (const { text, language, role } of captions) {
      if (role !== 'keyword' && languages.includes(language)) phrases.add(text)
    }
    if (classes.size > classesAtMost) return undefined
  }
  if (classes.size < 2 || classes.size * examplesOfClass > examples.length) return undefined
  return {
    attributes: [{ name: 'label', of: [captionName] }],
    changes: true,
    isInFrames: false,
    answers: Array.from(classes.keys())
      .sort()
      .map((name) => {
        const phrases = [...classes.get(name)!]
        return { values: [name], phrases: phrases.length > 0 ? phrases : [name] }
      }),
  }
}

/** What the values of an attribute are in each answer, and each of them once. */
export const valuesOf = ({ answers }: Question, attribute: number): string[] => [
  ...new Set(answers.map(({ values }) => values[attribute]!)),
]
