/**
 * One training step, printed at every stage: the graph of a loss, its gradients, clipping and the
 * optimizer's update, and what they do to the numbers. `docs/how-it-works.md` walks through it.
 *
 * Usage, from a checkout: npm run build && node examples/one-training-step/main.mjs
 */

import { createNodeRuntime } from 'tesserae'
import { createGraph, gradients, input, operations, printGraph, tensorOf } from 'tesserae/engine'
import { linear, parameterInputs } from 'tesserae/network'
import { adamW, createTrainer, trainingStep } from 'tesserae/training'

const stage = (title, text) => process.stdout.write(`--- ${title}\n${text}\n\n`)
const rounded = ({ data }) => Array.from(data, (value) => Math.round(value * 1e4) / 1e4).join(' ')

// A model: three numbers in, two classes out.
const layer = linear({ inputs: 3, outputs: 2 })
const { values, inputs } = parameterInputs(layer.parameters)
const x = input('x', { dtype: 'float32', shape: [4, 3] })
const labels = input('labels', { dtype: 'int32', shape: [4] })
const scores = layer.apply(values, x)
const loss = operations.mean(operations.crossEntropy(scores, labels))
stage('1 the loss as a graph', printGraph(createGraph({ loss })))

const [weightGradient] = gradients(loss, [values.weight])
stage('2 the loss with its gradient', printGraph(createGraph({ loss, weightGradient })))

const step = { trained: inputs, optimizer: adamW({ weightDecay: 0.1 }), clipNorm: 1 }
const { graph, updates } = trainingStep(step, { loss })
stage('3 the whole step: clipping and AdamW', printGraph(graph))
stage('4 outputs that take the place of buffers', JSON.stringify(updates, null, 2))

const runtime = createNodeRuntime({ threads: 1 })
const weight = tensorOf('float32', [0.1, -0.2, 0.3, 0.1, -0.1, 0.2], [3, 2])
const trainer = await createTrainer({
  runtime,
  tensors: { weight },
  tasks: [{ name: 'example', step, loss: { loss } }],
})
const batch = {
  x: tensorOf('float32', [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1], [4, 3]),
  labels: tensorOf('int32', [0, 1, 0, 1]),
}
const lines = [`weights before: ${rounded(weight)}`]
for (let number = 1; number <= 3; number++) {
  const result = await trainer.step({
    task: 'example',
    step: number,
    learningRate: 0.1,
    batches: [batch],
  })
  const { weight: now } = await trainer.buffers.read(['weight'])
  const figures = `loss ${result.loss.toFixed(4)}, gradient norm ${result.gradientNorm.toFixed(4)}`
  lines.push(`step ${number}: ${figures}, weights ${rounded(now)}`)
}
stage('5 three steps', lines.join('\n'))
await runtime.close()
