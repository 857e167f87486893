import { expect, test } from 'vitest'
import { sheetLayout } from './drawings.js'

test.each([
  { phrases: ['cat'], count: 5, layout: { columns: 3, title: 'cat', captions: [] } },
  {
    phrases: ['cat', '猫', 'dog'],
    count: 1,
    layout: { columns: 2, captions: ['cat', '猫', 'dog'] },
  },
  {
    phrases: ['cat', '猫'],
    count: 3,
    layout: { columns: 3, captions: ['cat', undefined, undefined, '猫', undefined, undefined] },
  },
])('$count of $phrases on a sheet', ({ phrases, count, layout }) => {
  expect(sheetLayout(phrases, count)).toEqual(layout)
})
