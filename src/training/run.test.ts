import { describe, expect, test } from 'vitest'
import { fullAfter, Killed, killedAfter } from '../../test/support/failing-files.js'
import { createMemoryFiles } from '../../test/support/memory-files.js'
import { randomRows } from '../../test/support/rows.js'
import { input } from '../engine/graph/graph.js'
import { matmul, mean, mul, squaredRelu, sub } from '../engine/operations/index.js'
import type { Runtime } from '../engine/runtime/runtime.js'
import { numbersOf, type Tensor, tensorOf } from '../engine/tensor/tensor.js'
import { DataError } from '../errors.js'
import { createInlineRuntime } from '../platform/node/runtime.js'
import { bestCheckpoint, listCheckpoints, readCheckpoint } from '../storage/checkpoints.js'
import type { Files } from '../storage/files.js'
import { adamW } from './optimizers/index.js'
import {
  type RunOptions,
  type RunReporter,
  type RunSchedule,
  type RunTask,
  runTraining,
  type StepReport,
} from './run.js'
import { findRunState } from './run-state.js'
import { createTrainer, type Trainer } from './trainer.js'

/** A trainer whose whole state is one number, mixed anew by each step and its data. */
const countingTrainer = (restored?: Readonly<Record<string, Tensor>>): Trainer => {
  let value = restored === undefined ? 1 : numbersOf(restored.value!)[0]!
  const state = async () => ({ value: tensorOf('float64', [value]) })
  return {
    tasks: ['count'],
    buffers: { read: state, write: async () => {}, close: async () => {} },
    async step({ step, batches }) {
      value = (value * 31 + step * 7 + numbersOf(batches[0]!.x!)[0]!) % 1_000_003
      return { loss: value }
    },
    state,
    averaged: state,
    close: async () => {},
  }
}

const countingTask = (
  restored?: Readonly<Record<string, Tensor>>,
  changes: Partial<RunTask> = {},
): RunTask => ({
  trainer: countingTrainer(restored),
  prepare: async (step) => ({
    updates: [{ task: 'count', batches: [{ x: tensorOf('float64', [step * step]) }] }],
    tokens: 100,
  }),
  evaluate: async () => ({ measures: { quality: 1 }, score: 1 }),
  sample: async () => ({ sheet: Uint8Array.of(1) }),
  ...changes,
})

const never = { steps: 1_000_000 }
const scheduleOf = (changes: Partial<RunSchedule> = {}): RunSchedule => ({
  steps: 8,
  learningRate: (step) => 0.1 / step,
  evaluateEvery: never,
  sampleEvery: never,
  checkpointEvery: never,
  keep: 2,
  ...changes,
})

/** A reporter that writes down what it is told, one line each. */
const listeningReporter = (changes: Partial<RunReporter> = {}) => {
  const lines: string[] = []
  const steps: StepReport[] = []
  const reporter: RunReporter = {
    step: async (report) => {
      steps.push(report)
      lines.push(`step ${report.step}`)
    },
    evaluation: async (step) => void lines.push(`evaluation ${step}`),
    sample: async (step, name) => void lines.push(`${name} ${step}`),
    checkpoint: async (step) => void lines.push(`checkpoint ${step}`),
    notice: async (line) => void lines.push(line),
    ...changes,
  }
  return { reporter, lines, steps }
}

const run = (options: Partial<RunOptions> = {}) =>
  runTraining({
    files: createMemoryFiles(),
    folder: 'run',
    task: countingTask(),
    schedule: scheduleOf(),
    dataKey: 'same',
    reporter: listeningReporter().reporter,
    ...options,
  })

/** Goes on from what a folder holds, as a new process would. */
const resume = async (files: Files, options: Partial<RunOptions> = {}) => {
  const found = await findRunState(files, 'run')
  const task = countingTask(found?.tensors)
  const start = found === undefined ? {} : { start: found.state }
  return { task, result: await run({ files, task, ...start, ...options }) }
}

/** The final number of a run that nothing disturbs. */
const undisturbed = async () => {
  const task = countingTask()
  await run({ task })
  return (await task.trainer.state()).value
}

