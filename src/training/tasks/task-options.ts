/** What every task is told of where it runs and how its network learns. */

import type { Runtime } from '../../engine/runtime/runtime.js'
import type { Tensor } from '../../engine/tensor/tensor.js'
import type { Optimizer } from '../optimizers/optimizer.js'

export interface TaskOptions {
  readonly runtime: Runtime
  readonly seed: number
  readonly optimizer: Optimizer
  /** The largest norm of all gradients together; larger ones are scaled down to it. */
  readonly clipNorm: number
  /** How much of the parameters' moving average each step keeps; with 0 there is none. */
  readonly averageDecay: number
  /** Examples that the network reads at once. */
  readonly batch: number
  /** Batches whose gradients are added up for a step. */
  readonly accumulation: number
  /** A saved state to go on from. */
  readonly restored?: Readonly<Record<string, Tensor>>
}
