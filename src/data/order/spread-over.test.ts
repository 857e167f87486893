import { expect, test } from 'vitest'
import { spreadOver } from './spread-over.js'

test('members are spread evenly over a list', () => {
  const list = Array.from({ length: 10 }, (_, index) => index)
  expect(spreadOver(list, 5)).toEqual([0, 2, 4, 6, 8])
  expect(spreadOver(list, 3)).toEqual([0, 3, 6])
  expect(spreadOver(list, 99)).toEqual(list)
  expect(spreadOver([], 4)).toEqual([])
})
