import { expect, test } from 'vitest'
import { drawRequests, sheetLayout } from './drawings.js'

test('each phrase is asked for as if it were alone', () => {
  const both = drawRequests(['cat', '猫'], { count: 2, seed: 5 })
  expect(both).toEqual([
    ...drawRequests(['cat'], { count: 2, seed: 5 }),
    ...drawRequests(['猫'], { count: 2, seed: 5 }),
  ])
  expect(both[1]).toEqual({ phrase: 'cat', index: 1, seed: 5 })
})

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
