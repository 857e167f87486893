/**
 * What every layer promises: parameters of the expected names, an output of the expected shape,
 * a gradient that reaches every parameter and agrees with a difference quotient, and the same
 * output after its parameters were saved and loaded.
 */

import { expect } from 'vitest'
import { gradients } from '../../src/engine/autodiff/gradient.js'
import { constant } from '../../src/engine/graph/graph.js'
import type { Value } from '../../src/engine/graph/value.js'
import { mul, sum } from '../../src/engine/operations/index.js'
import type { Runtime, Tensors } from '../../src/engine/runtime/runtime.js'
import { createRandom } from '../../src/engine/tensor/random.js'
import { type Shape, sizeOf } from '../../src/engine/tensor/shape.js'
import { numbersOf, type Tensor, tensorOf } from '../../src/engine/tensor/tensor.js'
import {
  type Bound,
  listParameters,
  type ParameterTree,
  parameterInputs,
} from '../../src/network/parameters.js'
import { readSafetensors, writeSafetensors } from '../../src/storage/safetensors.js'
import { compute, randomParameters } from './compute.js'
import { expectTensor } from './expect-close.js'
import { createMemoryFiles } from './memory-files.js'

export interface LayerCheck<Tree> {
  readonly parameters: Tree
  readonly apply: (values: Bound<Tree>) => Value
  /** What `apply` reads beside the parameters. */
  readonly feeds?: Tensors
  readonly names: readonly string[]
  readonly shape: Shape
}

/** How far the parameters are moved along a random direction, to each side. */
const distance = 5e-4

export const checkLayer = async <Tree>(
  runtime: Runtime,
  { parameters, apply, feeds = {}, names, shape }: LayerCheck<Tree>,
): Promise<void> => {
  const { values, inputs } = parameterInputs(parameters)
  const output = apply(values)
  const tree = parameters as ParameterTree
  expect([...listParameters(tree).keys()]).toEqual(names)
  expect(output.shape).toEqual(shape)

  const random = createRandom(3, 'mixture')
  const weights = tensorOf(
    'float32',
    Array.from({ length: sizeOf(shape) }, () => random.normal()),
    shape,
  )
  const loss = sum(mul(output, constant(weights)))
  const rules = gradients(loss, [...inputs.values()])
  const unreached = names.filter((_, index) => rules[index] === undefined)
  expect(unreached, 'parameters that no gradient reaches').toEqual([])

  const tensors = randomParameters(tree)
  const found = await compute(
    runtime,
    { output, ...Object.fromEntries(names.map((name, index) => [`d ${name}`, rules[index]!])) },
    { ...feeds, ...tensors },
  )
  const still = names.filter((name) => numbersOf(found[`d ${name}`]!).every((value) => value === 0))
  expect(still, 'parameters whose gradient is zero').toEqual([])

  const directions = randomParameters(tree, { seed: 2, deviation: 1 })
  const moved = (sign: number): Record<string, Tensor> =>
    Object.fromEntries(
      names.map((name) => {
        const direction = numbersOf(directions[name]!)
        const values = numbersOf(tensors[name]!).map(
          (value, index) => value + sign * distance * direction[index]!,
        )
        return [name, tensorOf('float32', values, tensors[name]!.shape)]
      }),
    )
  const lossAt = async (sign: number) =>
    Number((await compute(runtime, { loss }, { ...feeds, ...moved(sign) })).loss!.data[0])
  const quotient = ((await lossAt(1)) - (await lossAt(-1))) / (2 * distance)
  const slopes = names.flatMap((name) => {
    const direction = numbersOf(directions[name]!)
    return numbersOf(found[`d ${name}`]!).map((value, index) => value * direction[index]!)
  })
  const slope = slopes.reduce((total, part) => total + part, 0)
  // Parts of either sign cancel, so the size of the parts says how near is near.
  const size = Math.hypot(...slopes)
  expect(Math.abs(slope - quotient) / size, `${slope} by the rules, ${quotient}`).toBeLessThan(0.02)

  const files = createMemoryFiles()
  await writeSafetensors(files, 'layer.safetensors', Object.entries(tensors))
  const loaded = Object.fromEntries((await readSafetensors(files, 'layer.safetensors')).tensors)
  const again = await compute(runtime, { output }, { ...feeds, ...loaded })
  expectTensor(again.output, found.output!, { absolute: 0, relative: 0 }, 'the loaded output')
}
