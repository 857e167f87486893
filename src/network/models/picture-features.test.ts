import { expect, test } from 'vitest'
import { checkLayer } from '../../../test/support/check-layer.js'
import { randomRows } from '../../../test/support/rows.js'
import { input } from '../../engine/graph/graph.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { initializeParameters, parameterInputs } from '../parameters.js'
import { discriminator, exemplarClassifier, pictureFeatures } from './picture-features.js'

const runtime = createInlineRuntime({ threads: 1 })
const pictures = randomRows([2, 3, 8, 8])
const picturesInput = () => input('pictures', pictures)
const options = { filters: [4, 6] }
const featureNames = ['0.weight', '0.bias', '1.weight', '1.bias']

test('every layer halves the picture', () => {
  const layer = pictureFeatures(options)
  const maps = layer.apply(parameterInputs(layer.parameters).values, picturesInput())
  expect(maps.map(({ shape }) => shape)).toEqual([
    [2, 4, 4, 4],
    [2, 6, 2, 2],
  ])
})

test('features keep the promises of a layer', async () => {
  const layer = pictureFeatures(options)
  await checkLayer(runtime, {
    parameters: layer.parameters,
    apply: (values) => layer.apply(values, picturesInput()).at(-1)!,
    feeds: { pictures },
    names: featureNames,
    shape: [2, 6, 2, 2],
  })
})

test('the classifier has one score for each exemplar', async () => {
  const { parameters, apply } = exemplarClassifier({ ...options, classes: 5 })
  await checkLayer(runtime, {
    parameters,
    apply: (values) => apply(values, picturesInput()),
    feeds: { pictures },
    names: [...featureNames.map((name) => `features.${name}`), 'head.weight', 'head.bias'],
    shape: [2, 5],
  })
})

test('the discriminator has one score for each patch, undecided at first', async () => {
  const { parameters, apply } = discriminator(options)
  await checkLayer(runtime, {
    parameters,
    apply: (values) => apply(values, picturesInput()),
    feeds: { pictures },
    names: [...featureNames.map((name) => `features.${name}`), 'head'],
    shape: [2, 1, 2, 2],
  })
  expect(initializeParameters(parameters, { seed: 1 }).head!.data).toEqual(new Float32Array(6))
})
