/**
 * The loop of a training run: steps, evaluations, samples, checkpoints, and an orderly stop. What a
 * step trains and what is measured belongs to the task; where reports go, to the reporter.
 */

import type { Tensor } from '../engine/tensor/tensor.js'
import {
  type FindCheckpointOptions,
  latestCheckpoint,
  saveCheckpoint,
  setAsideCheckpointsAfter,
} from '../storage/checkpoints.js'
import type { Files } from '../storage/files.js'
import type { StepInput, Trainer } from './trainer.js'

/** What a task contributes to a run. */
export interface RunTask {
  readonly trainer: Trainer
  /**
   * The updates of a step, one after another, and how many tokens they see. It is called for the
   * next step while the current one runs, and depends on the step alone.
   */
  prepare(step: number): Promise<PreparedStep>
  /** Validation measures; `score` decides which checkpoint is best, smaller is better. */
  evaluate(): Promise<{ readonly measures: Record<string, number>; readonly score: number }>
  /** What the model makes at this point, to look at, by name. */
  sample(): Promise<Record<string, Sample>>
}

/** A picture as PNG bytes, or a text. */
export type Sample = Uint8Array | string

/** An update of a step, at a part of the schedule's learning rate where it says so. */
export interface PreparedUpdate extends Omit<StepInput, 'step' | 'learningRate'> {
  readonly learningRateFactor?: number
}

export interface PreparedStep {
  readonly updates: readonly PreparedUpdate[]
  readonly tokens: number
}

/** How often something happens. */
export type Interval = { readonly steps: number } | { readonly seconds: number }

export interface RunSchedule {
  readonly steps: number
  /** The learning rate of a step, counted from 1. */
  readonly learningRate: (step: number) => number
  readonly evaluateEvery: Interval
  readonly sampleEvery: Interval
  readonly checkpointEvery: Interval
  /** How many of the newest checkpoints are kept beside the best. */
  readonly keep: number
  /** Ends the run when so many evaluations one after another found nothing better. */
  readonly patience?: number
}

export interface StepReport {
  readonly step: number
  readonly steps: number
  readonly measures: Readonly<Record<string, number>>
  readonly learningRate: number
  readonly tokensPerSecond: number
  readonly secondsLeft: number
  /** The share of the run's time in which training waited for data. */
  readonly waitingShare: number
}

export interface RunReporter {
  step(report: StepReport): Promise<void>
  evaluation(step: number, measures: Readonly<Record<string, number>>): Promise<void>
  sample(step: number, name: string, sample: Sample): Promise<void>
  checkpoint(step: number, path: string): Promise<void>
  /** Something that the user should know, though the run goes on: one line. */
  notice(line: string): Promise<void>
}

export interface RunOptions {
  readonly files: Files
  readonly folder: string
  readonly task: RunTask
  readonly schedule: RunSchedule
  readonly reporter: RunReporter
  /** Stops the run after the current step, with a checkpoint. */
  readonly signal?: AbortSignal
  /** Where to stop, as on a signal, though the schedule goes on; its last step when left out. */
  readonly lastStep?: number
  /** What was done before, from the checkpoint that the task was restored from. */
  readonly start?: Pick<RunState, 'step' | 'bestScore' | 'trainedSeconds' | 'evaluationsSinceBest'>
  /** Milliseconds; for tests. */
  readonly now?: () => number
}

/** What a checkpoint says beside its tensors. */
export interface RunState {
  readonly step: number
  /** How many steps the schedule has. */
  readonly steps: number
  readonly bestScore: number | null
  /** How long the run has trained up to here, whenever and however often it was resumed. */
  readonly trainedSeconds: number
  /** The finite validation measures of this very step, where it is the best so far. */
  readonly measures?: Readonly<Record<string, number>>
  /** Evaluations since the best one; 0 when left out. */
  readonly evaluationsSinceBest?: number
}

/** Earlier versions did not count the seconds. */
type SavedState = Omit<RunState, 'trainedSeconds'> & Partial<Pick<RunState, 'trainedSeconds'>>

export interface RunResult {
  readonly step: number
  /** How many steps the schedule has. */
  readonly steps: number
  readonly isFinished: boolean
  /** Whether it stopped at the last step that it was allowed, though the schedule goes on. */
  readonly isCapped: boolean
  readonly measures: Readonly<Record<string, number>>
  readonly trainedSeconds: number
  /** The share of the time since the start or resumption in which training waited for data. */
  readonly waitingShare: number
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
  return {
    state: { trainedSeconds: 0, ...(checkpoint.state as SavedState) },
    tensors: Object.fromEntries(checkpoint.tensors),
  }
}

/** Measures as JSON can hold them: what there was nothing to measure of is no number. */
export const finiteMeasures = (
  measures: Readonly<Record<string, number>>,
): Record<string, number> =>
  Object.fromEntries(Object.entries(measures).filter(([, value]) => Number.isFinite(value)))

