import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DataError } from '../../../errors.js'
import { createStopFilter } from './stop-strings.js'

/** The text before the stop string that is complete first, looked for in ever longer texts. */
const naive = (text: string, stops: readonly string[]): string => {
  for (let end = 1; end <= text.length; end++) {
    const found = stops.filter((stop) => text.slice(0, end).endsWith(stop))
    const longest = Math.max(...found.map((stop) => stop.length))
    if (found.length > 0) return text.slice(0, end - longest)
  }
  return text
}

const filterPieces = (pieces: readonly string[], stops: readonly string[]) => {
  const filter = createStopFilter(stops)
  const shown: string[] = []
  for (const piece of pieces) {
    const { text, isStopped } = filter.push(piece)
    shown.push(text)
    if (isStopped) return shown
  }
  return [...shown, filter.close()]
}

describe('a text ends before a stop string', () => {
  test('that lies in one piece, and what comes after it is not shown', () => {
    expect(filterPieces(['one\ntwo', ' three'], ['\n'])).toEqual(['one'])
  })

  test('that several pieces make up: its beginning is held back', () => {
    expect(filterPieces(['a<', '/en', 'd>b'], ['</end>'])).toEqual(['a', '', ''])
  })

  test('and what only seemed to begin one is shown as soon as that is clear', () => {
    expect(filterPieces(['a<', '/e', 'x', '<'], ['</end>'])).toEqual(['a', '', '</ex', '', '<'])
  })

  test('also where a beginning begins again', () => {
    expect(filterPieces(['aa', 'a', 'ab', 'c'], ['aab'])).toEqual(['', 'a', 'a'])
  })

  test('however the text is cut: as in the whole text', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 3 })
    const stops = fc.array(
      letters.filter((stop) => stop !== ''),
      { maxLength: 3 },
    )
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 8 }), stops, (pieces, given) => {
        expect(filterPieces(pieces, given).join('')).toBe(naive(pieces.join(''), given))
      }),
    )
  })
})

test('an empty stop string is refused', () => {
  expect(() => createStopFilter(['a', ''])).toThrow(DataError)
})