describe('a run', () => {
  test('takes all steps, then measures, shows samples and saves', async () => {
    const { reporter, lines, steps } = listeningReporter()
    const files = createMemoryFiles()
    const result = await run({ files, reporter, schedule: scheduleOf({ steps: 3 }) })
    expect(result).toEqual({
      step: 3,
      steps: 3,
      isFinished: true,
      isCapped: false,
      measures: { quality: 1 },
      trainedSeconds: expect.any(Number),
      waitingShare: expect.any(Number),
    })
    expect(lines).toEqual(['step 1', 'step 2', 'step 3', 'evaluation 3', 'checkpoint 3', 'sheet 3'])
    expect(steps.map(({ learningRate }) => learningRate)).toEqual([0.1, 0.1 / 2, 0.1 / 3])
    expect((await listCheckpoints(files, 'run')).map(({ step }) => step)).toEqual([3])
  })

  test('does each thing at its interval', async () => {
    const { reporter, lines } = listeningReporter()
    await run({
      reporter,
      schedule: scheduleOf({
        evaluateEvery: { steps: 4 },
        sampleEvery: { steps: 3 },
        checkpointEvery: { steps: 5 },
      }),
    })
    expect(lines.filter((line) => !line.startsWith('step'))).toEqual([
      'sheet 3',
      'evaluation 4',
      // The first measures are the best so far.
      'checkpoint 4',
      'checkpoint 5',
      'sheet 6',
      'evaluation 8',
      'sheet 8',
      'checkpoint 8',
    ])
  })

  test('does things by the clock', async () => {
    const { reporter, lines, steps } = listeningReporter()
    let time = 0
    await run({
      reporter,
      // The clock is asked several times a step; each step takes ten seconds.
      now: () => time,
      task: countingTask(undefined, {
        prepare: async (step) => {
          time += 10_000
          return countingTask().prepare(step)
        },
      }),
      schedule: scheduleOf({
        evaluateEvery: { seconds: 30 },
        checkpointEvery: { seconds: 35 },
      }),
    })
    const evaluations = lines.filter((line) => line.startsWith('evaluation'))
    expect(evaluations.length).toBeGreaterThanOrEqual(3)
    expect(evaluations.length).toBeLessThanOrEqual(4)
    // Eighty seconds, and one at the end; those of the best count, too.
    const checkpoints = lines.filter((line) => line.startsWith('checkpoint'))
    expect(checkpoints.length).toBeGreaterThanOrEqual(2)
    expect(checkpoints.length).toBeLessThanOrEqual(4)
    const { secondsLeft, tokensPerSecond, waitingShare } = steps[3]!
    expect(secondsLeft).toBeGreaterThan(30)
    expect(secondsLeft).toBeLessThan(60)
    expect(tokensPerSecond).toBeCloseTo(10, 5)
    expect(waitingShare).toBeLessThanOrEqual(1)
  })

  test('reports finite numbers although the clock stands still', async () => {
    const { reporter, steps } = listeningReporter()
    await run({ reporter, now: () => 0 })
    for (const { tokensPerSecond, secondsLeft, waitingShare } of steps) {
      expect([tokensPerSecond, secondsLeft, waitingShare].every(Number.isFinite)).toBe(true)
    }
  })

  test('tells the updates of a step apart, each at its part of the learning rate', async () => {
    const { reporter, steps } = listeningReporter()
    const rates: number[] = []
    const task = countingTask(undefined, {
      prepare: async () => ({
        updates: [
          { task: 'critic', batches: [] },
          { task: 'drawing', batches: [], learningRateFactor: 0.5 },
        ],
        tokens: 1,
      }),
    })
    const trainer: Trainer = {
      ...task.trainer,
      tasks: ['critic', 'drawing'],
      step: async ({ task, learningRate }) => {
        rates.push(learningRate)
        return { loss: task.length }
      },
    }
    await run({ reporter, task: { ...task, trainer }, schedule: scheduleOf({ steps: 1 }) })
    expect(rates).toEqual([0.1, 0.05])
    expect(steps[0]!.measures).toEqual({ 'critic.loss': 6, 'drawing.loss': 7 })
  })

  test('names the task where there are several, though a step takes one alone', async () => {
    const { reporter, steps } = listeningReporter()
    const task = countingTask(undefined, {
      prepare: async (step) => ({
        updates: [{ task: step % 2 === 1 ? 'drawing' : 'caption', batches: [] }],
        tokens: 1,
      }),
    })
    const trainer: Trainer = {
      ...task.trainer,
      tasks: ['drawing', 'caption'],
      step: async ({ step }) => ({ loss: step }),
    }
    await run({ reporter, task: { ...task, trainer }, schedule: scheduleOf({ steps: 2 }) })
    expect(steps.map(({ measures }) => measures)).toEqual([
      { 'drawing.loss': 1 },
      { 'caption.loss': 2 },
    ])
  })
})

