/**
 * The loop of a training run: steps, evaluations, samples, checkpoints, and an orderly stop. What a
 * step trains and what is measured belongs to the task; where reports go, to the reporter.
 */

import { saveCheckpoint } from '../storage/checkpoints.js'
import type { Files } from '../storage/files.js'
import { createAlarm, createRunClock, type Interval, type RunClock } from './run-clock.js'
import { finiteMeasures, type RunState } from './run-state.js'
import type { StepInput, Trainer } from './trainer.js'

/** What a task contributes to a run. */
export interface RunTask {
  readonly trainer: Trainer
  /**
   * The updates of a step, one after another, and how many tokens they see. It is called for the
   * next step while the current one runs, and depends on the step alone.
   */
  prepare(step: number): Promise<PreparedStep>
  /**
   * Validation measures after a step; `score` decides which checkpoint is best, smaller is better.
   * Without one the step does not compare with others, and nobody's patience is tried.
   */
  evaluate(
    step: number,
  ): Promise<{ readonly measures: Record<string, number>; readonly score?: number }>
  /** What the model makes after a step, to look at, by name. */
  sample(step: number): Promise<Record<string, Sample>>
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

type RunStart = Pick<RunState, 'step' | 'bestScore' | 'trainedSeconds' | 'evaluationsSinceBest'>

export interface RunOptions {
  readonly files: Files
  readonly folder: string
  readonly task: RunTask
  readonly schedule: RunSchedule
  /** Changes when what the task learns from does; checkpoints keep it. */
  readonly dataKey: string
  readonly reporter: RunReporter
  /** Stops the run after the current step, with a checkpoint; what is due is measured, not shown. */
  readonly signal?: AbortSignal
  /** Where to stop, as on a signal, though the schedule goes on; its last step when left out. */
  readonly lastStep?: number
  /** What was done before, from the checkpoint that the task was restored from. */
  readonly start?: RunStart
  /** Milliseconds; for tests. */
  readonly now?: () => number
}

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

/** Takes the steps of a run up to its end, or until it is stopped. */
export const runTraining = async (options: RunOptions): Promise<RunResult> => {
  const { task, schedule, reporter, signal, now = Date.now } = options
  const { lastStep = schedule.steps } = options
  const { start = { step: 0, bestScore: null, trainedSeconds: 0 } } = options
  const { steps, learningRate } = schedule
  const clock = createRunClock(now, start.trainedSeconds)
  const milestones = createMilestones(options, start, { clock, now })
  let { step } = start
  let prepared = step < lastStep ? prepareAhead(task, step + 1) : undefined
  while (step < lastStep && !signal?.aborted && !milestones.isOutOfPatience()) {
    clock.startStep()
    const { updates, tokens } = await prepared!
    clock.endWaiting()
    step++
    const rate = learningRate(step)
    const running = takeUpdates(task.trainer, updates, { step, learningRate: rate })
    // The next batch is prepared on this thread while the worker computes.
    if (step < lastStep) prepared = prepareAhead(task, step + 1)
    const measures = await running
    await reporter.step({
      step,
      steps,
      measures,
      learningRate: rate,
      tokensPerSecond: tokens / clock.secondsOfStep(),
      secondsLeft: (clock.secondsSinceStart() / (step - start.step)) * (lastStep - step),
      waitingShare: clock.waitingShare(),
    })
    await milestones.after(step)
  }
  const isFinished = step >= steps || milestones.isOutOfPatience()
  const measures = await milestones.end(step, { isFinished })
  return {
    step,
    steps,
    isFinished,
    isCapped: !isFinished && step >= lastStep,
    measures,
    trainedSeconds: clock.trainedSeconds(),
    waitingShare: clock.waitingShare(),
  }
}

/** What a step is to see, before the step is due: a fault is told when it is, if it ever is. */
const prepareAhead = (task: RunTask, step: number): Promise<PreparedStep> => {
  const preparing = (async () => task.prepare(step))()
  preparing.catch(() => {})
  return preparing
}

/** Takes the updates of a step one after another → what they measured. */
const takeUpdates = async (
  trainer: Trainer,
  updates: readonly PreparedUpdate[],
  { step, learningRate }: Pick<StepInput, 'step' | 'learningRate'>,
): Promise<Record<string, number>> => {
  // The task is named where there are several, also in steps that take one alone.
  const nameOf = (task: string, measure: string) =>
    trainer.tasks.length === 1 ? measure : `${task}.${measure}`
  const measures: Record<string, number> = {}
  for (const { learningRateFactor = 1, ...update } of updates) {
    const rate = learningRate * learningRateFactor
    const result = await trainer.step({ ...update, step, learningRate: rate })
    for (const [name, value] of Object.entries(result)) measures[nameOf(update.task, name)] = value
  }
  return measures
}

/** What happens between steps: a run is measured, shown and saved, whenever that is due. */
const createMilestones = (
  { files, folder, task, schedule, dataKey, reporter, signal }: RunOptions,
  start: RunStart,
  { clock, now }: { readonly clock: RunClock; readonly now: () => number },
) => {
  const { steps, keep, patience } = schedule
  const alarms = {
    evaluate: createAlarm(schedule.evaluateEvery, now),
    sample: createAlarm(schedule.sampleEvery, now),
    checkpoint: createAlarm(schedule.checkpointEvery, now),
  }
  let { bestScore, evaluationsSinceBest = 0, step: savedStep } = start
  /** Of the last evaluation, where there was one. */
  let measures: Readonly<Record<string, number>> | undefined

  const save = async (step: number, best?: Readonly<Record<string, number>>) => {
    const tensors = Object.entries(await task.trainer.state())
    const state: RunState = {
      step,
      steps,
      dataKey,
      bestScore,
      trainedSeconds: clock.trainedSeconds(),
      ...(best === undefined ? {} : { measures: finiteMeasures(best) }),
      ...(patience === undefined ? {} : { evaluationsSinceBest }),
    }
    const content = { step, tensors, state }
    const isBest = best !== undefined
    const { path } = await saveCheckpoint(files, folder, content, { keep, isBest })
    savedStep = step
    alarms.checkpoint.reset()
    await reporter.checkpoint(step, path)
  }

  const evaluate = async (step: number) => {
    const { score, ...result } = await task.evaluate(step)
    measures = result.measures
    await reporter.evaluation(step, measures)
    if (score === undefined) return
    if (Number.isFinite(score) && (bestScore === null || score < bestScore)) {
      bestScore = score
      evaluationsSinceBest = 0
      await save(step, measures)
      return
    }
    evaluationsSinceBest++
    // A run that is asked to stop was saved before.
    if (patience !== undefined && savedStep === step) await save(step)
  }

  return {
    isOutOfPatience: () => evaluationsSinceBest >= (patience ?? Number.POSITIVE_INFINITY),
    /** Does what is due after a step; after the last one of the schedule nothing is left out. */
    async after(step: number) {
      const isLast = step === steps
      // Saved before what takes long: who asked to stop may not wait for it.
      if (signal?.aborted) await save(step)
      if (isLast || alarms.evaluate.isDue(step)) {
        await evaluate(step)
        alarms.evaluate.reset()
      }
      if (isLast || (!signal?.aborted && alarms.sample.isDue(step))) {
        for (const [name, sample] of Object.entries(await task.sample(step))) {
          await reporter.sample(step, name, sample)
        }
        alarms.sample.reset()
      }
      if (savedStep !== step && alarms.checkpoint.isDue(step)) await save(step)
    },
    /** Saves a run where it ends; one that is finished is measured → its last measures. */
    async end(step: number, { isFinished }: { readonly isFinished: boolean }) {
      // A run that was stopped between its last step and its end is measured when it goes on.
      if (isFinished && measures === undefined) await evaluate(step)
      if (savedStep !== step) await save(step)
      return measures ?? {}
    },
  }
}
