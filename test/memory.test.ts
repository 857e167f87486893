/**
 * Memory stays flat: over many steps of a training, and over many programs made and closed. Bounds
 * are far above the noise of a process and far below what a leak of one tensor a step adds up to.
 */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { gradients } from '../src/engine/autodiff/gradient.js'
import { createGraph, input } from '../src/engine/graph/graph.js'
import {
  div,
  matmul,
  mean,
  minimum,
  mul,
  relu,
  sqrt,
  square,
  sub,
  sum,
} from '../src/engine/operations/index.js'
import { createInlineRuntime } from '../src/platform/node/runtime.js'
import { randomTensor } from './support/check-gradient.js'

const megabyte = 2 ** 20

setFlagsFromString('--expose_gc')
const collectGarbage = runInNewContext('gc') as () => void

/**
 * How many megabytes the whole process grows in the rounds after `warmUp`: the least of two spans of
 * them, since a leak grows in both and what an allocator keeps for later in one.
 */
const growth = async (rounds: number, warmUp: number, round: () => Promise<void>) => {
  const measure = () => {
    collectGarbage()
    return process.memoryUsage.rss() / megabyte
  }
  for (let count = 0; count < warmUp; count++) await round()
  const span = async () => {
    const before = measure()
    for (let count = warmUp; count < rounds; count++) await round()
    return measure() - before
  }
  return Math.min(await span(), await span())
}

const width = 128

/** A step whose tensors, 64 kB each, would add up to 100 MB a thousand steps. */
const step = () => {
  const x = input('x', { dtype: 'float32', shape: [width, width] })
  const weight = input('weight', { dtype: 'float32', shape: [width, width] })
  const loss = mean(square(sub(relu(matmul(x, weight)), 1)))
  const [gradient] = gradients(loss, [weight])
  const norm = sqrt(sum(square(gradient!)))
  const next = sub(weight, mul(gradient!, minimum(div(0.1, norm), 1)))
  return createGraph({ loss, 'next weight': next })
}

const tensors = {
  x: randomTensor([width, width], { dtype: 'float32' }),
  weight: randomTensor([width, width], { dtype: 'float32', seed: 2 }),
}

describe('memory', () => {
  it('stays flat over 2,000 steps of a training', async () => {
    const runtime = createInlineRuntime()
    const buffers = await runtime.createBuffers({ weight: tensors.weight })
    const program = await runtime.createProgram(step(), {
      buffers,
      updates: { 'next weight': 'weight' },
    })
    const grown = await growth(2000, 500, async () => {
      await program.run({ x: tensors.x })
    })
    await runtime.close()
    expect(grown).toBeLessThan(24)
  })

  it('stays flat over 200 more programs made and closed', async () => {
    const runtime = createInlineRuntime()
    const grown = await growth(300, 100, async () => {
      const buffers = await runtime.createBuffers({ weight: tensors.weight })
      const program = await runtime.createProgram(step(), {
        buffers,
        updates: { 'next weight': 'weight' },
      })
      await program.run({ x: tensors.x })
      await program.close()
      await buffers.close()
    })
    expect(grown).toBeLessThan(24)
  })
})
