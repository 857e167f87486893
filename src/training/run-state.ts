/** What a run's checkpoints say beside their tensors, and the one from which a run goes on. */

import type { Tensor } from '../engine/tensor/tensor.js'
import {
  type FindCheckpointOptions,
  latestCheckpoint,
  setAsideCheckpointsAfter,
} from '../storage/checkpoints.js'
import type { Files } from '../storage/files.js'

/** What a checkpoint says beside its tensors. */
export interface RunState {
  readonly step: number
  /** How many steps the schedule has. */
  readonly steps: number
  /** Changes when what the run learns from does. */
  readonly dataKey: string
  readonly bestScore: number | null
  /** How long the run has trained up to here, whenever and however often it was resumed. */
  readonly trainedSeconds: number
  /** The finite validation measures of this very step, where it is the best so far. */
  readonly measures?: Readonly<Record<string, number>>
  /** Evaluations since the best one; 0 when left out. */
  readonly evaluationsSinceBest?: number
}

/**
 * The state to resume from; undefined when the run has no checkpoint yet. Damaged checkpoints after
 * it are set aside, and told to `onDamaged`.
 */
export const findRunState = async (
  files: Files,
  folder: string,
  options: FindCheckpointOptions = {},
): Promise<{ state: RunState; tensors: Record<string, Tensor> } | undefined> => {
  const checkpoint = await latestCheckpoint(files, folder, options)
  if (checkpoint === undefined) return undefined
  await setAsideCheckpointsAfter(files, folder, checkpoint.step)
  // As a run has saved it, whose files agree with their hashes.
  return {
    state: checkpoint.state as RunState,
    tensors: Object.fromEntries(checkpoint.tensors),
  }
}

/** Measures as JSON can hold them: what there was nothing to measure of is no number. */
export const finiteMeasures = (
  measures: Readonly<Record<string, number>>,
): Record<string, number> =>
  Object.fromEntries(Object.entries(measures).filter(([, value]) => Number.isFinite(value)))
