import { describe, expect, it } from 'vitest'
import { blankPicture } from '../../../test/support/pictures.js'
import { createRandom } from '../../engine/tensor/random.js'
import { crossClips, takeFrames } from './frames.js'
import { framesOf, joinFrames } from './media.js'

/** A clip whose frame n is the grey n. */
const clipOf = (frames: number) =>
  joinFrames(Array.from({ length: frames }, (_, gray) => blankPicture(2, 2, [gray, gray, gray])))

const placesOf = (length: number, options: { frames: number; stride?: number }) =>
  takeFrames(clipOf(length), options).map(({ start, picture }) => ({
    start,
    places: framesOf(picture).map(({ data }) => data[0]!),
  }))

describe('the frames of a clip', () => {
  it('span all of it, from the first to the last', () => {
    expect(placesOf(15, { frames: 8 })).toEqual([{ start: 0, places: [0, 2, 4, 6, 8, 10, 12, 14] }])
    expect(placesOf(8, { frames: 8 })).toEqual([{ start: 0, places: [0, 1, 2, 3, 4, 5, 6, 7] }])
  })

  it('are shown more than once where there are too few', () => {
    expect(placesOf(3, { frames: 5 })).toEqual([{ start: 0, places: [0, 1, 1, 2, 2] }])
    expect(placesOf(3, { frames: 5, stride: 1 })).toEqual(placesOf(3, { frames: 5 }))
  })

  it('are the first alone where pictures are wanted', () => {
    const [only, ...others] = takeFrames(clipOf(9), { frames: 1 })
    expect(others).toEqual([])
    expect(only!.picture).toEqual(blankPicture(2, 2, [0, 0, 0]))
  })

  it('come at a stride, in runs that overlap by half, the last of which ends with the clip', () => {
    expect(placesOf(12, { frames: 4, stride: 2 })).toEqual([
      { start: 0, places: [0, 2, 4, 6] },
      { start: 4, places: [4, 6, 8, 10] },
      { start: 5, places: [5, 7, 9, 11] },
    ])
    expect(placesOf(11, { frames: 4, stride: 2 }).map(({ start }) => start)).toEqual([0, 4])
    expect(placesOf(7, { frames: 4, stride: 2 })).toHaveLength(1)
  })
})

describe('a clip as a longer one shows it', () => {
  const places = (seed: number) => {
    const other = joinFrames(framesOf(clipOf(18)).slice(10))
    return framesOf(crossClips(clipOf(8), other, createRandom(seed))).map(({ data }) => data[0]!)
  }

  it('begins with the end of another, or ends with its beginning, by less than half', () => {
    const seen = new Set(Array.from({ length: 100 }, (_, seed) => places(seed).join(' ')))
    expect([...seen].sort()).toEqual(
      [
        '1 2 3 4 5 6 7 10',
        '2 3 4 5 6 7 10 11',
        '3 4 5 6 7 10 11 12',
        '17 0 1 2 3 4 5 6',
        '16 17 0 1 2 3 4 5',
        '15 16 17 0 1 2 3 4',
      ].sort(),
    )
  })
})
