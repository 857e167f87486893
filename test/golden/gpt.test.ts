/** A tiny GPT against the same one in PyTorch, as `gpt/make.py` recorded it. */

import { expect, test } from 'vitest'
import { gradients } from '../../src/engine/autodiff/gradient.js'
import { input } from '../../src/engine/graph/graph.js'
import { causalMask, crossEntropy, mean } from '../../src/engine/operations/index.js'
import { numbersOf } from '../../src/engine/tensor/tensor.js'
import { rotaryAngles } from '../../src/network/layers/index.js'
import { scoreIds, transformer } from '../../src/network/models/transformer.js'
import { listParameters, parameterInputs } from '../../src/network/parameters.js'
import { createInlineRuntime } from '../../src/platform/node/runtime.js'
import { adamW } from '../../src/training/optimizers/index.js'
import { createTrainer } from '../../src/training/trainer.js'
import { compute } from '../support/compute.js'
import { expectClose, expectTensor } from '../support/expect-close.js'
import { readGolden } from '../support/golden.js'

const runtime = createInlineRuntime({ threads: 1 })
const golden = await readGolden('gpt')
const [batch, time] = golden('ids').shape as [number, number]
const vocabularySize = golden('weight embedding').shape[0]!
const model = transformer({ vocabularySize, width: 16, depth: 2, heads: 2 })
const names = [...listParameters(model.parameters).keys()]
const weights = Object.fromEntries(names.map((name) => [name, golden(`weight ${name}`)]))
const flat = (name: string) => ({ ...golden(name), shape: [batch * time] })
const feeds = { ids: flat('ids'), labels: flat('labels') }

const build = () => {
  const { values, inputs } = parameterInputs(model.parameters)
  const positions = Array.from({ length: time }, (_, place) => [place])
  const states = model.apply(values, { ids: input('ids', feeds.ids) }, () => ({
    batch,
    mask: causalMask({ queries: time, keys: time }),
    angles: rotaryAngles(positions, { headWidth: 8 }),
  }))
  const logits = scoreIds(values, states, { start: 0, end: vocabularySize })
  return { inputs, logits, loss: mean(crossEntropy(logits, input('labels', feeds.labels))) }
}

test('logits, loss and every gradient are those of PyTorch', async () => {
  const { inputs, logits, loss } = build()
  const found = gradients(loss, [...inputs.values()])
  const results = await compute(
    runtime,
    { logits, loss, ...Object.fromEntries(names.map((name, place) => [name, found[place]!])) },
    { ...feeds, ...weights },
  )
  expectClose(numbersOf(results.logits!), numbersOf(golden('logits')), { absolute: 1e-5 })
  expectTensor(results.loss, golden('loss'), { relative: 1e-6 })
  for (const name of names) {
    expectTensor(results[name], golden(`gradient ${name}`), { absolute: 2e-6 }, name)
  }
})

test('ten steps of AdamW with clipping have the same losses and end at the same weights', async () => {
  const { inputs, loss } = build()
  const trainer = await createTrainer({
    runtime,
    tasks: [
      {
        name: 'next id',
        loss: { loss },
        step: { trained: inputs, optimizer: adamW({ betas: [0.9, 0.95] }), clipNorm: 1 },
      },
    ],
    tensors: weights,
  })
  const losses: number[] = []
  const norms: number[] = []
  for (let step = 1; step <= 10; step++) {
    const input = { task: 'next id', step, learningRate: 1e-2, batches: [feeds] }
    const { loss, gradientNorm } = await trainer.step(input)
    losses.push(loss!)
    norms.push(gradientNorm!)
  }
  expectClose(losses, numbersOf(golden('losses')), { relative: 1e-4 })
  expectClose(norms, numbersOf(golden('gradientNorms')), { relative: 1e-3 })
  expect(norms.some((norm) => norm < 1)).toBe(true)
  const state = await trainer.state()
  for (const name of ['embedding', 'norm.scale', 'head.0']) {
    expectTensor(state[name], golden(`trained ${name}`), { absolute: 2e-4 }, name)
  }
  await trainer.close()
})