describe('the best checkpoint', () => {
  const evaluating = (scores: readonly number[]) => {
    let index = 0
    return countingTask(undefined, {
      evaluate: async () => ({ measures: {}, score: scores[index++]! }),
    })
  }

  test('is that of the lowest score, and is kept beside the newest', async () => {
    const files = createMemoryFiles()
    const task = evaluating([5, 2, 7, 3, 4, 6, 8, 9])
    const schedule = scheduleOf({ evaluateEvery: { steps: 1 }, checkpointEvery: { steps: 1 } })
    await run({ files, task, schedule })
    expect((await bestCheckpoint(files, 'run'))!.step).toBe(2)
    expect((await listCheckpoints(files, 'run')).map(({ step }) => step)).toEqual([2, 7, 8])
  })

  test('tells what was measured, as far as JSON can hold it', async () => {
    const files = createMemoryFiles()
    const measures = { loss: 2, psnrDb: Number.POSITIVE_INFINITY }
    const task = countingTask(undefined, { evaluate: async () => ({ measures, score: 2 }) })
    await run({ files, task })
    expect((await bestCheckpoint(files, 'run'))!.state).toMatchObject({ measures: { loss: 2 } })
  })

  test('is never one whose score is no number', async () => {
    const files = createMemoryFiles()
    const task = evaluating([Number.NaN, 4, Number.NaN, 5, 6, 7, 8, 9])
    await run({ files, task, schedule: scheduleOf({ evaluateEvery: { steps: 1 } }) })
    expect((await bestCheckpoint(files, 'run'))!.step).toBe(2)
  })

  test('is remembered when a run goes on', async () => {
    const files = createMemoryFiles()
    const schedule = scheduleOf({ evaluateEvery: { steps: 4 } })
    await run({ files, task: evaluating([3]), schedule, lastStep: 4 })
    const found = await findRunState(files, 'run')
    expect(found!.state).toMatchObject({ step: 4, steps: 8, bestScore: 3 })
    await run({ files, task: evaluating([3.5]), schedule, start: found!.state })
    expect((await bestCheckpoint(files, 'run'))!.step).toBe(4)
  })
})

describe('stopping', () => {
  test('in between and going on ends where an undisturbed run does', async () => {
    for (const lastStep of [1, 3, 7]) {
      const files = createMemoryFiles()
      const { reporter, lines } = listeningReporter()
      const result = await run({ files, lastStep, reporter })
      expect(result).toMatchObject({ step: lastStep, isFinished: false, isCapped: true })
      // It is no end: an evaluation more could make another checkpoint the best.
      expect(lines.filter((line) => !line.startsWith('step'))).toEqual([`checkpoint ${lastStep}`])
      const { task } = await resume(files)
      expect((await task.trainer.state()).value).toEqual(await undisturbed())
    }
  })

  test('on a signal saves after the current step and returns', async () => {
    const files = createMemoryFiles()
    const stop = new AbortController()
    const { reporter, lines } = listeningReporter({
      step: async ({ step }) => {
        if (step === 3) stop.abort()
      },
    })
    const result = await run({ files, reporter, signal: stop.signal })
    expect(result).toMatchObject({ step: 3, isFinished: false, isCapped: false, measures: {} })
    expect(lines).toEqual(['checkpoint 3'])
    const { task } = await resume(files)
    expect((await task.trainer.state()).value).toEqual(await undisturbed())
  })

  test('on a signal saves before it measures what is due, and shows nothing', async () => {
    const stop = new AbortController()
    const { reporter, lines } = listeningReporter({ step: async () => stop.abort() })
    const every = { steps: 1 }
    const schedule = scheduleOf({
      evaluateEvery: every,
      sampleEvery: every,
      checkpointEvery: every,
    })
    await run({ reporter, schedule, signal: stop.signal })
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      ...['checkpoint', 'evaluation', 'checkpoint'],
    ])
  })

  test('on a signal before the first step leaves nothing behind', async () => {
    const files = createMemoryFiles()
    const result = await run({ files, signal: AbortSignal.abort() })
    expect(result.step).toBe(0)
    expect(await findRunState(files, 'run')).toBeUndefined()
  })

  test('after the last step but before the end: it is measured when it goes on', async () => {
    const files = createMemoryFiles()
    await run({ files })
    const { result } = await resume(files)
    expect(result).toMatchObject({ step: 8, isFinished: true, measures: { quality: 1 } })
  })

  test('where it was stopped before, or at its end, does nothing', async () => {
    const files = createMemoryFiles()
    await run({ files, lastStep: 4 })
    const { result } = await resume(files, { lastStep: 2 })
    expect(result).toMatchObject({ step: 4, isFinished: false, isCapped: true })
    const whole = await run({ files: createMemoryFiles(), lastStep: 8 })
    expect(whole).toMatchObject({ step: 8, isFinished: true, isCapped: false })
  })
})

