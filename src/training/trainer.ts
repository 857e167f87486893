/**
 * Runs training steps: compiles the graphs of one or more tasks that share buffers, feeds them, and
 * reads and restores the state. When to step, measure and save is decided by the caller.
 */

import type { Buffers, Program, Runtime } from '../engine/runtime/runtime.js'
import type { Tensor } from '../engine/tensor/tensor.js'
import { numbersOf } from '../engine/tensor/tensor.js'
import { RuntimeError } from '../errors.js'
import {
  accumulationStep,
  averageBuffer,
  gradientBuffers,
  initialState,
  type LossValues,
  type StateGraph,
  type StepOptions,
  stepFeeds,
  trainingStep,
  updateStep,
} from './step.js'

/** One loss and what it trains. Tasks that train the same parameters share their optimizer state. */
export interface TrainingTask {
  readonly name: string
  readonly step: StepOptions
  readonly loss: LossValues
}

export type Feeds = Readonly<Record<string, Tensor>>

export interface StepInput {
  readonly task: string
  /** Counted from 1; what errors name. */
  readonly step: number
  readonly learningRate: number
  readonly averageDecay?: number
  /** One set of feeds for each part of an accumulated batch. */
  readonly batches: readonly Feeds[]
  /** Which examples each part holds, in words for errors. */
  readonly examples?: readonly string[]
}

