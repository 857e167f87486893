import { expect, test } from 'vitest'
import { compute } from '../../../test/support/compute.js'
import { input } from '../../engine/graph/graph.js'
import { numbersOf, tensorOf } from '../../engine/tensor/tensor.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { cutPatches, pastePatches } from './patches.js'

const runtime = createInlineRuntime({ threads: 1 })
const options = { size: 6, patch: 2 }
/** Each number says where it is: picture, row, column, colour. */
const places = [0, 1].flatMap((picture) =>
  Array.from(
    { length: 6 * 6 * 3 },
    (_, place) =>
      1000 * picture +
      100 * Math.floor(place / 18) +
      10 * (Math.floor(place / 3) % 6) +
      (place % 3),
  ),
)
const pictures = tensorOf('float32', places, [2, 108])

test('patches are cut row by row, and so are the pixels in them', async () => {
  const { patches } = await compute(
    runtime,
    { patches: cutPatches(input('pictures', pictures), options) },
    { pictures },
  )
  expect(patches!.shape).toEqual([2 * 9, 12])
  const rows = numbersOf(patches!)
  const patchAt = (index: number) => rows.slice(index * 12, (index + 1) * 12)
  expect(patchAt(0)).toEqual([0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112])
  expect(patchAt(5)).toEqual([240, 241, 242, 250, 251, 252, 340, 341, 342, 350, 351, 352])
  expect(patchAt(9 + 3)[0]).toBe(1200)
})

test('pasting undoes cutting, with colours first', async () => {
  const pasted = pastePatches(cutPatches(input('pictures', pictures), options), options)
  const found = await compute(runtime, { pasted }, { pictures })
  expect(found.pasted!.shape).toEqual([2, 3, 6, 6])
  const expected = [0, 1].flatMap((picture) =>
    [0, 1, 2].flatMap((colour) =>
      Array.from({ length: 36 }, (_, place) => places[picture * 108 + place * 3 + colour]!),
    ),
  )
  expect(numbersOf(found.pasted!)).toEqual(expected)
})