describe('the time', () => {
  /** A clock that each step moves by ten seconds, of which it waits for four. */
  const slowly = () => {
    let time = 0
    const task = countingTask(undefined, {
      prepare: async (step) => {
        // Not before the step before it is over.
        await new Promise((resolve) => setImmediate(resolve))
        time += 4000
        return countingTask().prepare(step)
      },
    })
    const step: Trainer['step'] = async (input) => {
      time += 6000
      return countingTask().trainer.step(input)
    }
    return { task: { ...task, trainer: { ...task.trainer, step } }, now: () => time }
  }

  test('of training is added up over all resumptions', async () => {
    const files = createMemoryFiles()
    const first = await run({ ...slowly(), files, lastStep: 3 })
    expect(first.trainedSeconds).toBeGreaterThanOrEqual(30)
    const { state } = (await findRunState(files, 'run'))!
    expect(state.trainedSeconds).toBe(first.trainedSeconds)
    const rest = await run({ ...slowly(), files, start: state })
    const straight = await run(slowly())
    expect(rest.trainedSeconds).toBeCloseTo(straight.trainedSeconds, -1)
  })

  test('in which training waited for data is told as a share', async () => {
    const { waitingShare } = await run(slowly())
    expect(waitingShare).toBeCloseTo(0.4, 10)
    expect((await run({ now: () => 0 })).waitingShare).toBe(0)
  })
})

test('a damaged checkpoint is told, and kept until the run is as far again', async () => {
  const files = createMemoryFiles()
  const schedule = scheduleOf({ checkpointEvery: { steps: 3 } })
  await run({ files, schedule, lastStep: 6 })
  await files.write('run/checkpoints/step-00000006/state.json', '{}')
  const damaged: string[] = []
  const found = await findRunState(files, 'run', {
    onDamaged: ({ message }) => damaged.push(message),
  })
  expect(found!.state.step).toBe(3)
  expect(damaged).toEqual([expect.stringContaining('step-00000006/state.json: it has 2 bytes')])
  const aside = () => files.stat('run/checkpoints/step-00000006.damaged')
  const task = countingTask(found!.tensors)
  await run({ files, task, schedule, start: found!.state, lastStep: 5 })
  expect(await aside()).toBeDefined()
  const { task: last } = await resume(files, { schedule })
  expect(await aside()).toBeUndefined()
  expect((await last.trainer.state()).value).toEqual(await undisturbed())
})

