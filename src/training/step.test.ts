import { describe, expect, test } from 'vitest'
import { expectClose, expectTensor } from '../../test/support/expect-close.js'
import { randomRows } from '../../test/support/rows.js'
import { input } from '../engine/graph/graph.js'
import type { Value } from '../engine/graph/value.js'
import { add, matmul, mean, mul, sub, sum } from '../engine/operations/index.js'
import type { Runtime } from '../engine/runtime/runtime.js'
import { numbersOf, type Tensor, tensorOf } from '../engine/tensor/tensor.js'
import { RecipeError } from '../errors.js'
import { createInlineRuntime } from '../platform/node/runtime.js'
import { adamW, muon, type Optimizer } from './optimizers/index.js'
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

const runtime = createInlineRuntime({ threads: 1 })

/** The plainest optimizer: what is taken off is the gradient itself, times the rate. */
const descent: Optimizer = {
  state: () => [],
  scalars: (_step, learningRate) => ({ rate: learningRate }),
  update: ({ value, gradient, scalars }) => ({
    value: sub(value, mul(gradient, scalars.rate!)),
    state: {},
  }),
}

const parameters: Record<string, Tensor> = {
  first: randomRows([4, 5], 1),
  second: randomRows([5, 3], 2),
}

/** Two matrices that are to reproduce `target` from `x`; one row of `x` a batch row. */
const regression = (rows: number) => {
  const trained = new Map(
    Object.entries(parameters).map(([name, { shape }]) => [
      name,
      input(name, { dtype: 'float32', shape }),
    ]),
  )
  const x = input('x', { dtype: 'float32', shape: [rows, 4] })
  const target = input('target', { dtype: 'float32', shape: [rows, 3] })
  const output = matmul(matmul(x, trained.get('first')!), trained.get('second')!)
  const difference = sub(output, target)
  return { trained, loss: { loss: mean(mul(difference, difference)) } satisfies LossValues }
}

const batchOf = (rows: number, seed = 1) => ({
  x: randomRows([rows, 4], 10 + seed),
  target: randomRows([rows, 3], 20 + seed),
})

/** Runs one of our graphs on buffers; returns what it fetched. */
const runOn = async (
  buffers: Awaited<ReturnType<Runtime['createBuffers']>>,
  { graph, updates }: StateGraph,
  feeds: Record<string, Tensor>,
) => {
  const program = await runtime.createProgram(graph, { buffers, updates })
  const fetched = await program.run(feeds)
  await program.close()
  return Object.fromEntries(Object.entries(fetched).map(([name, t]) => [name, numbersOf(t)[0]!]))
}

/** The buffers after one whole step. */
const stepOnce = async (options: Partial<StepOptions> = {}, { weight = 1 } = {}) => {
  const { trained, loss } = regression(6)
  const step: StepOptions = { trained, optimizer: descent, ...options }
  const buffers = await runtime.createBuffers({ ...parameters, ...initialState(step, parameters) })
  const feeds = {
    ...batchOf(6),
    ...stepFeeds(step, { step: 1, learningRate: 0.1, averageDecay: 0.5 }),
  }
  const fetched = await runOn(buffers, trainingStep(step, { ...loss, weight }), feeds)
  return { fetched, state: await buffers.read() }
}

const changeOf = (state: Record<string, Tensor>): number[] =>
  Object.keys(parameters).flatMap((name) => {
    const before = numbersOf(parameters[name]!)
    return numbersOf(state[name]!).map((value, index) => value - before[index]!)
  })

describe('clipping', () => {
  test('scales all gradients down together, to the norm', async () => {
    const free = await stepOnce()
    const norm = free.fetched.gradientNorm!
    expect(Math.hypot(...changeOf(free.state))).toBeCloseTo(0.1 * norm, 4)
    const clipped = await stepOnce({ clipNorm: norm / 4 })
    expect(clipped.fetched.gradientNorm).toBe(norm)
    expectClose(
      changeOf(clipped.state),
      changeOf(free.state).map((change) => change / 4),
    )
  })

  test('leaves smaller gradients as they are', async () => {
    const free = await stepOnce()
    expect((await stepOnce({ clipNorm: 1e3 })).state).toEqual(free.state)
  })
})

test('the weight of a loss scales its gradients and not what is reported', async () => {
  const [whole, half] = [await stepOnce(), await stepOnce({}, { weight: 0.5 })]
  expect(half.fetched.loss).toBe(whole.fetched.loss)
  expectClose(
    changeOf(half.state),
    changeOf(whole.state).map((change) => change / 2),
  )
})