/** Tells when an interval is over; asked once a step. */
const createAlarm = (interval: Interval, now: () => number) => {
  let last = now()
  return {
    isDue: (step: number): boolean =>
      'steps' in interval ? step % interval.steps === 0 : now() - last >= interval.seconds * 1000,
    reset: () => {
      last = now()
    },
  }
}

export const runTraining = async ({
  files,
  folder,
  task,
  schedule,
  reporter,
  signal,
  lastStep = schedule.steps,
  start = { step: 0, bestScore: null, trainedSeconds: 0 },
  now = Date.now,
}: RunOptions): Promise<RunResult> => {
  const { steps, learningRate } = schedule
  const { patience = Number.POSITIVE_INFINITY } = schedule
  let { step, bestScore, evaluationsSinceBest = 0 } = start
  let measures: Record<string, number> = {}
  let isMeasured = false
  const alarms = {
    evaluate: createAlarm(schedule.evaluateEvery, now),
    sample: createAlarm(schedule.sampleEvery, now),
    checkpoint: createAlarm(schedule.checkpointEvery, now),
  }
  let savedStep = step
  let waited = 0
  const startedAt = now()
  const secondsSinceStart = () => (now() - startedAt) / 1000
  const trainedSeconds = () => start.trainedSeconds + secondsSinceStart()
  // The clock may stand still during a short run.
  const waitingShare = () => waited / 1000 / Math.max(0.001, secondsSinceStart())

  const save = async (isBest: boolean) => {
    const tensors = Object.entries(await task.trainer.state())
    const state: RunState = {
      step,
      steps,
      bestScore,
      trainedSeconds: trainedSeconds(),
      ...(isBest ? { measures: finiteMeasures(measures) } : {}),
      ...(schedule.patience === undefined ? {} : { evaluationsSinceBest }),
    }
    const place = await saveCheckpoint(
      files,
      folder,
      { step, tensors, state },
      { keep: schedule.keep, isBest },
    )
    savedStep = step
    alarms.checkpoint.reset()
    await reporter.checkpoint(step, place.path)
  }

  const evaluate = async () => {
    const result = await task.evaluate()
    measures = result.measures
    isMeasured = true
    await reporter.evaluation(step, measures)
    if (Number.isFinite(result.score) && (bestScore === null || result.score < bestScore)) {
      bestScore = result.score
      evaluationsSinceBest = 0
      await save(true)
    } else {
      evaluationsSinceBest++
    }
  }
  const isOutOfPatience = () => evaluationsSinceBest >= patience

  /** What a task measured; it is named where there are several, also in steps that take one alone. */
  const nameOf = (taskName: string, measure: string) =>
    task.trainer.tasks.length === 1 ? measure : `${taskName}.${measure}`

  const prepare = (next: number): Promise<PreparedStep> => {
    const preparing = (async () => task.prepare(next))()
    // A fault in the data is reported when its step is due, unless the run stops before.
    preparing.catch(() => {})
    return preparing
  }
  let prepared = step < lastStep ? prepare(step + 1) : undefined
  while (step < lastStep && !signal?.aborted && !isOutOfPatience()) {
    const stepStart = now()
    const { updates, tokens } = await prepared!
    waited += now() - stepStart
    step++
    const rate = learningRate(step)
    const running = (async () => {
      const results: Record<string, number> = {}
      for (const { learningRateFactor = 1, ...update } of updates) {
        const learningRate = rate * learningRateFactor
        const result = await task.trainer.step({ ...update, step, learningRate })
        for (const [name, value] of Object.entries(result)) {
          results[nameOf(update.task, name)] = value
        }
      }
      return results
    })()
    // The next batch is prepared on this thread while the worker computes.
    if (step < lastStep) prepared = prepare(step + 1)
    const results = await running
    // The clock may stand still during a short step.
    const seconds = Math.max(1, now() - stepStart) / 1000
    const elapsed = Math.max(0.001, secondsSinceStart())
    await reporter.step({
      step,
      steps,
      measures: results,
      learningRate: rate,
      tokensPerSecond: tokens / seconds,
      secondsLeft: (elapsed / (step - start.step)) * (lastStep - step),
      waitingShare: waitingShare(),
    })
    const isLast = step === steps
    if (isLast || alarms.evaluate.isDue(step)) {
      await evaluate()
      alarms.evaluate.reset()
    }
    if (isLast || alarms.sample.isDue(step)) {
      for (const [name, sample] of Object.entries(await task.sample())) {
        await reporter.sample(step, name, sample)
      }
      alarms.sample.reset()
    }
    if (savedStep !== step && alarms.checkpoint.isDue(step)) await save(false)
  }
  const isFinished = step >= steps || isOutOfPatience()
  // A run that was stopped between its last step and its end is measured when it goes on.
  if (isFinished && !isMeasured) await evaluate()
  if (savedStep !== step) await save(false)
  return {
    step,
    steps,
    isFinished,
    isCapped: !isFinished && step >= lastStep,
    measures,
    trainedSeconds: trainedSeconds(),
    waitingShare: waitingShare(),
  }
}
