/** Runs what a test computes through the real runtime. */

import { createGraph } from '../../src/engine/graph/graph.js'
import type { Value } from '../../src/engine/graph/value.js'
import type { Runtime, Tensors } from '../../src/engine/runtime/runtime.js'
import { createRandom } from '../../src/engine/tensor/random.js'
import { sizeOf } from '../../src/engine/tensor/shape.js'
import { type Tensor, tensorOf } from '../../src/engine/tensor/tensor.js'
import { listParameters, type ParameterTree } from '../../src/network/parameters.js'

/** The values of a graph's outputs. */
export const compute = async (
  runtime: Runtime,
  outputs: Readonly<Record<string, Value>>,
  feeds: Tensors = {},
): Promise<Record<string, Tensor>> => {
  // Outputs get names that no input has.
  const outputName = (name: string) => `output ${name}`
  const renamed = Object.entries(outputs).map(([name, value]) => [outputName(name), value])
  const program = await runtime.createProgram(createGraph(Object.fromEntries(renamed)))
  try {
    const results = await program.run(feeds)
    return Object.fromEntries(
      Object.keys(outputs).map((name) => [name, results[outputName(name)]!]),
    )
  } finally {
    await program.close()
  }
}

/**
 * Random values for every parameter, also those that start at zero or one: a network as it might
 * be after training, in which every part has a say.
 */
export const randomParameters = (
  tree: ParameterTree,
  { seed = 1, deviation = 0.3 } = {},
): Record<string, Tensor> =>
  Object.fromEntries(
    Array.from(listParameters(tree), ([name, { shape }]) => {
      const random = createRandom(seed, 'parameter', name)
      const mean = /scale/i.test(name) ? 1 : 0
      const values = Array.from({ length: sizeOf(shape) }, () => mean + deviation * random.normal())
      return [name, tensorOf('float32', values, shape)]
    }),
  )
