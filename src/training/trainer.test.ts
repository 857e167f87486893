import { describe, expect, test } from 'vitest'
import { expectClose } from '../../test/support/expect-close.js'
import { randomRows } from '../../test/support/rows.js'
import { tinyTextImage } from '../../test/support/tiny-text-image.js'
import { watchRuntime } from '../../test/support/watched-runtime.js'
import { input } from '../engine/graph/graph.js'
import { add, log, matmul, mean, mul, sub, sum } from '../engine/operations/index.js'
import { createRandom } from '../engine/tensor/random.js'
import { numbersOf, type Tensor, tensorOf } from '../engine/tensor/tensor.js'
import { RuntimeError } from '../errors.js'
import { initializeParameters, parameterInputs } from '../network/parameters.js'
import { createInlineRuntime } from '../platform/node/runtime.js'
import { captionBatch, captionLoss, drawingBatch, drawingLoss } from './objectives/text-image.js'
import { adamW } from './optimizers/index.js'
import { createTrainer, type TrainerOptions } from './trainer.js'

const runtime = createInlineRuntime({ threads: 1 })

describe('one batch is learned by heart', () => {
  const { model, vocabulary, config } = tinyTextImage({ width: 32, drawing: 'next-code' })
  const { layout } = config
  const examples = [0, 1, 2, 3].map((index) => ({
    words: [6 + index, 10],
    codes: Array.from({ length: 6 }, (_, place) => (index * 7 + place * place) % 17),
  }))
  const random = createRandom(1, 'by heart')
  const context = { vocabulary, layout, random }
  const none = { corruption: 0, conditionDropout: 0 }

  test.each(['next code', 'masked codes', 'caption'] as const)('%s', async (kind) => {
    const { values, inputs } = parameterInputs(model.parameters)
    const isParallel = kind === 'masked codes'
    const loss =
      kind === 'caption'
        ? captionLoss(model, values, { batch: 4 })
        : drawingLoss(model, values, { batch: 4, isParallel })
    const feeds =
      kind === 'caption'
        ? captionBatch(examples, context, none)
        : drawingBatch(examples, context, { ...none, isParallel })
    const trainer = await createTrainer({
      runtime,
      tasks: [{ name: kind, loss, step: { trained: inputs, optimizer: adamW(), clipNorm: 1 } }],
      tensors: initializeParameters(model.parameters, { seed: 1 }),
    })
    const results: Record<string, number>[] = []
    for (let step = 1; step <= 60; step++) {
      results.push(await trainer.step({ task: kind, step, learningRate: 0.01, batches: [feeds] }))
    }
    await trainer.close()
    // At first every code, or every word, is as likely as any other.
    expect(results[0]!.loss).toBeCloseTo(Math.log(kind === 'caption' ? 14 : 17), 0)
    expect(results.at(-1)!.loss).toBeLessThan(0.05)
    expect(results.at(-1)!.accuracy).toBeCloseTo(1, 5)
  })
})

/** A regression whose loss is not finite where `x` is not. */
const regression = (): TrainerOptions => {
  const weight = input('weight', { dtype: 'float32', shape: [3, 2] })
  const output = matmul(input('x', { dtype: 'float32', shape: [4, 3] }), weight)
  const loss = mean(mul(output, output))
  return {
    runtime,
    tasks: [
      {
        name: 'shrink',
        loss: { loss, metrics: { total: sum(output) } },
        step: { trained: new Map([['weight', weight]]), optimizer: adamW() },
      },
    ],
    tensors: { weight: randomRows([3, 2]) },
  }
}
const good = () => ({ x: randomRows([4, 3], 2) })
const bad = () => ({ x: tensorOf('float32', new Array(12).fill(Number.NaN), [4, 3]) })
const at = (step: number) => ({ task: 'shrink', step, learningRate: 0.1 })

