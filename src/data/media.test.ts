import { expect, it } from 'vitest'
import { lettersOf, pictureOf } from '../../test/support/pictures.js'
import { blankPicture, hasPictureName, paste } from './media.js'

it('makes a picture of one colour', () => {
  expect(lettersOf(blankPicture(2, 1, [255, 0, 0]))).toEqual(['rr'])
})

it('pastes a picture at a place', () => {
  const target = blankPicture(4, 3)
  paste(target, pictureOf('rg', 'bk'), 1, 1)
  expect(lettersOf(target)).toEqual(['....', '.rg.', '.bk.'])
})

it('knows pictures by their names', () => {
  expect(['a.PNG', 'a.jpeg', 'a.svg', 'a.txt', 'png'].map(hasPictureName)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ])
})
