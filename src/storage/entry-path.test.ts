import { expect, it } from 'vitest'
import { entryPathFault } from './entry-path.js'

it('lets paths inside of the data set pass', () => {
  for (const path of ['a.png', 'a/b/c.png', '一个.png', 'a..b.png', './a.png', '...png']) {
    expect(entryPathFault(path, 'data set')).toBeUndefined()
  }
})

it('finds the fault of paths that could lead outside', () => {
  for (const path of [
    '../a',
    'a/../../b',
    'a\\..\\b',
    '..',
    '/a',
    '\\a',
    'c:\\a',
    'C:a',
    '',
    'a\0b',
  ]) {
    expect(entryPathFault(path, 'data set')).toEqual(expect.any(String))
  }
})