export interface Trainer {
  /** The names of its tasks. */
  readonly tasks: readonly string[]
  readonly buffers: Buffers
  /**
   * Takes one step and returns the loss, metrics and gradient norm; those of an accumulated batch
   * are means. Throws RuntimeError, with the step and the batch, when one of them is not finite.
   */
  step(input: StepInput): Promise<Record<string, number>>
  /** A copy of all state: parameters, optimizer state and averages. */
  state(): Promise<Record<string, Tensor>>
  /**
   * The averaged parameters where averages are kept, else the parameters, by name: of the current
   * state, or of a saved one.
   */
  averaged(saved?: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>
  close(): Promise<void>
}

export interface TrainerOptions {
  readonly runtime: Runtime
  readonly tasks: readonly TrainingTask[]
  /** First values of the parameters and of anything else that the losses read. */
  readonly tensors: Readonly<Record<string, Tensor>>
  /** A saved state to go on from; takes the place of first values. */
  readonly restored?: Readonly<Record<string, Tensor>>
  /** Parts of a batch whose gradients are added up before an update; 1 when left out. */
  readonly accumulation?: number
}

interface TaskPrograms {
  readonly task: TrainingTask
  /** Computes gradients and, without accumulation, updates as well. */
  readonly gradient: Program
  readonly update: Program | undefined
}

const toNumbers = (fetched: Record<string, Tensor>): Record<string, number> =>
  Object.fromEntries(Object.entries(fetched).map(([name, tensor]) => [name, numbersOf(tensor)[0]!]))

const meanOf = (results: readonly Record<string, number>[]): Record<string, number> =>
  Object.fromEntries(
    Object.keys(results[0]!).map((name) => [
      name,
      results.reduce((sum, result) => sum + result[name]!, 0) / results.length,
    ]),
  )

/** What is not finite of a result, in words; the loss before what may follow from it. */
const faultOf = ({ loss = 0, gradientNorm = 0, ...metrics }: Readonly<Record<string, number>>) => {
  if (!Number.isFinite(loss)) return `the loss is ${loss}`
  if (!Number.isFinite(gradientNorm)) return `the norm of the gradient is ${gradientNorm}`
  const metric = Object.entries(metrics).find(([, value]) => !Number.isFinite(value))
  return metric === undefined ? undefined : `the metric ${metric[0]} is ${metric[1]}`
}

const ofExamples = (words = ''): string => (words === '' ? '' : ` of ${words}`)

export const createTrainer = async ({
  runtime,
  tasks,
  tensors,
  restored = {},
  accumulation = 1,
}: TrainerOptions): Promise<Trainer> => {
  const { state, sums } = firstState(tasks, { tensors, accumulation })
  const buffers = await runtime.createBuffers({ ...state, ...restored, ...sums })
  const { programs, close } = await compileTasks(tasks, { runtime, buffers, accumulation })
  // Whoever closes over the tensors themselves keeps a second copy of the state for the whole run.
  const [stateNames, parameterNames] = [Object.keys(state), Object.keys(tensors)]
  const averaged = new Set(
    tasks.flatMap(({ step }) => (step.hasAverage ? Array.from(step.trained.keys()) : [])),
  )
  const averagedBuffer = (name: string) => (averaged.has(name) ? averageBuffer(name) : name)

  return {
    tasks: tasks.map(({ name }) => name),
    buffers,
    async step(input) {
      const found = programs.get(input.task)
      if (found === undefined) {
        throw new RuntimeError(
          `trainer: there is no task ${input.task}; there are ${[...programs.keys()].join(', ')}`,
        )
      }
      return takeStep(found, input)
    },
    state: () => buffers.read(stateNames),
    async averaged(saved) {
      const read = saved ?? (await buffers.read(parameterNames.map(averagedBuffer)))
      return Object.fromEntries(parameterNames.map((name) => [name, read[averagedBuffer(name)]!]))
    },
    close,
  }
}

/** The state of all tasks before the first step, and zeros for the gradients that are added up. */
const firstState = (
  tasks: readonly TrainingTask[],
  { tensors, accumulation }: Required<Pick<TrainerOptions, 'tensors' | 'accumulation'>>,
) => {
  const state: Record<string, Tensor> = { ...tensors }
  const sums: Record<string, Tensor> = {}
  for (const { step } of tasks) {
    Object.assign(state, initialState(step, tensors))
    if (accumulation > 1) Object.assign(sums, gradientBuffers(step))
  }
  return { state, sums }
}

/** The programs of all tasks by name; they, and the buffers, are closed where one fails. */
const compileTasks = async (
  tasks: readonly TrainingTask[],
  {
    runtime,
    buffers,
    accumulation,
  }: { readonly runtime: Runtime; readonly buffers: Buffers; readonly accumulation: number },
) => {
  const opened: Program[] = []
  const close = async () => {
    for (const program of opened) await program.close()
    await buffers.close()
  }
  const compile = async ({ graph, updates }: StateGraph) => {
    const program = await runtime.createProgram(graph, { buffers, updates })
    opened.push(program)
    return program
  }
  const compileTask = async (task: TrainingTask): Promise<TaskPrograms> => {
    const { step, loss } = task
    if (accumulation > 1) {
      const gradient = await compile(accumulationStep(step, loss, 1 / accumulation))
      return { task, gradient, update: await compile(updateStep(step)) }
    }
    return { task, gradient: await compile(trainingStep(step, loss)), update: undefined }
  }
  const programs = new Map<string, TaskPrograms>()
  try {
    for (const task of tasks) programs.set(task.name, await compileTask(task))
  } catch (error) {
    await close()
    throw error
  }
  return { programs, close }
}

/** Feeds all parts of a batch, updates, and returns what both measure. Throws RuntimeError. */
const takeStep = async (
  { task, gradient, update }: TaskPrograms,
  { step, learningRate, averageDecay, batches, examples = [] }: Omit<StepInput, 'task'>,
): Promise<Record<string, number>> => {
  const scalars = stepFeeds(task.step, {
    step,
    learningRate,
    ...(averageDecay === undefined ? {} : { averageDecay }),
  })
  const check = (result: Readonly<Record<string, number>>, place: string) => {
    const fault = faultOf(result)
    if (fault === undefined) return
    throw new RuntimeError(
      `${task.name}: ${fault} at step ${step}, batch${place}; ` +
        'lower the learning rate or go on from the last checkpoint',
    )
  }
  const results: Record<string, number>[] = []
  for (const [part, batch] of batches.entries()) {
    const fed = update === undefined ? { ...batch, ...scalars } : batch
    const result = toNumbers(await gradient.run(fed))
    const place = batches.length === 1 ? '' : ` part ${part + 1} of ${batches.length}`
    check(result, `${place}${ofExamples(examples[part])}`)
    results.push(result)
  }
  const norm = update === undefined ? {} : toNumbers(await update.run(scalars))
  check(norm, ofExamples(examples.join('; ')))
  return { ...meanOf(results), ...norm }
}