describe('faults', () => {
  test('of a reporter end the run, and are told', async () => {
    const { reporter } = listeningReporter({
      step: async ({ step }) => {
        if (step === 2) throw new Error('the terminal is gone')
      },
    })
    await expect(run({ reporter })).rejects.toThrow('the terminal is gone')
  })

  test('in the data are told when their step is due, not before', async () => {
    const { reporter, lines } = listeningReporter()
    const task = countingTask(undefined, {
      prepare: async (step) => {
        if (step === 3) throw new DataError('row 17 has no picture')
        return countingTask().prepare(step)
      },
    })
    await expect(run({ reporter, task })).rejects.toThrow('row 17 has no picture')
    expect(lines).toEqual(['step 1', 'step 2'])
  })

  test('in the data of a step that is never reached are not told', async () => {
    const task = countingTask(undefined, {
      prepare: (step) => {
        if (step === 3) throw new DataError('thrown at once')
        return countingTask().prepare(step)
      },
    })
    const stop = new AbortController()
    const { reporter } = listeningReporter({
      step: async ({ step }) => {
        if (step === 2) stop.abort()
      },
    })
    expect((await run({ reporter, task, signal: stop.signal })).step).toBe(2)
    const first = countingTask(undefined, { prepare: async () => Promise.reject(new Error('no')) })
    expect((await run({ task: first, signal: AbortSignal.abort() })).step).toBe(0)
  })

  test('of training end the run without saving what they have spoilt', async () => {
    const files = createMemoryFiles()
    const task = countingTask()
    const trainer: Trainer = {
      ...task.trainer,
      step: async (input) => {
        if (input.step === 5) throw new Error('the loss is NaN at step 5')
        return task.trainer.step(input)
      },
    }
    const schedule = scheduleOf({ checkpointEvery: { steps: 2 } })
    await expect(run({ files, task: { ...task, trainer }, schedule })).rejects.toThrow('NaN')
    expect((await findRunState(files, 'run'))!.state.step).toBe(4)
  })
})

describe('whatever happens to the disk, the run can go on', () => {
  const schedule = scheduleOf({
    steps: 5,
    evaluateEvery: { steps: 2 },
    checkpointEvery: { steps: 1 },
    keep: 1,
  })

  test.each([
    { what: 'killed at any operation', failing: killedAfter },
    { what: 'full after any write', failing: fullAfter },
  ])('$what', async ({ failing }) => {
    const straight = countingTask()
    await run({ task: straight, schedule })
    const expected = await straight.trainer.state()
    let disturbed = 0
    for (let changes = 0; ; changes++) {
      const files = createMemoryFiles()
      const error = await run({ files: failing(files, changes), schedule }).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      if (error === undefined) break
      disturbed++
      if (failing === killedAfter) expect(error).toBeInstanceOf(Killed)
      const { task, result } = await resume(files, { schedule })
      expect(result.step).toBe(5)
      expect(await task.trainer.state()).toEqual(expected)
      const kept = await listCheckpoints(files, 'run')
      expect((await readCheckpoint(files, kept.at(-1)!.path)).step).toBe(5)
    }
    expect(disturbed).toBeGreaterThanOrEqual(20)
  })
})

describe('training through the real runtime', () => {
  /** A small regression, the data of each step from its number. */
  const regressionTask = async (
    runtime: Runtime,
    { restored, seed = 1 }: { restored?: Record<string, Tensor>; seed?: number } = {},
  ): Promise<RunTask> => {
    const shapes = { first: [8, 16], second: [16, 4] }
    const values = new Map(
      Object.entries(shapes).map(([name, shape]) => [
        name,
        input(name, { dtype: 'float32', shape }),
      ]),
    )
    const x = input('x', { dtype: 'float32', shape: [32, 8] })
    const target = input('target', { dtype: 'float32', shape: [32, 4] })
    const hidden = squaredRelu(matmul(x, values.get('first')!))
    const difference = sub(matmul(hidden, values.get('second')!), target)
    const trainer = await createTrainer({
      runtime,
      accumulation: 2,
      tasks: [
        {
          name: 'regression',
          loss: { loss: mean(mul(difference, difference)) },
          step: { trained: values, optimizer: adamW(), clipNorm: 1, hasAverage: true },
        },
      ],
      tensors: { first: randomRows([8, 16], seed), second: randomRows([16, 4], seed) },
      ...(restored === undefined ? {} : { restored }),
    })
    return {
      ...countingTask(),
      trainer,
      prepare: async (step) => ({
        updates: [
          {
            task: 'regression',
            averageDecay: 0.9,
            batches: [0, 1].map((part) => ({
              x: randomRows([32, 8], 100 * step + part),
              target: randomRows([32, 4], 200 * step + part),
            })),
          },
        ],
        tokens: 64,
      }),
    }
  }

  test.each([1, 2])('with %i threads: stopped and resumed, the same bits', async (threads) => {
    const runtime = createInlineRuntime({ threads })
    const straight = await regressionTask(runtime)
    const whole = listeningReporter()
    await run({ task: straight, reporter: whole.reporter })
    const files = createMemoryFiles()
    await run({ files, task: await regressionTask(runtime), lastStep: 3 })
    const found = (await findRunState(files, 'run'))!
    const task = await regressionTask(runtime, { restored: found.tensors })
    const rest = listeningReporter()
    await run({ files, task, start: found.state, reporter: rest.reporter })
    expect(await task.trainer.state()).toEqual(await straight.trainer.state())
    expect(rest.steps.map(({ measures }) => measures)).toEqual(
      whole.steps.slice(3).map(({ measures }) => measures),
    )
    await runtime.close()
  })

  test('the same seed gives the same losses, another one others', async () => {
    const runtime = createInlineRuntime({ threads: 1 })
    const lossesOf = async (seed: number) => {
      const { reporter, steps } = listeningReporter()
      await run({ task: await regressionTask(runtime, { seed }), reporter })
      return steps.map(({ measures }) => measures.loss)
    }
    expect(await lossesOf(1)).toEqual(await lossesOf(1))
    expect(await lossesOf(2)).not.toEqual(await lossesOf(1))
  })
})

