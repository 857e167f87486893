/** How fast the machine multiplies matrices, which bounds how fast it trains. */

import { createGraph, input } from '../engine/graph/graph.js'
import { matmul } from '../engine/operations/index.js'
import type { Runtime } from '../engine/runtime/runtime.js'
import { type TensorType, zeroTensor } from '../engine/tensor/tensor.js'

const side = 1024

/** The share of the speed of a large product that whole training steps reach. */
export const shareOfPeak = 0.7

export interface MeasureSpeedOptions {
  /** Milliseconds of the measurement. */
  readonly duration?: number
  /** Milliseconds; for tests. */
  readonly now?: () => number
}

/** Floating-point operations a second that training steps are likely to reach on a runtime. */
export const measureSpeed = async (
  runtime: Runtime,
  { duration = 300, now = () => performance.now() }: MeasureSpeedOptions = {},
): Promise<number> => {
  const type: TensorType = { dtype: 'float32', shape: [side, side] }
  const square = input('square', type)
  // One row of the result: fetching all of it would cost a good part of the time.
  const row = input('row', { dtype: 'float32', shape: [1, side] })
  const program = await runtime.createProgram(
    createGraph({ product: matmul(row, matmul(square, square)) }),
  )
  const feeds = { square: zeroTensor(type), row: zeroTensor(row.type) }
  try {
    await program.run(feeds)
    let best = 0
    const end = now() + duration
    do {
      const start = now()
      await program.run(feeds)
      best = Math.max(best, (2 * side ** 3) / ((now() - start) / 1000))
    } while (now() < end)
    return best * shareOfPeak
  } finally {
    await program.close()
  }
}
