import { expect, test } from 'vitest'
import { promptIds } from './sequences.js'

const layout = { textLength: 4, rows: 2, columns: 2 }
const [pad, bos, image] = [0, 1, 3]

test('a prompt has a fixed length, padded before <image>', () => {
  expect(promptIds([7, 8], layout)).toEqual([bos, 7, 8, pad, image])
  expect(promptIds([], layout)).toEqual([bos, pad, pad, pad, image])
  expect(promptIds([7, 8, 9], layout)).toEqual([bos, 7, 8, 9, image])
})

test('words beyond the layout are cut off', () => {
  expect(promptIds([7, 8, 9, 10, 11], layout)).toEqual([bos, 7, 8, 9, image])
})