describe('patience', () => {
  const scores = [5, 3, 4, 3, 6, 1, 1, 1]
  const runFor = async (
    files: Files,
    patience: number,
    {
      resume = false,
      lastStep,
      signalAt,
    }: { readonly resume?: boolean; readonly lastStep?: number; readonly signalAt?: number } = {},
  ) => {
    const stop = new AbortController()
    const found = resume ? await findRunState(files, 'run') : undefined
    let step = found?.state.step ?? 0
    return runTraining({
      files,
      folder: 'run',
      task: countingTask(found?.tensors, {
        evaluate: async () => ({ measures: {}, score: scores[step++]! }),
      }),
      schedule: scheduleOf({ evaluateEvery: { steps: 1 }, patience }),
      dataKey: 'same',
      reporter: listeningReporter({
        step: async ({ step }) => {
          if (step === signalAt) stop.abort()
        },
      }).reporter,
      signal: stop.signal,
      ...(lastStep === undefined ? {} : { lastStep }),
      ...(found === undefined ? {} : { start: found.state }),
    })
  }

  test('ends a run when so many evaluations have found nothing better, and keeps the best', async () => {
    const files = createMemoryFiles()
    const result = await runFor(files, 3)
    expect(result).toMatchObject({ step: 5, isFinished: true })
    expect((await bestCheckpoint(files, 'run'))!.step).toBe(2)
  })

  test('starts anew after an improvement', async () => {
    expect((await runFor(createMemoryFiles(), 4)).step).toBe(8)
  })

  test('is not tried by steps without a score', async () => {
    const files = createMemoryFiles()
    const seen: number[] = []
    const { step } = await runTraining({
      files,
      folder: 'run',
      task: countingTask(undefined, {
        evaluate: async (step) => {
          seen.push(step)
          return { measures: {}, ...(step > 3 && { score: step }) }
        },
      }),
      schedule: scheduleOf({ evaluateEvery: { steps: 1 }, patience: 2 }),
      dataKey: 'same',
      reporter: listeningReporter().reporter,
    })
    expect({ step, seen }).toEqual({ step: 6, seen: [1, 2, 3, 4, 5, 6] })
    expect((await bestCheckpoint(files, 'run'))!.step).toBe(4)
  })

  test.each(['by its last step', 'by a signal'])(
    'is remembered by a run that was stopped in between, %s',
    async (how) => {
      const files = createMemoryFiles()
      await runFor(files, 3, how === 'by a signal' ? { signalAt: 4 } : { lastStep: 4 })
      expect((await findRunState(files, 'run'))!.state.evaluationsSinceBest).toBe(2)
      expect((await runFor(files, 3, { resume: true })).step).toBe(5)
    },
  )
})