describe('what is not finite stops the run', () => {
  test('a loss, with the step and the part of the batch', async () => {
    const trainer = await createTrainer({ ...regression(), accumulation: 3 })
    await trainer.step({ ...at(6), batches: [good(), good(), good()] })
    const examples = ['apple', 'pear', 'fig']
    const failing = trainer.step({ ...at(7), batches: [good(), bad(), good()], examples })
    await expect(failing).rejects.toThrow(RuntimeError)
    await expect(failing).rejects.toThrow(
      'shrink: the loss is NaN at step 7, batch part 2 of 3 of pear; lower the learning rate',
    )
  })

  test('a loss, with the examples of the batch where they are known', async () => {
    const trainer = await createTrainer(regression())
    const examples = ['apple, pear and 2 more']
    await expect(trainer.step({ ...at(7), batches: [bad()], examples })).rejects.toThrow(
      'shrink: the loss is NaN at step 7, batch of apple, pear and 2 more; lower the learning rate',
    )
    await expect(trainer.step({ ...at(8), batches: [bad()] })).rejects.toThrow(
      'shrink: the loss is NaN at step 8, batch; lower',
    )
  })

  test('a gradient, though the loss is finite', async () => {
    const weight = input('weight', { dtype: 'float32', shape: [1] })
    const trainer = await createTrainer({
      runtime,
      tasks: [
        {
          name: 'logarithm',
          // At 0 the product is 0, and its slope infinite.
          loss: { loss: sum(mul(input('x', weight), log(weight))) },
          step: { trained: new Map([['weight', weight]]), optimizer: adamW() },
        },
      ],
      tensors: { weight: tensorOf('float32', [1e-45]) },
    })
    const feeds = { x: tensorOf('float32', [1]) }
    const failing = trainer.step({ task: 'logarithm', step: 2, learningRate: 1, batches: [feeds] })
    await expect(failing).rejects.toThrow('the norm of the gradient is Infinity at step 2')
  })

  test.each([
    { value: Number.NaN, accumulation: 1 },
    { value: Number.NaN, accumulation: 2 },
    { value: Number.NEGATIVE_INFINITY, accumulation: 1 },
    { value: Number.NEGATIVE_INFINITY, accumulation: 2 },
  ])('a metric of $value, which harms no parameter: $accumulation parts', async (row) => {
    const { value, accumulation } = row
    const weight = input('weight', { dtype: 'float32', shape: [2] })
    const count = input('count', { dtype: 'float32', shape: [2] })
    const loss = {
      loss: sum(mul(weight, weight)),
      metrics: { extent: sum(input('x', { dtype: 'float32', shape: [1] })) },
      averages: new Map([['count', add(count, 1)]]),
    }
    const step = { trained: new Map([['weight', weight]]), optimizer: adamW(), hasAverage: true }
    const tensors = { weight: tensorOf('float32', [3, -2]), count: tensorOf('float32', [1, 2]) }
    const stateAfter = async (x: number) => {
      const trainer = await createTrainer({
        runtime,
        tasks: [{ name: 'shrink', loss, step }],
        tensors,
        accumulation,
      })
      const batches = new Array(accumulation).fill({ x: tensorOf('float32', [x]) })
      const failure = await trainer.step({ ...at(4), batches }).catch((error: Error) => error)
      return { failure, state: await trainer.state() }
    }
    const [harmed, healthy] = [await stateAfter(value), await stateAfter(1)]
    expect(harmed.failure).toBeInstanceOf(RuntimeError)
    expect((harmed.failure as Error).message).toContain(
      `shrink: the metric extent is ${value} at step 4, batch`,
    )
    for (const tensor of Object.values(harmed.state)) {
      expect(numbersOf(tensor).every(Number.isFinite)).toBe(true)
    }
    // Without parts the update is made before anybody looks; it is the one of a healthy step.
    if (accumulation === 1) expect(harmed.state).toEqual(healthy.state)
    else expect(harmed.state.weight).toEqual(tensors.weight)
  })
})

describe('a trainer', () => {
  test('that cannot be compiled leaves nothing open', async () => {
    const watched = watchRuntime(runtime, { program: 2 })
    const creating = createTrainer({ ...regression(), runtime: watched, accumulation: 2 })
    await expect(creating).rejects.toThrow('the program fails on purpose')
    expect(watched.open()).toEqual({ buffers: 0, programs: 0 })
  })

  test('leaves nothing open once it is closed', async () => {
    const watched = watchRuntime(runtime)
    const trainer = await createTrainer({ ...regression(), runtime: watched, accumulation: 2 })
    expect(watched.open()).toEqual({ buffers: 1, programs: 2 })
    await trainer.close()
    expect(watched.open()).toEqual({ buffers: 0, programs: 0 })
  })

  test('names its tasks where there is none of a name', async () => {
    const trainer = await createTrainer(regression())
    const failing = trainer.step({ ...at(1), task: 'grow', batches: [good()] })
    await expect(failing).rejects.toThrow(RuntimeError)
    await expect(failing).rejects.toThrow('there is no task grow; there are shrink')
  })
})

describe('results', () => {
  test('have the loss, the metrics and the norm; of parts the mean', async () => {
    const half = (seed: number) => ({ x: randomRows([4, 3], seed) })
    const trainer = await createTrainer(regression())
    const alone = [
      await trainer.step({ ...at(1), learningRate: 0, batches: [half(1)] }),
      await trainer.step({ ...at(2), learningRate: 0, batches: [half(2)] }),
    ]
    const accumulating = await createTrainer({ ...regression(), accumulation: 2 })
    const both = await accumulating.step({ ...at(1), batches: [half(1), half(2)] })
    for (const name of ['loss', 'total']) {
      expect(both[name]).toBeCloseTo((alone[0]![name]! + alone[1]![name]!) / 2, 5)
    }
    expect(both.gradientNorm).toBeGreaterThan(0)
    expect(Object.keys(alone[0]!).sort()).toEqual(['gradientNorm', 'loss', 'total'])
  })
})

