/** Shares of rows that are held out of what a run learns from. */

import { z } from 'zod'

/** A share that leaves at least as much to train on. */
export const heldOutShare = z.number().gt(0).max(0.5)

/** What both shares together leave at least. */
const leastTrained = 0.1

/** Complains of shares to measure on that leave too little to train on. */
export const checkHeldOut = (
  { validation, test }: { readonly validation: unknown; readonly test?: unknown },
  context: z.RefinementCtx,
): void => {
  if (typeof validation !== 'number' || typeof test !== 'number') return
  if (validation + test < 1 - leastTrained) return
  const message = `expected shares that leave rows to train on, got ${validation} and ${test}.`
  context.addIssue({ code: 'custom', message, path: ['test'] })
}
