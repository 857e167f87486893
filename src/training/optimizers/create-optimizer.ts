/** From a recipe's choice of an optimizer to the optimizer. */

import type { z } from 'zod'
import * as optimizers from './index.js'
import type { Optimizer, OptimizerKind } from './optimizer.js'

type Optimizers = typeof optimizers

/** The options of one optimizer and the kind that names it. */
export type OptimizerOptions = {
  [Name in keyof Optimizers]: { readonly kind: Optimizers[Name]['kind'] } & z.output<
    Optimizers[Name]['options']
  >
}[keyof Optimizers]

export const createOptimizer = (options: OptimizerOptions): Optimizer => {
  const optimizer = Object.values<OptimizerKind>(optimizers).find(
    ({ kind }) => kind === options.kind,
  )!
  return optimizer(options)
}
