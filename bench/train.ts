/**
 * The speed of a training step: the GPT of docs/log.md, random tokens, AdamW and clipping included,
 * with the machine's ceiling measured between the steps.
 */

import { createRandom, input, operations, type Runtime, tensorOf } from 'tesserae/engine'
import {
  block,
  initializeParameters,
  norm,
  normal,
  parameter,
  parameterInputs,
} from 'tesserae/network'
import { adamW, createTrainer } from 'tesserae/training'
import { createCeiling, median, peakMemoryBytes, timed } from './measure.js'

interface Size {
  readonly layers: number
  readonly width: number
  readonly heads: number
  readonly context: number
  readonly batch: number
  readonly vocabulary: number
}

/** `large` is ten million parameters; `nano` is nanoGPT's own size for a CPU. */
export const sizes: Readonly<Record<string, Size>> = {
  large: { layers: 6, width: 384, heads: 6, context: 256, batch: 12, vocabulary: 65 },
  nano: { layers: 4, width: 128, heads: 4, context: 64, batch: 12, vocabulary: 65 },
}

/** The network: learned positions, RMS norms, squared ReLU, causal attention, no biases. */
const gpt = ({ layers, width, heads, context, batch, vocabulary }: Size) => {
  const blocks = Array.from({ length: layers }, () =>
    block({ width, heads, hasQueryKeyNorm: false }),
  )
  const outputNorm = norm({ width })
  const table = (rows: number) => parameter([rows, width], normal(0.02))
  const tree = {
    embedding: table(vocabulary),
    positions: table(context),
    layers: blocks.map(({ parameters }) => parameters),
    norm: outputNorm.parameters,
    head: table(vocabulary),
  }
  const { values, inputs } = parameterInputs(tree)
  const rows = batch * context
  const ids = input('ids', { dtype: 'int32', shape: [rows] })
  const labels = input('labels', { dtype: 'int32', shape: [rows] })
  const { add, causalMask, crossEntropy, gather, matmul, mean, reshape } = operations
  const words = reshape(gather(values.embedding, ids), { shape: [batch, context, width] })
  let x = reshape(add(words, values.positions), { shape: [rows, width] })
  const mask = causalMask({ queries: context, keys: context })
  blocks.forEach((layer, index) => {
    x = layer.apply(values.layers[index]!, x, { batch, mask })
  })
  const logits = matmul(outputNorm.apply(values.norm, x), values.head, { transposeB: true })
  return { tree, inputs, loss: mean(crossEntropy(logits, labels)) }
}

/** How often the ceiling is measured after each step. */
const productsBetweenSteps = 10

export const benchTraining = async (
  runtime: Runtime,
  { size = 'large', steps = 8 }: { size?: string; steps?: number } = {},
) => {
  const chosen = sizes[size]
  if (chosen === undefined) {
    throw new Error(`--size: expected ${Object.keys(sizes).join(' or ')}, got ${size}`)
  }
  const { layers, width, context, batch, vocabulary } = chosen
  const { tree, inputs, loss } = gpt(chosen)
  const tensors = initializeParameters(tree, { seed: 1 })
  const trainer = await createTrainer({
    runtime,
    tensors,
    tasks: [
      { name: 'gpt', loss: { loss }, step: { trained: inputs, optimizer: adamW(), clipNorm: 1 } },
    ],
  })
  const ceiling = await createCeiling(runtime)
  const random = createRandom(1, 'tokens')
  const tokens = batch * context
  const draw = () =>
    tensorOf(
      'int32',
      Array.from({ length: tokens }, () => random.integer(vocabulary)),
    )
  const seconds: number[] = []
  const ceilings: number[] = []
  for (let step = 1; step <= steps + 2; step++) {
    const batches = [{ ids: draw(), labels: draw() }]
    const time = await timed(() => trainer.step({ task: 'gpt', step, learningRate: 1e-3, batches }))
    const reached: number[] = []
    for (let product = 0; product < productsBetweenSteps; product++) reached.push(await ceiling())
    // The first steps also set up memory.
    if (step > 2) {
      seconds.push(time)
      ceilings.push(...reached)
    }
  }
  await trainer.close()
  const parameters = Object.entries(tensors).reduce(
    (sum, [name, { data }]) => (/embedding|positions|head/.test(name) ? sum : sum + data.length),
    0,
  )
  const operationsPerStep = 6 * parameters * tokens + 12 * layers * width * context * tokens
  const step = median(seconds)
  const gflops = operationsPerStep / step / 1e9
  return {
    size,
    millisecondsPerStep: step * 1000,
    tokensPerSecond: tokens / step,
    gflops,
    ceilingGflops: median(ceilings),
    ratio: gflops / median(ceilings),
    peakMemoryBytes: peakMemoryBytes(),
  }
}
