/** What every task makes of its recipe, so that all are trained alike. */

import { hashOf } from '../../engine/tensor/random.js'
import type { Tensor } from '../../engine/tensor/tensor.js'
import type { ModelFolderEntry } from '../../storage/model-folder.js'
import type { RunTask } from '../../training/run.js'
import type { RunAdapter } from './adapter.js'

/** A recipe with its data and models at hand, before anything is trained. */
export interface PreparedRun {
  /** Examples of an epoch. */
  readonly examples: number
  /** Changes when what is learned from does: a run goes on with the same only. */
  readonly dataKey: string
  /** What the finished model's manifest says of its data; JSON. */
  describeData(): Promise<Readonly<Record<string, unknown>>>
  createTask(options: {
    steps: number
    restored: Record<string, Tensor> | undefined
  }): Promise<RunTask>
  /** The entries of the finished model's folder, from the averaged parameters and their measures. */
  modelEntries(
    tensors: Record<string, Tensor>,
    measures: Readonly<Record<string, number>>,
  ): Record<string, ModelFolderEntry>
  /** Of a run that trains an adapter beside another model: what its own folder holds. */
  readonly adapter?: RunAdapter
  close(): Promise<void>
}

/** The data key of rows, in their order; each as JSON has it. */
export const keyOfRows = (rows: Iterable<unknown>): string => {
  let key = 0
  for (const row of rows) key = hashOf(key, JSON.stringify(row))
  return key.toString(16)
}