describe('state', () => {
  const run = async (options: Partial<TrainerOptions>, steps: readonly number[]) => {
    const trainer = await createTrainer({ ...regression(), ...options })
    for (const step of steps) await trainer.step({ ...at(step), batches: [good()] })
    const state = await trainer.state()
    await trainer.close()
    return state
  }

  test('is all that is needed to go on: the same bits as without a stop', async () => {
    const restored = await run({}, [1, 2, 3])
    expect(await run({ restored }, [4, 5])).toEqual(await run({}, [1, 2, 3, 4, 5]))
    expect(Object.keys(restored).sort()).toEqual([
      'optimizer.squares/weight',
      'optimizer.sum/weight',
      'weight',
    ])
  })

  test('does not hold the sums of an accumulated batch, which are zero between updates', async () => {
    const trainer = await createTrainer({ ...regression(), accumulation: 2 })
    await trainer.step({ ...at(1), batches: [good(), good()] })
    const names = Object.keys(await trainer.state())
    expect(names.some((name) => name.startsWith('gradient/'))).toBe(false)
    const sums = numbersOf((await trainer.buffers.read(['gradient/weight']))['gradient/weight']!)
    expect(sums.every((value) => value === 0)).toBe(true)
  })

  test('is a copy: a later step does not change it', async () => {
    const trainer = await createTrainer(regression())
    const before = await trainer.state()
    const numbers = numbersOf(before.weight!)
    await trainer.step({ ...at(1), batches: [good()] })
    expect(numbersOf(before.weight!)).toEqual(numbers)
  })
})

describe('averaged parameters', () => {
  const averaged = async (hasAverage: boolean) => {
    const { tasks, tensors } = regression()
    const extra: Record<string, Tensor> = { ...tensors, table: tensorOf('float32', [7]) }
    const trainer = await createTrainer({
      runtime,
      tasks: tasks.map(({ step, ...task }) => ({ ...task, step: { ...step, hasAverage } })),
      tensors: extra,
    })
    await trainer.step({ ...at(1), averageDecay: 0.5, batches: [good()] })
    return { averaged: await trainer.averaged(), state: await trainer.state(), first: tensors }
  }

  test('are the averages under the names of the parameters', async () => {
    const { averaged: found, state, first } = await averaged(true)
    expect(Object.keys(found)).toEqual(['weight', 'table'])
    expect(found.weight).toEqual(state['average/weight'])
    const share = 0.9
    const expected = numbersOf(first.weight!).map(
      (value, index) => (1 - share) * value + share * numbersOf(state.weight!)[index]!,
    )
    expectClose(numbersOf(found.weight!), expected)
    expect(numbersOf(found.table!)).toEqual([7])
  })

  test('are the parameters where no averages are kept', async () => {
    const { averaged: found, state } = await averaged(false)
    expect(found.weight).toEqual(state.weight)
  })

  test.each([true, false])('of a saved state are found in it, with averages: %s', async (has) => {
    const { tasks, tensors } = regression()
    const trainer = await createTrainer({
      runtime,
      tasks: tasks.map(({ step, ...task }) => ({ ...task, step: { ...step, hasAverage: has } })),
      tensors,
    })
    await trainer.step({ ...at(1), batches: [good()] })
    const [saved, then] = [await trainer.state(), await trainer.averaged()]
    await trainer.step({ ...at(2), batches: [good()] })
    expect(await trainer.averaged(saved)).toEqual(then)
    expect(await trainer.averaged()).not.toEqual(then)
  })
})

test('tasks that train the same parameters share them and their optimizer state', async () => {
  const target = (value: number) => {
    const weight = input('weight', { dtype: 'float32', shape: [1] })
    const difference = sub(weight, value)
    return {
      name: `to ${value}`,
      loss: { loss: sum(mul(difference, difference)) },
      step: { trained: new Map([['weight', weight]]), optimizer: adamW() },
    }
  }
  const trainer = await createTrainer({
    runtime,
    tasks: [target(1), target(-1)],
    tensors: { weight: tensorOf('float32', [0]) },
  })
  const step = (task: string, number: number) =>
    trainer.step({ task, step: number, learningRate: 0.1, batches: [{}] })
  await step('to 1', 1)
  expect((await step('to -1', 2)).loss).toBeCloseTo(1.1 ** 2, 3)
  // The sum remembers the first task's gradient: -2, then 2.2.
  const { 'optimizer.sum/weight': kept } = await trainer.state()
  expectClose(numbersOf(kept!), [0.9 * -2 + 2.2])
})
