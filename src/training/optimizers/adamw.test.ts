import { describe, expect, test } from 'vitest'
import { expectClose } from '../../../test/support/expect-close.js'
import { readGolden } from '../../../test/support/golden.js'
import { randomRows } from '../../../test/support/rows.js'
import { runOptimizer } from '../../../test/support/run-optimizer.js'
import { numbersOf, type Tensor, tensorOf } from '../../engine/tensor/tensor.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { adamW } from './adamw.js'

const runtime = createInlineRuntime({ threads: 1 })
const steps = 10
const rates = Array.from({ length: steps }, (_, step) => 0.05 / (1 + step))

/** Algorithm 2 of Loshchilov & Hutter, line by line, in float64. */
const algorithm = (
  start: Tensor,
  gradients: readonly Tensor[],
  {
    betas: [beta1, beta2],
    epsilon,
    decay,
  }: { betas: [number, number]; epsilon: number; decay: number },
): number[][] => {
  const parameters = numbersOf(start)
  const mean = parameters.map(() => 0)
  const square = parameters.map(() => 0)
  return gradients.map((tensor, index) => {
    const [step, rate, gradient] = [index + 1, rates[index]!, numbersOf(tensor)]
    for (const place of parameters.keys()) {
      mean[place] = beta1 * mean[place]! + (1 - beta1) * gradient[place]!
      square[place] = beta2 * square[place]! + (1 - beta2) * gradient[place]! ** 2
      const corrected = mean[place]! / (1 - beta1 ** step)
      const size = Math.sqrt(square[place]! / (1 - beta2 ** step)) + epsilon
      parameters[place]! -= rate * (corrected / size + decay * parameters[place]!)
    }
    return [...parameters]
  })
}

describe('equals the algorithm of the paper for ten steps', () => {
  test.each([
    { shape: [4, 3], weightDecay: 0.1, decay: 0.1 },
    { shape: [4, 3], weightDecay: 0, decay: 0 },
    { shape: [2, 3, 3, 3], weightDecay: 0.5, decay: 0.5 },
    { shape: [7], weightDecay: 0.1, decay: 0 },
    { shape: [5, 1, 1], weightDecay: 0.1, decay: 0 },
  ])('$shape decayed by $decay of $weightDecay', async ({ shape, weightDecay, decay }) => {
    const [betas, epsilon]: [[number, number], number] = [[0.8, 0.97], 1e-8]
    const start = randomRows(shape, 1)
    // So small that the epsilon counts.
    const gradients = rates.map((_, step) =>
      tensorOf(
        'float32',
        numbersOf(randomRows(shape, 2 + step)).map((x) => x * 1e-6),
        shape,
      ),
    )
    const optimizer = adamW({ betas, weightDecay })
    const found = await runOptimizer(runtime, { optimizer, start, gradients, rates })
    const expected = algorithm(start, gradients, { betas, epsilon, decay })
    for (const step of rates.keys()) expectClose(found[step]!, expected[step]!, { absolute: 2e-6 })
  })
})

test.each(['matrix', 'vector'])('equals PyTorch for ten steps: %s', async (name) => {
  const golden = await readGolden('optimizers')
  const start = golden(`start ${name}`)
  const each = (tensor: Tensor) => {
    const numbers = numbersOf(tensor)
    const size = numbers.length / steps
    return rates.map((_, step) => numbers.slice(step * size, (step + 1) * size))
  }
  const found = await runOptimizer(runtime, {
    optimizer: adamW({ betas: [0.9, 0.95], weightDecay: 0.1 }),
    start,
    gradients: each(golden(`gradients ${name}`)).map((numbers) =>
      tensorOf('float32', numbers, start.shape),
    ),
    rates: numbersOf(golden('rates')),
  })
  for (const [step, expected] of each(golden(`adamw ${name}`)).entries()) {
    expectClose(found[step]!, expected, { absolute: 2e-6 })
  }
})

test('the first step is as long as the learning rate, whatever the size of the gradient', async () => {
  const start = tensorOf('float32', [0, 0, 0])
  const gradients = [tensorOf('float32', [1e-3, -5, 1e4])]
  const [found] = await runOptimizer(runtime, { optimizer: adamW(), start, gradients, rates })
  expectClose(found!, [-0.05, 0.05, -0.05])
  const still = [tensorOf('float32', [0, 0, 0])]
  const [unmoved] = await runOptimizer(runtime, {
    optimizer: adamW(),
    start,
    gradients: still,
    rates,
  })
  expect(unmoved).toEqual([0, 0, 0])
})
