/** Buffers on a device: programs update them, append to them and hand them on. */

import { gradients } from '../../src/engine/autodiff/gradient.js'
import { createGraph, input } from '../../src/engine/graph/graph.js'
import * as o from '../../src/engine/operations/index.js'
import type { Runtime } from '../../src/engine/runtime/runtime.js'
import { numbersOf, tensorOf } from '../../src/engine/tensor/tensor.js'
import { compareResults, randomTensor } from '../support/check-gradient.js'
import { check } from './check.js'

/** Losses and buffers of a training that closes its program half-way and goes on with another. */
const descend = async (runtime: Runtime) => {
  const weights = {
    first: randomTensor([5, 7], { dtype: 'float32' }),
    second: randomTensor([7, 3], { dtype: 'float32' }),
  }
  const buffers = await runtime.createBuffers({
    ...weights,
    count: tensorOf('int32', [0], []),
    // No device holds float64: it stays in main memory.
    exact: tensorOf('float64', [0], []),
    unused: tensorOf('float32', [1, 2]),
  })
  const [x, labels] = [
    input('x', { dtype: 'float32', shape: [11, 5] }),
    input('labels', { dtype: 'int32', shape: [11] }),
  ]
  const [first, second] = [input('first', weights.first), input('second', weights.second)]
  const [count, exact] = [
    input('count', { dtype: 'int32', shape: [] }),
    input('exact', { dtype: 'float64', shape: [] }),
  ]
  const scores = o.matmul(o.gelu(o.matmul(x, first)), second)
  const loss = o.mean(o.crossEntropy(scores, labels))
  const slopes = gradients(loss, [first, second]) as [typeof first, typeof second]
  const norm = o.sqrt(o.add(o.sum(o.square(slopes[0])), o.sum(o.square(slopes[1]))))
  const rate = o.minimum(o.div(0.3, norm), 0.3)
  const graph = createGraph({
    loss,
    'next first': o.sub(first, o.mul(slopes[0], rate)),
    'next second': o.sub(second, o.mul(slopes[1], rate)),
    'next count': o.add(count, 1),
    'next exact': o.add(exact, 0.5),
  })
  const names = ['first', 'second', 'count', 'exact']
  const updates = Object.fromEntries(names.map((name) => [`next ${name}`, name]))
  const feeds = {
    x: randomTensor([11, 5], { seed: 3, dtype: 'float32' }),
    labels: tensorOf(
      'int32',
      Array.from({ length: 11 }, (_, row) => row % 3),
    ),
  }
  const losses: number[] = []
  const run = async (steps: number) => {
    const program = await runtime.createProgram(graph, { buffers, updates })
    for (let step = 0; step < steps; step++)
      losses.push(...numbersOf((await program.run(feeds)).loss!))
    await program.close()
  }
  await run(5)
  const middle = await buffers.read()
  await buffers.write({ second: weights.second })
  await run(5)
  const end = await buffers.read(names)
  await buffers.close()
  return { losses: { losses: tensorOf('float64', losses) }, middle, end }
}

/** A cache that a program appends to and reads, after a program has updated it on the device. */
const append = async (runtime: Runtime) => {
  const buffers = await runtime.createBuffers({ cache: tensorOf('float32', [0, 0, 0, 0], [4, 1]) })
  const cache = input('cache', { dtype: 'float32', shape: [4, 1] })
  const update = await runtime.createProgram(createGraph({ next: o.add(cache, 1) }), {
    buffers,
    updates: { next: 'cache' },
  })
  await update.run({})
  const row = input('row', { dtype: 'float32', shape: [1, 1] })
  const program = await runtime.createProgram(
    createGraph({ fresh: o.mul(row, 2), total: o.sum(cache) }),
    { buffers, appends: { fresh: { buffer: 'cache', axis: 0 } } },
  )
  const totals: number[] = []
  for (const position of [0, 1, 2]) {
    const results = await program.run(
      { row: tensorOf('float32', [position + 1], [1, 1]) },
      { position },
    )
    totals.push(...numbersOf(results.total!))
  }
  await update.run({})
  const { cache: last } = await buffers.read()
  await program.close()
  await update.close()
  await buffers.close()
  return { totals: tensorOf('float64', totals), last: last! }
}

export const checkBuffers = async (device: Runtime, cpu: Runtime) => {
  await check('updates buffers to the same losses and contents as the CPU', async () => {
    const [found, expected] = [await descend(device), await descend(cpu)]
    compareResults(found.losses, expected.losses)
    compareResults(found.middle, expected.middle)
    compareResults(found.end, expected.end)
  })
  await check('appends to buffers that a program has updated', async () => {
    compareResults(await append(device), await append(cpu))
  })
}
