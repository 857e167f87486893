import { expect, test } from 'vitest'
import { drawRequests } from './draw-request.js'

test('each phrase is asked for as if it were alone', () => {
  const both = drawRequests(['cat', '猫'], { count: 2, seed: 5 })
  expect(both).toEqual([
    ...drawRequests(['cat'], { count: 2, seed: 5 }),
    ...drawRequests(['猫'], { count: 2, seed: 5 }),
  ])
  expect(both[1]).toEqual({ phrase: 'cat', index: 1, seed: 5 })
})
