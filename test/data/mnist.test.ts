/** The whole of MNIST, where TESSERAE_DATA names a folder that has it. */

import { expect, it } from 'vitest'
import type { Picture } from '../../src/data/media/media.js'
import { idxSource } from '../../src/data/sources/idx.js'
import { createNodeFiles } from '../../src/platform/node/files.js'
import { contextOf } from '../support/sources.js'
import { wholeData } from '../support/whole-data.js'

const digits = wholeData('mnist')

it.skipIf(digits === undefined)('has its known counts and mean brightness', async () => {
  const counts: Record<string, number> = {}
  let [sum, pixels] = [0, 0]
  const options = { path: digits!, part: 'train' } as const
  for await (const { captions, picture } of idxSource.examples(
    options,
    contextOf(createNodeFiles()),
  )) {
    const name = captions[0]!.text
    counts[name] = (counts[name] ?? 0) + 1
    const { data } = picture as Picture
    for (let index = 0; index < data.length; index += 3) sum += 255 - data[index]!
    pixels += data.length / 3
  }
  // Class counts and mean as published for the training part.
  expect(Object.values(counts).sort((a, b) => a - b)).toEqual(
    [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949].sort((a, b) => a - b),
  )
  expect(counts['a handwritten seven']).toBe(6265)
  expect(sum / pixels / 255).toBeCloseTo(0.1307, 4)
})
