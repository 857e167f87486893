import { expect, test } from 'vitest'
import { glowingClips } from '../../../../test/support/glowing-clips.js'
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

test('the nearest clip is another one that moves alike', async () => {
  const cache = glowingClips()
  const all = [...cache.examples.keys()]
  const nearest = await nearestByMotion(cache, all, all)
  for (const [index, found] of nearest.entries()) {
    expect(found).not.toBe(index)
    // Light comes and goes in the same places of all of them; the colour tells them apart.
    expect(cache.examples[found]!.attributes!.colour).toBe(
      cache.examples[index]!.attributes!.colour,
    )
  }
})
