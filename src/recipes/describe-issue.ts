/** Words for what a schema finds wrong: what was expected, what was found and what to do. */

import type { z } from 'zod'
import { didYouMean } from '../data/nearest-name.js'

type Issue = z.core.$ZodRawIssue

/**
 * The message of an issue, without its place. Unknown keys give one line each, in the order of the
 * issue's `keys`.
 */
export const describeIssue = (issue: Issue): string => {
  const { input } = issue
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysOf(issue)
      return issue.keys.map((key) => unknownKey(key, known)).join('\n')
    }
    case 'invalid_type': {
      const expected = nouns[issue.expected] ?? issue.expected
      return input === undefined
        ? `missing; expected ${expected}.`
        : `expected ${expected}, got ${show(input)}.`
    }
    case 'invalid_value':
      return unlike(issue.values, input)
    case 'invalid_union': {
      // Zod says this of unions that a key tells apart, and has found that key in an object.
      const { discriminator, options = [] } = issue as { discriminator?: string; options?: Names }
      if (discriminator === undefined) return unlikeAll(issue.errors.flat(), input)
      return unlike(options, (input as Record<string, unknown>)[discriminator])
    }
    case 'invalid_format':
      return `expected a text that fits ${issue.pattern ?? issue.format}, got ${show(input)}.`
    case 'too_small':
      return beyond(issue, `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`)
    case 'too_big':
      return beyond(issue, `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`)
  }
  return `expected another value, got ${show(input)}.`
}

type Names = readonly z.core.util.Primitive[]

const nouns: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'keys with values',
  record: 'keys with values',
}

const unknownKey = (key: string, known: readonly string[]): string =>
  `unknown key.${didYouMean(key, known) || ` Known here: ${known.join(', ')}.`}`

/** The keys of the object schema that found the issue; others find no unknown keys. */
const keysOf = ({ inst }: Issue): string[] => Object.keys((inst as z.ZodObject).shape)

/** What is none of the names; `meant` are those that somebody may have misspelt. */
const unlike = (names: Names, found: unknown, meant = names): string => {
  const expected = listed(names.map(String))
  if (found === undefined) return `missing; expected ${expected}.`
  const nearest = typeof found === 'string' ? didYouMean(found, meant.map(String)) : ''
  return `expected ${expected}, got ${show(found)}.${nearest}`
}

/** What does not fit any of several schemas; the names among them may be misspelt. */
const unlikeAll = (issues: readonly z.core.$ZodIssue[], found: unknown): string => {
  const names = issues.flatMap((issue) =>
    issue.code === 'invalid_value' ? issue.values.map(String) : [],
  )
  const kinds = issues.flatMap((issue) =>
    issue.code === 'invalid_type' ? [nouns[issue.expected] ?? issue.expected] : [],
  )
  return unlike([...new Set([...names, ...kinds])], found, names)
}

/** "a, b or c" */
const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`

const beyond = ({ origin, input }: Issue & { origin: string }, bound: string): string => {
  // The origin says what the input is.
  switch (origin) {
    case 'array':
      return `expected ${bound} items, got ${(input as readonly unknown[]).length}.`
    case 'string':
      return `expected ${bound} characters, got ${(input as string).length}.`
    default:
      return `expected ${bound}, got ${show(input)}.`
  }
}

const longestShown = 40

const show = (value: unknown): string => {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'keys with values'
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}…`
}
