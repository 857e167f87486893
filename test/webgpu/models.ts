/** Whole models on a device: they are trained, draw and write as on the CPU. */

import type { Runtime } from '../../src/engine/runtime/runtime.js'
import { createRandom } from '../../src/engine/tensor/random.js'
import { type Tensor, tensorOf } from '../../src/engine/tensor/tensor.js'
import { initializeParameters, parameterInputs } from '../../src/network/parameters.js'
import { drawingBatch, drawingLoss } from '../../src/training/objectives/text-image.js'
import { adamW, muon, type Optimizer } from '../../src/training/optimizers/index.js'
import { createTrainer } from '../../src/training/trainer.js'
import { compareResults } from '../support/check-gradient.js'
import { tinyModel } from '../support/tiny-model.js'
import { tinyTextImage } from '../support/tiny-text-image.js'
import { tinyTextModel } from '../support/tiny-text-model.js'
import { check } from './check.js'

const steps = 8
const batch = 4

/** The losses of a training in which batches are accumulated, clipped and averaged, and its end. */
const train = async (runtime: Runtime, optimizer: Optimizer) => {
  const { model, vocabulary, config } = tinyTextImage({ drawing: 'masked-codes' })
  const { layout } = config
  const { values, inputs: trained } = parameterInputs(model.parameters)
  const loss = drawingLoss(model, values, { batch, isParallel: true })
  const trainer = await createTrainer({
    runtime,
    accumulation: 2,
    tasks: [{ name: 'drawing', loss, step: { trained, optimizer, clipNorm: 1, hasAverage: true } }],
    tensors: initializeParameters(model.parameters, { seed: 1 }),
  })
  const random = createRandom(1, 'device')
  const examples = Array.from({ length: batch }, (_, index) => ({
    words: [6 + index, 10],
    codes: Array.from({ length: 6 }, (_, place) => (index * 7 + place * place) % 17),
  }))
  const options = { isParallel: true, corruption: 0.2, conditionDropout: 0.1 }
  const nextBatch = () => drawingBatch(examples, { vocabulary, layout, random }, options)
  const losses: number[] = []
  for (let step = 1; step <= steps; step++) {
    const batches = [nextBatch(), nextBatch()]
    const at = { task: 'drawing', step, learningRate: 0.01, averageDecay: 0.5 }
    losses.push((await trainer.step({ ...at, batches })).loss!)
  }
  const end: Record<string, Tensor> = await trainer.averaged()
  await trainer.close()
  return { end, losses: { losses: tensorOf('float64', losses) } }
}

const draw = async (runtime: Runtime, drawing: 'next-code' | 'masked-codes') => {
  const { model } = await tinyModel(runtime, { drawing })
  const [drawn] = await model.draw([{ phrase: 'red cat' }], { guidance: 2 })
  const caption = await model.caption(drawn!.pixels, { temperature: 0 })
  await model.close()
  return { codes: [...drawn!.codes], caption }
}

const write = async (runtime: Runtime) => {
  const { model } = await tinyTextModel(runtime)
  let written = ''
  for await (const { text } of model.write(model.promptOf('abc'), {
    maxTokens: 12,
    temperature: 0,
  }))
    written += text
  await model.close()
  return written
}

const expectSame = (found: unknown, expected: unknown) => {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)]
  if (left !== right) throw new Error(`got ${left} instead of ${right}`)
}

export const checkModels = async (device: Runtime, cpu: Runtime) => {
  for (const [name, optimizer] of Object.entries({ AdamW: adamW(), Muon: muon() })) {
    await check(`trains with ${name} as the CPU does`, async () => {
      const [found, expected] = [await train(device, optimizer), await train(cpu, optimizer)]
      const tolerance = { absolute: 2e-3, relative: 1e-3 }
      compareResults(found.losses, expected.losses, tolerance)
      compareResults(found.end, expected.end, tolerance)
    })
  }
  for (const drawing of ['next-code', 'masked-codes'] as const) {
    await check(`draws by ${drawing} and captions as the CPU does`, async () => {
      expectSame(await draw(device, drawing), await draw(cpu, drawing))
    })
  }
  await check('writes as the CPU does', async () => {
    expectSame(await write(device), await write(cpu))
  })
}
