import { expect, it } from 'vitest'
import { blankPicture, lettersOf, pictureOf } from '../../../test/support/pictures.js'
import { hasPictureName, paste } from './media.js'

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
