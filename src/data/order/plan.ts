/**
 * Which examples a training step sees: a pure function of (seed, step), so that a run that resumes
 * sees what it would have seen, and a batch equals its halves. Reading them is `batches.ts`.
 */

import { createOrder, type Order } from './shuffle.js'

export interface PlannedExample {
  /** Into the examples that were planned over. */
  readonly index: number
  /** How often all examples were seen before; augmentations and captions vary with it. */
  readonly epoch: number
}

export interface PlanOptions {
  /** Examples in an epoch. */
  readonly count: number
  /** Examples in a step. */
  readonly batchSize: number
  readonly seed: number
}

/** The examples of a step, from step 0; a batch may span the end of one epoch and the next. */
export type Plan = (step: number) => PlannedExample[]

export const createPlan = ({ count, batchSize, seed }: PlanOptions): Plan => {
  // Steps come in order, so the two orders that a batch may span are nearly always at hand.
  const orders = new Map<number, Order>()
  const orderOf = (epoch: number): Order => {
    const known = orders.get(epoch)
    if (known !== undefined) return known
    const order = createOrder(count, seed, epoch)
    if (orders.size > 1) orders.clear()
    orders.set(epoch, order)
    return order
  }
  return (step) =>
    Array.from({ length: batchSize }, (_, place) => {
      const position = step * batchSize + place
      const epoch = Math.floor(position / count)
      return { index: orderOf(epoch)(position % count), epoch }
    })
}
