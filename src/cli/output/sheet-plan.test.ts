import { describe, expect, test } from 'vitest'
import { contactSheetSize, largestSheet } from '../../data/sheets/contact-sheet.js'
import { UsageError } from '../parsing/usage-error.js'
import { planSheet } from './sheet-plan.js'

/** What each place shows: a drawing's number, with its caption where it has one. */
const shown = (...[phrases, count, options]: Parameters<typeof planSheet>) => {
  const { places, ...others } = planSheet(phrases, count, options)
  const cells = places.map(
    (cell) => cell && [cell.drawing, ...(cell.caption ? [cell.caption] : [])],
  )
  return { ...others, cells }
}

test('one phrase is the title of about as many rows as columns', () => {
  expect(shown(['cat'], 5)).toEqual({
    ...{ columns: 3, pictureSize: 128, title: 'cat' },
    cells: [[0], [1], [2], [3], [4]],
  })
})

test('several phrases are captions', () => {
  const { columns, title, cells } = shown(['cat', '猫', 'dog'], 1)
  expect([columns, title]).toEqual([2, undefined])
  expect(cells).toEqual([
    [0, 'cat'],
    [1, '猫'],
    [2, 'dog'],
  ])
})

test('several drawings of several phrases have a row each', () => {
  const { columns, cells } = shown(['cat', '猫'], 3)
  expect(columns).toBe(3)
  expect(cells).toEqual([[0, 'cat'], [1], [2], [3, '猫'], [4], [5]])
})

test('a row of many drawings is broken, and the next phrase begins a new one', () => {
  const { columns, cells } = shown(['cat', '猫'], 17)
  expect(columns).toBe(9)
  expect(cells).toHaveLength(2 * 9 + 17)
  expect(cells.slice(16, 19)).toEqual([[16], undefined, [17, '猫']])
})

test('rows that are full need no empty places', () => {
  const { columns, cells } = shown(['cat', '猫'], 32)
  expect([columns, cells.length]).toEqual([16, 64])
})

describe('many drawings fit', () => {
  test.each([
    { phrases: 1, count: 1000, pictureSize: 128 },
    { phrases: 1, count: 10_000, pictureSize: 32 },
    { phrases: 2, count: 203, pictureSize: 128 },
    { phrases: 2, count: 3000, pictureSize: 48 },
    { phrases: 300, count: 3, pictureSize: 128 },
    { phrases: 1, count: 202, framesAcross: 8, pictureSize: 128 },
    { phrases: 1, count: 1000, framesAcross: 8, pictureSize: 64 },
  ])('$count of $phrases phrases', ({ phrases, count, framesAcross = 1, pictureSize }) => {
    const names = Array.from({ length: phrases }, (_, index) => `thing ${index}`)
    const plan = planSheet(names, count, { framesAcross })
    expect(plan.pictureSize).toBe(pictureSize)
    const drawings = plan.places.flatMap((cell) => cell?.drawing ?? [])
    expect(drawings).toEqual(Array.from({ length: phrases * count }, (_, index) => index))
    const { width, height } = contactSheetSize({
      ...{ columns: plan.columns, pictureSize, frames: framesAcross },
      ...{ count: plan.places.length, hasCaptions: phrases > 1, hasTitle: phrases === 1 },
    })
    expect(Math.max(width, height)).toBeLessThanOrEqual(largestSheet.side)
    expect(width * height).toBeLessThanOrEqual(largestSheet.pixels)
  })

  test('or are refused, with what to do', () => {
    expect(() => planSheet(['cat', '猫'], 10_000)).toThrow(UsageError)
    expect(() => planSheet(['cat', '猫'], 10_000)).toThrow(/^20000 drawings .* by --count/)
  })
})
