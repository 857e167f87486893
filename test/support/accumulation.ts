/** What holds of every task whose batches may come in parts. */

import { expect } from 'vitest'
import type { RunTask } from '../../src/training/run.js'
import { expectTensor } from './expect-close.js'

/** How the examples of a step are divided. */
export interface Parts {
  readonly batch: number
  readonly accumulation: number
}

/** Takes steps with a plain learning rate. */
export const takeSteps = async (task: RunTask, first: number, last: number): Promise<void> => {
  for (let step = first; step <= last; step++) {
    for (const update of (await task.prepare(step)).updates) {
      await task.trainer.step({ ...update, step, learningRate: 1e-2 })
    }
  }
}

/** A task, trained by AdamW, learns the same from four examples at once and from twice two of them. */
export const expectSameInParts = async (
  makeTask: (parts: Parts) => Promise<RunTask>,
): Promise<void> => {
  const learned = async (parts: Parts) => {
    const task = await makeTask(parts)
    await takeSteps(task, 1, 3)
    const state = await task.trainer.state()
    await task.trainer.close()
    return state
  }
  const whole = await learned({ batch: 4, accumulation: 1 })
  const halves = await learned({ batch: 2, accumulation: 2 })
  // The averages of gradients: in parameters AdamW makes much of the last digits of small ones.
  const sums = Object.entries(whole).filter(([name]) => name.startsWith('optimizer.sum'))
  expect(sums.length).toBeGreaterThan(0)
  for (const [name, tensor] of sums) {
    expectTensor(halves[name], tensor, { absolute: 1e-5, relative: 1e-2 }, name)
  }
}

/** A task that drops activations drops others in each part and step. */
export const expectOwnDropout = async (task: RunTask): Promise<void> => {
  const prepared = await Promise.all([1, 2].map((step) => task.prepare(step)))
  const seeds = prepared.flatMap(({ updates }) =>
    updates.flatMap(({ batches }) => batches.map((feeds) => feeds['dropout seed']?.data[0])),
  )
  expect(seeds).toHaveLength(4)
  expect(new Set(seeds).size).toBe(4)
}
