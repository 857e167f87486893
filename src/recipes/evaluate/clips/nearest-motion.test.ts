import { expect, test } from 'vitest'
import { motionEnergy, nearestByMotion } from './nearest-motion.js'

test('the energy of a pixel is its mean change from frame to frame', () => {
  const frames = [
    [0, 0, 0, 9, 9, 9, 1, 2, 3, 0, 0, 0],
    [6, 6, 6, 9, 9, 9, 1, 2, 3, 0, 0, 0],
    [0, 0, 0, 9, 9, 9, 1, 2, 3, 0, 0, 9],
  ]
  const energy = motionEnergy(Uint8Array.from(frames.flat()), { size: 2, frames: 3 })
  expect([...energy]).toEqual([6, 0, 0, 1.5])
})

test('the nearest clip is another one in which the same places move', async () => {
  /** Four pixels, of which one changes: the first in clips 0 to 2, the last in the others. */
  const picture = async (index: number) => {
    const data = new Uint8Array(2 * 12).fill(40 * index)
    data.fill(40 * index + 20 + index, index < 3 ? 12 : 21, index < 3 ? 15 : 24)
    return { width: 2, height: 4, channels: 3 as const, data, frames: 2 }
  }
  const cache = { size: 2, frames: 2, examples: [], picture }
  const all = [0, 1, 2, 3, 4, 5]
  expect(await nearestByMotion(cache, all, all)).toEqual([1, 0, 1, 4, 3, 4])
  expect(await nearestByMotion(cache, [0, 5], [2, 3])).toEqual([2, 3])
})
