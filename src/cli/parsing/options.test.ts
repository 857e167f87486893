import { describe, expect, test } from 'vitest'
import {
  choice,
  flag,
  integer,
  number,
  type Option,
  repeated,
  required,
  text,
  withDefault,
} from './options.js'
import { UsageError } from './usage-error.js'

const faultOf = (option: Option<unknown>, ...written: string[]): string => {
  try {
    option.parse(written)
  } catch (error) {
    if (error instanceof UsageError) return error.message
    throw error
  }
  throw new Error('expected a fault')
}

describe('the value of an option', () => {
  test('is undefined where it is not given, and the last one where it is given twice', () => {
    expect(integer('').parse([])).toBeUndefined()
    expect(integer('').parse(['1', '2'])).toBe(2)
  })

  test('can have a default, which the help page tells', () => {
    const option = withDefault(number(''), 0.5)
    expect(option.parse([])).toBe(0.5)
    expect(option.parse(['0'])).toBe(0)
    expect(option.fallback).toBe('0.5')
  })

  test('can be required, or be all that are given', () => {
    expect(required(text('a file', 'FILE')).parse(['a.png'])).toBe('a.png')
    expect(faultOf(required(text('a file', 'FILE')))).toBe('a file.')
    expect(repeated(integer('')).parse(['1', '2'])).toEqual([1, 2])
    expect(repeated(integer('')).parse([])).toEqual([])
  })

  test('of a flag is whether it is there', () => {
    expect(flag('').parse([])).toBe(false)
    expect(flag('').parse([''])).toBe(true)
  })

  test.each([
    ['1e3', 1000],
    ['-0.5', -0.5],
    ['0x10', 16],
  ])('%s is the number %d', (written, value) => {
    expect(number('').parse([written])).toBe(value)
  })
})

describe('a value that is refused', () => {
  test.each(['', ' ', 'ten', '1,5', 'NaN', 'Infinity', '1 2'])('%j is no number', (written) => {
    expect(faultOf(number(''), written)).toBe(`expected a number, got ${JSON.stringify(written)}.`)
  })

  test('says between which bounds it has to be', () => {
    expect(faultOf(number('', { minimum: 0, maximum: 1 }), '2')).toBe(
      'expected a number, at least 0 and at most 1, got "2".',
    )
    expect(faultOf(integer('', { minimum: 1 }), '0')).toBe(
      'expected a whole number, at least 1, got "0".',
    )
    expect(faultOf(integer(''), '9007199254740993')).toBe(
      'expected a whole number, got 9007199254740993.',
    )
  })

  test('names the nearest word', () => {
    expect(faultOf(choice('', ['cpu', 'webgpu']), 'web-gpu')).toBe(
      'expected cpu or webgpu, got "web-gpu". Did you mean webgpu?',
    )
    expect(faultOf(choice('', ['cpu', 'webgpu']), 'tpus')).toBe(
      'expected cpu or webgpu, got "tpus".',
    )
  })

  test('is an empty text', () => {
    expect(faultOf(text('', 'DIR'), '')).toBe('expected a text, got nothing.')
  })
})
