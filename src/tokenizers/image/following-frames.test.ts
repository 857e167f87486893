import { expect, test } from 'vitest'
import { compute } from '../../../test/support/compute.js'
import { expectClose } from '../../../test/support/expect-close.js'
import { randomRows } from '../../../test/support/rows.js'
import { input } from '../../engine/graph/graph.js'
import { numbersOf, tensorOf } from '../../engine/tensor/tensor.js'
import { initializeParameters, parameterInputs } from '../../network/parameters.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { followingOutput } from './following-frames.js'

const runtime = createInlineRuntime({ threads: 1 })

const [size, width, frames] = [4, 2, 3]
const pixels = 3 * size * size

/** What is drawn over a first frame where a frame's state says so: [newness, age of what is kept]. */
const draw = async (first: number[], states: readonly (readonly number[])[]) => {
  const output = followingOutput({ size, patch: 2, followingPatch: 4, frames, width })
  const { values } = parameterInputs(output.parameters)
  const tensors = initializeParameters(output.parameters, { seed: 1 })
  // The first two pieces are the squares of the states, and each opens one of the masks of a pixel.
  const matrix = (rows: number, columns: number, at: (row: number, column: number) => number) =>
    tensorOf(
      'float32',
      Array.from({ length: rows * columns }, (_, place) =>
        at(Math.floor(place / columns), place % columns),
      ),
      [rows, columns],
    )
  const places = size * size
  tensors['hidden.weight'] = matrix(width, 4 * width, (row, column) => (row === column ? 1 : 0))
  tensors['mask.weight'] = matrix(4 * width, 2 * places, (row, column) =>
    row === column % 2 ? 100 : 0,
  )
  tensors['mask.bias'] = tensorOf('float32', new Float32Array(2 * places).fill(-50))
  tensors['pixels.weight'] = matrix(4 * width, pixels, () => 0.5)
  const given = {
    first: tensorOf('float32', first, [1, 3, size, size]),
    states: tensorOf('float32', states.flat(), [states.length, width]),
  }
  const drawn = output.apply(values, input('first', given.first), input('states', given.states))
  const found = await compute(runtime, { drawn }, { ...tensors, ...given })
  const numbers = numbersOf(found.drawn!)
  return states.map((_, frame) => numbers.slice(frame * pixels, (frame + 1) * pixels))
}

test('a frame is new, or that before it, or the first, as its masks say', async () => {
  const first = numbersOf(randomRows([pixels]))
  const [one, two, three] = await draw(first, [
    [1, 0],
    [0, 1],
    [0, 0],
  ])
  expect(new Set(one!.map((value) => value.toFixed(4))).size).toBe(1)
  expect(one![0]).toBeCloseTo(0.5, 4)
  expectClose(two!, one!, { absolute: 1e-5 })
  expectClose(three!, first, { absolute: 1e-5 })
})