describe('accumulation', () => {
  test.each([
    { parts: 2, optimizer: descent },
    { parts: 3, optimizer: adamW() },
  ])('a batch in $parts parts is the batch', async ({ parts, optimizer }) => {
    const whole = await stepOnce({ optimizer, clipNorm: 0.5 })
    const rows = 6 / parts
    const { trained, loss } = regression(rows)
    const step: StepOptions = { trained, optimizer, clipNorm: 0.5 }
    const buffers = await runtime.createBuffers({
      ...parameters,
      ...initialState(step, parameters),
      ...gradientBuffers(step),
    })
    const { x, target } = batchOf(6)
    const partOf = (tensor: Tensor, part: number) => {
      const width = tensor.shape[1]!
      const numbers = numbersOf(tensor).slice(part * rows * width, (part + 1) * rows * width)
      return tensorOf('float32', numbers, [rows, width])
    }
    const losses: number[] = []
    for (let part = 0; part < parts; part++) {
      const feeds = { x: partOf(x, part), target: partOf(target, part) }
      const fetched = await runOn(buffers, accumulationStep(step, loss, 1 / parts), feeds)
      losses.push(fetched.loss!)
    }
    const { gradientNorm } = await runOn(
      buffers,
      updateStep(step),
      stepFeeds(step, { step: 1, learningRate: 0.1 }),
    )
    const state = await buffers.read()
    for (const [name, tensor] of Object.entries(whole.state)) {
      expectTensor(state[name], tensor, { absolute: 1e-5 }, name)
    }
    expect(gradientNorm).toBeCloseTo(whole.fetched.gradientNorm!, 4)
    expect(losses.reduce((total, loss) => total + loss, 0) / parts).toBeCloseTo(
      whole.fetched.loss!,
      4,
    )
    for (const name of Object.keys(gradientBuffers(step))) {
      expect(numbersOf(state[name]!).every((value) => value === 0)).toBe(true)
    }
  })
})

describe('updates in place', () => {
  /** A loss that is linear in the parameter, so that no gradient depends on its value. */
  const linear = () => {
    const weight = input('weight', { dtype: 'float32', shape: [4, 4] })
    const x = input('x', { dtype: 'float32', shape: [6, 4] })
    const output = matmul(x, weight)
    return {
      trained: new Map([['weight', weight]]),
      loss: { loss: mean(output), metrics: { size: sum(mul(output, output)) } },
      tensors: { weight: randomRows([4, 4], 5) },
    }
  }
  const deep = () => ({ ...regression(6), tensors: parameters })
  /** A loss whose gradient reads what moves by an average. */
  const averaging = () => {
    const made = linear()
    const book = input('book', { dtype: 'float32', shape: [4] })
    const x = input('x', { dtype: 'float32', shape: [6, 4] })
    const output = mul(matmul(x, made.trained.get('weight')!), book)
    return {
      trained: made.trained,
      loss: { loss: mean(output), averages: new Map([['book', mul(book, 0.5)]]) },
      tensors: { ...made.tensors, book: randomRows([4], 6) },
    }
  }

  test.each([
    { what: 'AdamW', optimizer: adamW(), clipNorm: 1, make: deep },
    { what: 'AdamW without clipping', optimizer: adamW(), make: deep },
    { what: 'Muon', optimizer: muon(), clipNorm: 1, make: deep },
    { what: 'a loss that is linear in a parameter', optimizer: adamW(), make: linear },
    { what: 'the same with Muon', optimizer: muon(), make: linear },
    { what: 'an average that a gradient reads', optimizer: descent, make: averaging },
  ])('give the bits that separate buffers give: $what', async ({ make, ...options }) => {
    const { trained, loss, tensors } = make()
    const step: StepOptions = { ...options, trained, hasAverage: true }
    const first = { ...tensors, ...initialState(step, tensors) }
    await expectSameBits([trainingStep(step, loss)], first, step)
    const accumulating = accumulationStep(step, loss, 0.5)
    await expectSameBits(
      [accumulating, accumulating, updateStep(step)],
      { ...first, ...gradientBuffers(step) },
      step,
    )
  })

  /** Runs graphs in turn, in place and with a tensor of its own for every output. */
  const expectSameBits = async (
    graphs: readonly StateGraph[],
    first: Readonly<Record<string, Tensor>>,
    step: StepOptions,
  ) => {
    const separate = { ...first }
    const buffers = await runtime.createBuffers({ ...first })
    const programs = await Promise.all(
      graphs.map(async ({ graph, updates }) => ({
        updates,
        inPlace: await runtime.createProgram(graph, { buffers, updates }),
        apart: await runtime.createProgram(graph),
      })),
    )
    for (let index = 1; index <= 4; index++) {
      const feeds = {
        ...batchOf(6, index),
        ...stepFeeds(step, { step: index, learningRate: 0.1, averageDecay: 0.9 }),
      }
      for (const { updates, inPlace, apart } of programs) {
        const fetched = await inPlace.run(feeds)
        const results = await apart.run({ ...feeds, ...separate })
        for (const [output, buffer] of Object.entries(updates)) separate[buffer] = results[output]!
        for (const [name, tensor] of Object.entries(fetched)) expect(results[name]).toEqual(tensor)
        expect(await buffers.read()).toEqual(separate)
      }
    }
    for (const { inPlace, apart } of programs) {
      await inPlace.close()
      await apart.close()
    }
    await buffers.close()
  }
})

