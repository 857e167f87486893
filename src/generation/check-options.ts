/** The ranges of what callers may ask of a model, by the names of its options. */

import { DataError } from '../errors.js'

interface Range {
  readonly minimum?: number
  readonly maximum?: number
  /** Whether the minimum itself is not allowed. */
  readonly isAbove?: boolean
  readonly isWhole?: boolean
}

const fromOne: Range = { minimum: 1, isWhole: true }
const fromZero: Range = { minimum: 0, isWhole: true }
const share: Range = { minimum: 0, maximum: 1 }

const ranges = {
  temperature: { minimum: 0 },
  topK: fromZero,
  topP: share,
  minP: share,
  repetitionPenalty: { minimum: 0, isAbove: true },
  noRepeatNgram: fromZero,
  lengthPenalty: {},
  copyBias: {},
  maxTokens: fromOne,
  beams: fromOne,
  guidance: { minimum: 0 },
  passes: fromOne,
  candidates: fromOne,
  count: fromOne,
  seed: fromZero,
  framesPerSecond: { minimum: 0.1, maximum: 50 },
} satisfies Readonly<Record<string, Range>>

type Option = keyof typeof ranges

/**
 * Throws DataError for a number that is not finite, not whole where it has to be, or out of range.
 * The error calls options by the caller's names for them, where these differ.
 */
export const checkOptions = (
  options: Readonly<Partial<Record<Option, number | undefined>>>,
  names: Readonly<Partial<Record<Option, string>>> = {},
): void => {
  // The table has no other keys.
  for (const [option, range] of Object.entries(ranges) as [Option, Range][]) {
    const value = options[option]
    if (value === undefined || isWithin(value, range)) continue
    throw new DataError(`${names[option] ?? option}: expected ${printRange(range)}, got ${value}`)
  }
}

const isWithin = (value: number, { minimum, maximum, isAbove, isWhole }: Range): boolean =>
  (isWhole ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
  (minimum === undefined || (isAbove ? value > minimum : value >= minimum)) &&
  (maximum === undefined || value <= maximum)

const printRange = ({ minimum, maximum, isAbove, isWhole }: Range): string => {
  const kind = isWhole ? 'a whole number' : 'a number'
  if (minimum === undefined) return `${kind} that is finite`
  if (maximum !== undefined) return `${kind} from ${minimum} to ${maximum}`
  return `${kind} ${isAbove ? 'above' : 'of at least'} ${minimum}`
}
