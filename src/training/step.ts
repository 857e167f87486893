/**
 * Builds the graphs of training: the gradients of a loss, their global-norm clipping and the
 * optimizer's update, all on named buffers that are updated in place. The gradient half and the
 * update half can be joined in one graph or kept apart, for accumulation or for summing over
 * machines in between.
 */

import { gradients } from '../engine/autodiff/gradient.js'
import { createGraph, type Graph, input } from '../engine/graph/graph.js'
import type { Value } from '../engine/graph/value.js'
import {
  add,
  cast,
  div,
  less,
  maximum,
  minimum,
  mul,
  sqrt,
  sub,
  sum,
  sumOfSquares,
} from '../engine/operations/index.js'
import { copyTensor, type Tensor, type TensorType, zeroTensor } from '../engine/tensor/tensor.js'
import { RecipeError } from '../errors.js'
import type { Optimizer } from './optimizers/optimizer.js'

const stateBuffer = (name: string, state: string) => `optimizer.${state}/${name}`
/** Where the moving average of a parameter is kept. */
export const averageBuffer = (name: string) => `average/${name}`
const gradientBuffer = (name: string) => `gradient/${name}`

const scalarType: TensorType = { dtype: 'float32', shape: [] }

/** What a loss contributes to a graph: scalars. */
export interface LossValues {
  readonly loss: Value
  /** How much the loss counts in the gradients, 1 when left out; it is reported as it is. */
  readonly weight?: number
  /** Further scalars to report. */
  readonly metrics?: Readonly<Record<string, Value>>
  /** New values of buffers that move by averages rather than gradients, such as a code book. */
  readonly averages?: ReadonlyMap<string, Value>
}

export interface StepOptions {
  /** The inputs that are trained, by the names of their buffers. */
  readonly trained: ReadonlyMap<string, Value>
  readonly optimizer: Optimizer
  /** The largest norm of all gradients together; larger ones are scaled down to it. */
  readonly clipNorm?: number
  /** Keeps a moving average of the parameters in buffers of their own. */
  readonly hasAverage?: boolean
}

/** A graph and which of its outputs take the place of which buffers. */
export interface StateGraph {
  readonly graph: Graph
  readonly updates: Readonly<Record<string, string>>
}

const stateGraph = (
  fetched: Readonly<Record<string, Value>>,
  replaced: ReadonlyMap<string, Value>,
): StateGraph => {
  const outputs: Record<string, Value> = { ...fetched }
  const updates: Record<string, string> = {}
  for (const [buffer, value] of replaced) {
    outputs[`next ${buffer}`] = value
    updates[`next ${buffer}`] = buffer
  }
  return { graph: createGraph(outputs), updates }
}

/** What is fetched of a loss: scalars by name. */
const fetchedOf = ({ loss, metrics = {} }: LossValues) => ({ ...metrics, loss })

/**
 * Zero, but not before the scalars are known. A buffer is overwritten in place, so its new value
 * must wait for everybody who reads the old one; adding this makes it wait. No number is less than
 * itself, not even NaN, which a product with zero would pass on to all parameters.
 */
const zeroAfter = (scalars: readonly Value[]): Value =>
  scalars
    .map((scalar) => cast(less(scalar, scalar), { to: 'float32' }))
    .reduce((total, zero) => add(total, zero))

const gradientsOf = ({ loss, weight = 1 }: LossValues, trained: ReadonlyMap<string, Value>) => {
  const names = Array.from(trained.keys())
  const results = gradients(weight === 1 ? loss : mul(loss, weight), Array.from(trained.values()))
  const unreached = names.filter((_, index) => results[index] === undefined)
  if (unreached.length > 0) {
    throw new RecipeError(
      `training: the loss does not depend on ${unreached.join(', ')}; freeze or remove them`,
    )
  }
  return new Map(names.map((name, index) => [name, results[index]!]))
}

/**
 * The new buffers after clipping and the optimizer's update. Every update depends on every gradient
 * through the clipping factor, which is there without clipping, too, and on the other `readers`.
 */
const updatesOf = (
  { trained, optimizer, clipNorm = Number.POSITIVE_INFINITY, hasAverage = false }: StepOptions,
  gradientValues: ReadonlyMap<string, Value>,
  readers: readonly Value[],
) => {
  const squares = Array.from(gradientValues.values(), (gradient) => sumOfSquares(gradient))
  const gradientNorm = sqrt(squares.reduce((total, square) => add(total, square)))
  const clipping = minimum(div(clipNorm, maximum(gradientNorm, 1e-12)), 1)
  const factor = readers.length === 0 ? clipping : add(clipping, zeroAfter(readers))
  const scalarNames = Object.keys(optimizer.scalars(1, 0))
  const scalars = Object.fromEntries(
    scalarNames.map((name) => [name, input(`optimizer ${name}`, scalarType)]),
  )
  const averageShare = hasAverage ? input('average share', scalarType) : undefined
  const clipped = new Map<string, Value>()
  const replaced = new Map<string, Value>()
  for (const [name, value] of trained) {
    const parameter = { name, shape: value.shape }
    const states = optimizer.state(parameter)
    const gradient = mul(gradientValues.get(name)!, factor)
    clipped.set(name, gradient)
    const next = optimizer.update({
      parameter,
      value,
      gradient,
      state: Object.fromEntries(
        states.map((state) => [state, input(stateBuffer(name, state), value.type)]),
      ),
      scalars,
    })
    replaced.set(name, next.value)
    for (const state of states) replaced.set(stateBuffer(name, state), next.state[state]!)
    if (averageShare !== undefined) {
      const average = input(averageBuffer(name), value.type)
      const moved = add(average, mul(sub(next.value, average), averageShare))
      replaced.set(averageBuffer(name), moved)
    }
  }
  return { gradientNorm, clipped, replaced }
}

