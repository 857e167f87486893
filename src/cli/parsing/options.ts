/**
 * The options of commands as records: what the help page says of them, and how their text becomes a
 * value. Names come from the keys of a command's record: `maxSteps` is `--max-steps`.
 */

import { didYouMean } from '../../data/nearest-name.js'
import { UsageError } from './usage-error.js'

export interface Option<Value> {
  readonly description: string
  /** What the help page calls the value: FILE. A flag has none. */
  readonly placeholder?: string
  readonly isRequired?: boolean
  readonly isRepeated?: boolean
  /** What the help page says is used otherwise. */
  readonly fallback?: string
  /**
   * The value of what was written, in the order in which it was; of a flag, nothing is written.
   * Throws UsageError that does not name the option.
   */
  parse(written: readonly string[]): Value
}

/** An option of one value, which is undefined where it is not given. */
const single = <Value>(
  description: string,
  placeholder: string,
  parse: (text: string) => Value,
): Option<Value | undefined> => ({
  description,
  placeholder,
  parse: (written) => {
    const last = written.at(-1)
    return last === undefined ? undefined : parse(last)
  },
})

/** Without a value: true where it is given. */
export const flag = (description: string): Option<boolean> => ({
  description,
  parse: (written) => written.length > 0,
})

/** Any text that is not empty. */
export const text = (description: string, placeholder: string) =>
  single(description, placeholder, (written) => {
    if (written === '') throw new UsageError('expected a text, got nothing.')
    return written
  })

interface Range {
  readonly minimum?: number
  readonly maximum?: number
  readonly placeholder?: string
}

/** A number, whole or not. */
export const number = (description: string, { placeholder = 'NUMBER', ...range }: Range = {}) =>
  single(description, placeholder, (written) => parseNumber(written, 'a number', range))

/** A whole number. */
export const integer = (description: string, { placeholder = 'N', ...range }: Range = {}) =>
  single(description, placeholder, (written) => {
    const value = parseNumber(written, 'a whole number', range)
    if (Number.isSafeInteger(value)) return value
    throw new UsageError(`expected a whole number, got ${written}.`)
  })

const parseNumber = (
  written: string,
  noun: string,
  { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY }: Range,
): number => {
  const value = Number(written)
  if (written.trim() !== '' && Number.isFinite(value) && value >= minimum && value <= maximum) {
    return value
  }
  const bounds = [
    ...(Number.isFinite(minimum) ? [`at least ${minimum}`] : []),
    ...(Number.isFinite(maximum) ? [`at most ${maximum}`] : []),
  ]
  const expected = bounds.length === 0 ? noun : `${noun}, ${bounds.join(' and ')}`
  throw new UsageError(`expected ${expected}, got ${JSON.stringify(written)}.`)
}

/** One of a few words; many are better named by the description than by the placeholder. */
export const choice = <const Word extends string>(
  description: string,
  words: readonly Word[],
  { placeholder = words.join('|') }: { readonly placeholder?: string } = {},
) =>
  single(description, placeholder, (written): Word => {
    const word = words.find((one) => one === written)
    if (word !== undefined) return word
    throw new UsageError(
      `expected ${words.join(' or ')}, got ${JSON.stringify(written)}.${didYouMean(written, words)}`,
    )
  })

/** The option with a value for when it is not given. */
export const withDefault = <Value>(
  option: Option<Value | undefined>,
  fallback: Value,
): Option<Value> => ({
  ...option,
  fallback: String(fallback),
  parse: (written) => option.parse(written) ?? fallback,
})

/** The option, which has to be given. */
export const required = <Value>(option: Option<Value | undefined>): Option<Value> => ({
  ...option,
  isRequired: true,
  parse: (written) => {
    const value = option.parse(written)
    if (value === undefined) throw new UsageError(`${option.description}.`)
    return value
  },
})

/** The option, which may be given several times: the values in their order. */
export const repeated = <Value>(option: Option<Value | undefined>): Option<readonly Value[]> => ({
  ...option,
  isRepeated: true,
  parse: (written) =>
    written.flatMap((one) => {
      const value = option.parse([one])
      return value === undefined ? [] : [value]
    }),
})
