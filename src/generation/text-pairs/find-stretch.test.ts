import { expect, test } from 'vitest'
import { findStretch } from './find-stretch.js'

test('a stretch is found as the text has it, whatever became of case, accents and spaces', () => {
  expect(findStretch('We are in Zürich now.', 'in Zürich')).toBe('in Zürich')
  expect(findStretch('We are in Zürich now.', 'in zurich')).toBe('in Zürich')
  expect(findStretch('我们在U.S.A.见面。', '在 u . s . a')).toBe('在U.S.A')
  expect(findStretch('a 😀\nb', '😀 B')).toBe('😀\nb')
})

test('what the text does not say is not found', () => {
  expect(findStretch('We are here', 'we were')).toBeUndefined()
  expect(findStretch('We are here', ' ')).toBe(' ')
  expect(findStretch('here', ' ')).toBeUndefined()
})
