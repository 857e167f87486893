import { expect, test } from 'vitest'
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMeasure,
  formatScaled,
} from './quantities.js'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [1234, '1.2 kB'],
  [45_678, '46 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [1.2e9, '1.2 GB'],
  [23e12, '23 TB'],
])('%i bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test.each([
  [0.0004, '0 ms'],
  [0.34, '340 ms'],
  [0.9994, '999 ms'],
  [0.9996, '1.0 s'],
  [3.21, '3.2 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [59.4, '59 s'],
  [59.6, '1 m'],
  [200, '3 m 20 s'],
  [3599.4, '59 m 59 s'],
  [3599.6, '1 h'],
  [7530, '2 h 6 m'],
  [7500, '2 h 5 m'],
  [86_399, '1 d'],
  [273_600, '3 d 4 h'],
  [Number.POSITIVE_INFINITY, '?'],
  [Number.NaN, '?'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text)
})

test('other units take the same prefixes', () => {
  expect(formatScaled(150e9, 'FLOP/s')).toBe('150 GFLOP/s')
  expect(formatScaled(6.4e6, '')).toBe('6.4 M')
  expect(formatScaled(Number.NaN, 'FLOP')).toBe('? FLOP')
})

test('counts have separators', () => {
  expect(formatCount(6_398_500)).toBe('6,398,500')
  expect(formatCount(12)).toBe('12')
})

test.each([
  [3.21456, '3.21'],
  [3.2, '3.20'],
  [21.23, '21.2'],
  [12_345, '12,300'],
  [0.01234, '0.0123'],
  [0.5, '0.500'],
  [0, '0.00'],
  [-1.5, '-1.50'],
  [0.0000123, '1.23e-5'],
  [Number.NaN, 'NaN'],
])('the measure %d is %s', (value, text) => {
  expect(formatMeasure(value)).toBe(text)
})
