import { describe, expect, it } from 'vitest'
import { blankPicture, lettersOf, mirror, pictureOf } from '../../test/support/pictures.js'
import { createRandom } from '../engine/tensor/random.js'
import { augment } from './augment.js'
import { framesOf, joinFrames, type Picture, paste } from './media/media.js'

const place = { seed: 1, epoch: 0 }
const nothing = { flip: 0, shift: 0, scale: 0, color: 0 }
const epochs = Array.from({ length: 40 }, (_, epoch) => ({ seed: 1, epoch }))

const dotAt = (size: number, left: number, top: number, side: number): Picture => {
  const picture = blankPicture(size, size)
  paste(picture, blankPicture(side, side, [200, 30, 60]), left, top)
  return picture
}

const ink = ({ data }: Picture): number => data.reduce((sum, value) => sum + 255 - value, 0)

describe('augment', () => {
  const picture = dotAt(32, 10, 12, 8)
  const example = { id: 'one', flippable: true }

  it('is a function of seed, epoch and example', () => {
    expect(augment(picture, example, place)).toEqual(augment(picture, example, place))
    const others = [
      augment(picture, example, { seed: 2, epoch: 0 }),
      augment(picture, example, { seed: 1, epoch: 1 }),
      augment(picture, { ...example, id: 'two' }, place),
    ]
    for (const other of others) expect(other).not.toEqual(augment(picture, example, place))
  })

  it('changes nothing when nothing is asked for, and never the original', () => {
    const before = picture.data.slice()
    expect(augment(picture, example, place, nothing).data).toEqual(before)
    augment(picture, example, place)
    expect(picture.data).toEqual(before)
  })

  it('mirrors flippable pictures about half of the time, others never', () => {
    const uneven = pictureOf('r...', 'rg..', '....', '...b')
    const flips = (flippable: boolean) =>
      epochs.filter(({ epoch }) => {
        const shown = augment(
          uneven,
          { id: 'x', flippable },
          { seed: 4, epoch },
          { ...nothing, flip: 0.5 },
        )
        const isMirrored = lettersOf(shown).join() === lettersOf(mirror(uneven)).join()
        expect(isMirrored || lettersOf(shown).join() === lettersOf(uneven).join()).toBe(true)
        return isMirrored
      }).length
    expect(flips(false)).toBe(0)
    expect(flips(true)).toBeGreaterThan(10)
    expect(flips(true)).toBeLessThan(30)
  })

  it('shifts by whole pixels in all directions', () => {
    const dot = pictureOf(
      '.......',
      '.......',
      '.......',
      '...k...',
      '.......',
      '.......',
      '.......',
    )
    const seen = new Set<number>()
    for (const one of epochs) {
      const shown = lettersOf(augment(dot, example, one, { ...nothing, shift: 1 })).join('')
      expect(shown.replaceAll('.', '')).toBe('k')
      seen.add(shown.indexOf('k'))
    }
    expect([...seen].sort((a, b) => a - b)).toEqual([16, 17, 18, 23, 24, 25, 30, 31, 32])
  })

  it('never cuts anything off', () => {
    // A dot in the corner of the frame, and one that fills it.
    for (const subject of [dotAt(32, 0, 24, 8), dotAt(32, 0, 0, 32)]) {
      for (const one of epochs) {
        const shown = augment(subject, example, one, { shift: 6, scale: 0.2, color: 0 })
        expect(ink(shown)).toBeGreaterThan(ink(subject) * 0.8 ** 2 * 0.9)
      }
    }
  })

  it('draws smaller and larger', () => {
    const areas = epochs.map(
      (one) => ink(augment(picture, example, one, { ...nothing, scale: 0.2 })) / ink(picture),
    )
    expect(Math.min(...areas)).toBeLessThan(0.8)
    expect(Math.max(...areas)).toBeGreaterThan(1.25)
    for (const area of areas) {
      expect(area).toBeGreaterThan(0.8 ** 2 - 0.05)
      expect(area).toBeLessThan(1.2 ** 2 + 0.05)
    }
  })

  it('leaves white, black and greys without colour when it changes colours', () => {
    const gray = blankPicture(2, 2, [90, 90, 90])
    for (const one of epochs) {
      const shown = augment(pictureOf('k.', '.k'), example, one, { ...nothing, color: 0.5 })
      expect(lettersOf(shown)).toEqual(['k.', '.k'])
      const [red, green, blue] = augment(gray, example, one, { ...nothing, color: 0.5 }).data
      expect([green, blue]).toEqual([red, red])
    }
  })

  it('treats all frames of a clip alike, and cuts nothing off in any of them', () => {
    const frames = [dotAt(32, 0, 20, 8), dotAt(32, 10, 20, 8), dotAt(32, 24, 20, 8)]
    const clip = joinFrames(frames)
    const leftOf = ({ data }: Picture) => {
      const first = data.findIndex((value, index) => index % 3 === 1 && value === 30)
      return Math.floor(first / 3) % 32
    }
    for (const one of epochs) {
      const shown = augment(clip, example, one, { ...nothing, shift: 5 })
      expect([shown.width, shown.height, shown.frames]).toEqual([32, 96, 3])
      // The dot is at the left edge, in the middle and at the right edge: only up and down are left.
      expect(framesOf(shown).map(leftOf)).toEqual([0, 10, 24])
      expect(ink(shown)).toBe(ink(clip))
    }
    const moved = epochs.map((one) => augment(clip, example, one, { ...nothing, shift: 5 }).data)
    expect(new Set(moved.map((data) => data.indexOf(30))).size).toBeGreaterThan(3)
  })

  it('fills what comes into view with the background of the example', () => {
    const background = [10, 20, 30] as const
    const plain = blankPicture(16, 16, background)
    const sprite = { id: 'sprite', background }
    expect(augment(plain, sprite, place, { color: 0, background: [1, 1, 1] })).toEqual(plain)
  })

  it('fills what comes into view with the background', () => {
    const background = [10, 20, 30] as const
    const plain = blankPicture(16, 16, background)
    expect(augment(plain, example, place, { color: 0, background })).toEqual(plain)
  })

  it('cuts a picture that fills its frame, and goes on at the opposite edge', () => {
    const size = 16
    const random = createRandom(1, 'photo')
    const data = Uint8Array.from({ length: size * size * 3 }, () => 150 * random.uniform())
    const photo: Picture = { width: size, height: size, channels: 3, data }
    const moved = epochs.map((one) => augment(photo, example, one, { ...nothing, shift: 3 }))
    const scaled = epochs.map((one) => augment(photo, example, one, { ...nothing, scale: 0.2 }))
    expect(new Set(moved.map((shown) => shown.data.join())).size).toBeGreaterThan(15)
    expect(new Set(scaled.map((shown) => shown.data.join())).size).toBe(epochs.length)
    for (const shown of [...moved, ...scaled]) expect(Math.max(...shown.data)).toBeLessThan(150)
    const rowOf = ({ data: all }: Picture, row: number) =>
      all.slice(row * size * 3, (row + 1) * size * 3)
    const many = Array.from({ length: 400 }, (_, epoch) =>
      augment(photo, example, { seed: 2, epoch }, { ...nothing, shift: 3 }),
    )
    const right = many.find(
      (shown) =>
        rowOf(shown, 5).slice(6).join() === rowOf(photo, 5).slice(0, -6).join() &&
        rowOf(shown, 5).join() !== rowOf(photo, 5).join(),
    )!
    const [first, second, third] = [0, 3, 6].map((at) =>
      rowOf(right, 5)
        .slice(at, at + 3)
        .join(),
    )
    expect([first, second]).toEqual([third, third])
  })
})