/** The new values of buffers that move by averages, not before the readers of the old ones. */
const averagesOf = (
  { averages = new Map() }: LossValues,
  readers: readonly Value[],
): [string, Value][] =>
  Array.from(averages, ([name, value]) => [name, add(value, zeroAfter(readers))])

/** One whole step: loss, gradients, clipping and update. Fetches loss, metrics, gradientNorm. */
export const trainingStep = (options: StepOptions, lossValues: LossValues): StateGraph => {
  const fetched = fetchedOf(lossValues)
  const readers = Object.values(fetched)
  const gradientValues = gradientsOf(lossValues, options.trained)
  const { gradientNorm, replaced } = updatesOf(options, gradientValues, readers)
  const averages = averagesOf(lossValues, [gradientNorm, ...readers])
  for (const [name, value] of averages) replaced.set(name, value)
  return stateGraph({ ...fetched, gradientNorm }, replaced)
}

/**
 * Adds `share` of the gradients to buffers of their own; what moves by averages moves at once.
 * Fetches the loss and metrics.
 */
export const accumulationStep = (
  { trained }: StepOptions,
  lossValues: LossValues,
  share: number,
): StateGraph => {
  const fetched = fetchedOf(lossValues)
  const gradientValues = gradientsOf(lossValues, trained)
  const replaced = new Map<string, Value>()
  for (const [name, gradient] of gradientValues) {
    const sumSoFar = input(gradientBuffer(name), gradient.type)
    replaced.set(gradientBuffer(name), add(sumSoFar, mul(gradient, share)))
  }
  const sums = Array.from(gradientValues.values(), (gradient) => sum(gradient))
  const averages = averagesOf(lossValues, [...Object.values(fetched), ...sums])
  for (const [name, value] of averages) replaced.set(name, value)
  return stateGraph(fetched, replaced)
}

/** Updates the parameters from the accumulated gradients and clears these. Fetches gradientNorm. */
export const updateStep = (options: StepOptions): StateGraph => {
  const accumulated = new Map(
    Array.from(options.trained, ([name, { type }]) => [name, input(gradientBuffer(name), type)]),
  )
  const { gradientNorm, clipped, replaced } = updatesOf(options, accumulated, [])
  // Clipping is the last to read a sum, so the zeros are made of what it yields.
  for (const [name, gradient] of clipped) replaced.set(gradientBuffer(name), mul(gradient, 0))
  return stateGraph({ gradientNorm }, replaced)
}

/** The state that a step keeps beside the parameters, as it is before the first step. */
export const initialState = (
  { trained, optimizer, hasAverage = false }: StepOptions,
  parameters: Readonly<Record<string, Tensor>>,
): Record<string, Tensor> => {
  const state: Record<string, Tensor> = {}
  for (const [name, { shape, type }] of trained) {
    for (const key of optimizer.state({ name, shape })) {
      state[stateBuffer(name, key)] = zeroTensor(type)
    }
    if (hasAverage) {
      const tensor = parameters[name]!
      state[averageBuffer(name)] = copyTensor(tensor)
    }
  }
  return state
}

/** The buffers in which gradients are added up; they are zero between two updates. */
export const gradientBuffers = ({ trained }: StepOptions): Record<string, Tensor> =>
  Object.fromEntries(
    Array.from(trained, ([name, { type }]) => [gradientBuffer(name), zeroTensor(type)]),
  )

/** The scalars that are fed at a step, counted from 1. */
export const stepFeeds = (
  { optimizer, hasAverage = false }: StepOptions,
  {
    step,
    learningRate,
    averageDecay = 0.999,
  }: { step: number; learningRate: number; averageDecay?: number },
): Record<string, Tensor> => {
  const feeds: Record<string, Tensor> = {}
  const scalar = (value: number): Tensor => ({
    dtype: 'float32',
    shape: [],
    data: Float32Array.of(value),
  })
  for (const [name, value] of Object.entries(optimizer.scalars(step, learningRate))) {
    feeds[`optimizer ${name}`] = scalar(value)
  }
  if (hasAverage) feeds['average share'] = scalar(1 - decayOfAverage(averageDecay, step))
  return feeds
}

/**
 * The decay of averages of what has learned for so many steps: early ones forget faster, so that they
 * do not keep the random first values.
 */
export const decayOfAverage = (averageDecay: number, steps: number): number =>
  Math.min(averageDecay, steps / (steps + 9))
