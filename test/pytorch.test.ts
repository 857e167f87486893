/**
 * A small GPT learns as it does in PyTorch: network, loss, gradients, clipping and optimizers, with
 * nothing between them that only this project says. The other side is test/fixtures/pytorch.
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { input } from '../src/engine/graph/graph.js'
import {
  add,
  causalMask,
  crossEntropy,
  gather,
  matmul,
  mean,
  reshape,
} from '../src/engine/operations/index.js'
import { sizeOf } from '../src/engine/tensor/shape.js'
import { numbersOf, type Tensor, tensorOf } from '../src/engine/tensor/tensor.js'
import { normal } from '../src/network/initializers.js'
import { block } from '../src/network/layers/block.js'
import { norm } from '../src/network/layers/norm.js'
import { parameter, parameterInputs } from '../src/network/parameters.js'
import { createInlineRuntime } from '../src/platform/node/runtime.js'
import { adamW, muon, type Optimizer } from '../src/training/optimizers/index.js'
import { createTrainer } from '../src/training/trainer.js'

const [layers, width, heads, context, batch, vocabulary] = [2, 8, 2, 5, 3, 11]
const rows = batch * context

interface Golden {
  readonly losses: readonly number[]
  readonly gradientNorms: readonly number[]
  readonly sums: Readonly<Record<string, number>>
}

const goldens: Readonly<Record<'adamw' | 'muon', Golden>> = JSON.parse(
  await readFile(join(import.meta.dirname, 'fixtures/pytorch/goldens.json'), 'utf8'),
)

const gpt = () => {
  const blocks = Array.from({ length: layers }, () =>
    block({ width, heads, hasQueryKeyNorm: false }),
  )
  const outputNorm = norm({ width })
  const table = (count: number) => parameter([count, width], normal(1))
  const { values, inputs } = parameterInputs({
    embedding: table(vocabulary),
    places: table(context),
    layers: blocks.map(({ parameters }) => parameters),
    norm: outputNorm.parameters,
    head: table(vocabulary),
  })
  const ids = input('ids', { dtype: 'int32', shape: [rows] })
  const labels = input('labels', { dtype: 'int32', shape: [rows] })
  const words = reshape(gather(values.embedding, ids), { shape: [batch, context, width] })
  const mask = causalMask({ queries: context, keys: context })
  const start = reshape(add(words, values.places), { shape: [rows, width] })
  const x = blocks.reduce(
    (x, layer, index) => layer.apply(values.layers[index]!, x, { batch, mask }),
    start,
  )
  const scores = matmul(outputNorm.apply(values.norm, x), values.head, { transposeB: true })
  return { inputs, loss: mean(crossEntropy(scores, labels)) }
}

/** Scales are about 1, and all else about 0. */
const initial = (number: number, shape: readonly number[]): Tensor => {
  const wave = Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(1.3 * number + 0.7 * i))
  const weights = shape.length === 1 ? wave.map((x) => 1 + 0.2 * x) : wave.map((x) => 0.5 * x)
  return tensorOf('float32', weights, shape)
}

const batchOf = (step: number): Record<string, Tensor> => {
  const idsOf = (id: (row: number) => number) =>
    tensorOf(
      'int32',
      Array.from({ length: rows }, (_, row) => id(row) % vocabulary),
      [rows],
    )
  return { ids: idsOf((row) => 7 * row + 3 * step), labels: idsOf((row) => 5 * row + step) }
}

const train = async (optimizer: Optimizer, steps: number): Promise<Golden> => {
  const runtime = createInlineRuntime({ threads: 1 })
  const { inputs, loss } = gpt()
  const entries = Array.from(inputs, ([name, { shape }], number) => [name, initial(number, shape)])
  const task = { name: 'gpt', loss: { loss }, step: { trained: inputs, optimizer, clipNorm: 0.5 } }
  const trainer = await createTrainer({
    runtime,
    tasks: [task],
    tensors: Object.fromEntries(entries),
  })
  const taken: Record<string, number>[] = []
  for (let step = 1; step <= steps; step++) {
    const batches = [batchOf(step)]
    taken.push(await trainer.step({ task: 'gpt', step, learningRate: 0.02, batches }))
  }
  const weights = await trainer.averaged()
  await trainer.close()
  const sum = (tensor: Tensor) => numbersOf(tensor).reduce((total, value) => total + value, 0)
  return {
    losses: taken.map((measures) => measures.loss!),
    gradientNorms: taken.map((measures) => measures.gradientNorm!),
    sums: Object.fromEntries(Array.from(inputs.keys(), (name) => [name, sum(weights[name]!)])),
  }
}

test.each([
  ['adamw', adamW({ betas: [0.9, 0.95], weightDecay: 0.1 })],
  ['muon', muon({ momentum: 0.95, betas: [0.9, 0.95], weightDecay: 0.1 })],
] as const)('a small GPT learns with %s as it does in PyTorch', async (name, optimizer) => {
  const golden = goldens[name]
  const found = await train(optimizer, golden.losses.length)
  const close = (values: readonly number[], expected: readonly number[]) =>
    expect(values.map((value, index) => value / expected[index]!)).toEqual(
      expected.map(() => expect.closeTo(1, 3)),
    )
  close(found.losses, golden.losses)
  close(found.gradientNorms, golden.gradientNorms)
  expect(Object.keys(found.sums)).toEqual(Object.keys(golden.sums))
  for (const [weight, sum] of Object.entries(golden.sums)) {
    expect(found.sums[weight], weight).toBeCloseTo(sum, 3)
  }
})