describe('moving averages', () => {
  test('move by their share towards the new parameters', async () => {
    const { state } = await stepOnce({ hasAverage: true })
    // At step 1 the average forgets at least as fast as 1 - 1/10.
    for (const [name, before] of Object.entries(parameters)) {
      const after = numbersOf(state[name]!)
      expectClose(
        numbersOf(state[averageBuffer(name)]!),
        numbersOf(before).map((value, index) => 0.1 * value + 0.9 * after[index]!),
      )
    }
  })

  test('keep the given share once there is a past to keep', () => {
    const { trained } = regression(1)
    const shareAt = (step: number) =>
      numbersOf(
        stepFeeds(
          { trained, optimizer: descent, hasAverage: true },
          { step, learningRate: 1, averageDecay: 0.99 },
        )['average share']!,
      )[0]!
    expect(shareAt(1)).toBeCloseTo(0.9, 6)
    expect(shareAt(91)).toBeCloseTo(0.09, 6)
    expect(shareAt(100_000)).toBeCloseTo(0.01, 6)
  })
})

describe('buffers that move without gradients', () => {
  const build = () => {
    const { trained, loss } = regression(6)
    const count = input('count', { dtype: 'float32', shape: [2] })
    const averages = new Map<string, Value>([['count', add(count, loss.loss)]])
    return { step: { trained, optimizer: descent }, loss: { ...loss, averages } }
  }
  const tensors = { ...parameters, count: tensorOf('float32', [1, 2]) }

  test('move in a whole step', async () => {
    const { step, loss } = build()
    const buffers = await runtime.createBuffers(tensors)
    const feeds = { ...batchOf(6), ...stepFeeds(step, { step: 1, learningRate: 0.1 }) }
    const { loss: found } = await runOn(buffers, trainingStep(step, loss), feeds)
    const { count } = await buffers.read(['count'])
    expectClose(numbersOf(count!), [1 + found!, 2 + found!])
  })

  test('move with every part of an accumulated batch', async () => {
    const { step, loss } = build()
    const buffers = await runtime.createBuffers({ ...tensors, ...gradientBuffers(step) })
    const graph = accumulationStep(step, loss, 0.5)
    const { loss: first } = await runOn(buffers, graph, batchOf(6, 1))
    const { loss: second } = await runOn(buffers, graph, batchOf(6, 2))
    const { count } = await buffers.read(['count'])
    expectClose(numbersOf(count!), [1 + first! + second!, 2 + first! + second!])
  })
})

test('a parameter that the loss does not depend on is an error that names it', () => {
  const { trained, loss } = regression(6)
  const more = new Map(trained).set('lost', input('lost', { dtype: 'float32', shape: [2] }))
  const build = () => trainingStep({ trained: more, optimizer: descent }, loss)
  expect(build).toThrow(RecipeError)
  expect(build).toThrow('the loss does not depend on lost')
})

test('gradients and updates are graphs of their own, for summing over machines in between', () => {
  const { trained, loss } = regression(6)
  const step: StepOptions = { trained, optimizer: adamW() }
  const gradientGraph = accumulationStep(step, loss, 1)
  expect(Object.values(gradientGraph.updates).sort()).toEqual(
    Object.keys(gradientBuffers(step)).sort(),
  )
  const { graph } = updateStep(step)
  expect(Object.keys(graph.inputs)).not.toContain('x')
})
