import { expect, test } from 'vitest'
import { DataError } from '../errors.js'
import { checkOptions } from './check-options.js'

test.each([
  { passes: 1, candidates: 3, topK: 0, topP: 1, minP: 0, temperature: 0, guidance: 0 },
  { topP: 0, lengthPenalty: -1, repetitionPenalty: 0.5, noRepeatNgram: 0, beams: 1, maxTokens: 1 },
  { seed: 0, framesPerSecond: 50 },
  { temperature: undefined },
])('%j may be asked for', (options) => {
  expect(() => checkOptions(options)).not.toThrow()
})

test.each([
  [{ passes: 0 }, 'passes: expected a whole number of at least 1, got 0'],
  [{ passes: 2.5 }, 'passes: expected a whole number of at least 1, got 2.5'],
  [{ candidates: Number.NaN }, 'candidates: expected a whole number of at least 1, got NaN'],
  [{ seed: 0.5 }, 'seed: expected a whole number of at least 0, got 0.5'],
  [{ seed: -1 }, 'seed: expected a whole number of at least 0, got -1'],
  [{ framesPerSecond: 0 }, 'framesPerSecond: expected a number from 0.1 to 50, got 0'],
  [{ topK: -1 }, 'topK: expected a whole number of at least 0, got -1'],
  [{ topP: 1.1 }, 'topP: expected a number from 0 to 1, got 1.1'],
  [{ minP: -0.1 }, 'minP: expected a number from 0 to 1, got -0.1'],
  [{ temperature: -1 }, 'temperature: expected a number of at least 0, got -1'],
  [
    { guidance: Number.POSITIVE_INFINITY },
    'guidance: expected a number of at least 0, got Infinity',
  ],
  [{ repetitionPenalty: 0 }, 'repetitionPenalty: expected a number above 0, got 0'],
  [{ lengthPenalty: Number.NaN }, 'lengthPenalty: expected a number that is finite, got NaN'],
])('%j is refused', (options, message) => {
  expect(() => checkOptions(options)).toThrow(DataError)
  expect(() => checkOptions(options)).toThrow(message)
})

test('the caller’s names for options are used', () => {
  expect(() => checkOptions({ passes: 0 }, { passes: 'num_inference_steps' })).toThrow(
    'num_inference_steps: expected',
  )
})
