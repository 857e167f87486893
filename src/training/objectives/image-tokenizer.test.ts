import { describe, expect, test } from 'vitest'
import { compute, randomParameters } from '../../../test/support/compute.js'
import { expectClose } from '../../../test/support/expect-close.js'
import {
  tinyClipConfig,
  tinyPixels,
  tinyTokenizerConfig,
  tinyTokenizerTensors,
} from '../../../test/support/tiny-image-tokenizer.js'
import { gradients } from '../../engine/autodiff/gradient.js'
import { createGraph, input } from '../../engine/graph/graph.js'
import { numbersOf, type Tensor, tensorOf, zeroTensor } from '../../engine/tensor/tensor.js'
import { initializeParameters, parameterInputs } from '../../network/parameters.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { fromPixels } from '../../tokenizers/image/autoencoder.js'
import { autoencoderOf } from '../../tokenizers/image/config.js'
import { averageBuffer, type LossValues } from '../step.js'
import { imageTokenizerObjective } from './image-tokenizer.js'
import type { ReconstructionWeights } from './reconstruction.js'

const runtime = createInlineRuntime({ threads: 1 })
const batch = 2
const config = tinyTokenizerConfig()
const pixels = tensorOf('uint8', tinyPixels(batch), [batch, 8 * 8 * 3])
const weights: ReconstructionWeights = {
  absolute: 1,
  squared: 2,
  perceptual: 0.5,
  adversarial: 0.3,
}

const objectiveOf = (
  options: Partial<ReconstructionWeights> = {},
  { hasAverage = false, smoothsLate = false } = {},
) =>
  imageTokenizerObjective(autoencoderOf(config), {
    batch,
    weights: { ...weights, ...options },
    hasAverage,
    smoothsLate,
  })

/** Random values for tokenizer, judge and critic. */
const tensors = (() => {
  const { tree } = objectiveOf()
  const { tokenizer, ...others } = tree
  const own = Object.entries(tinyTokenizerTensors(config))
  return {
    ...randomParameters(others, { deviation: 0.1 }),
    ...Object.fromEntries(own.map(([name, tensor]) => [`tokenizer.${name}`, tensor])),
  }
})()

describe('who learns from what', () => {
  const prefixesOf = (trained: ReadonlyMap<string, unknown>) => [
    ...new Set([...trained.keys()].map((name) => name.split('.').slice(0, 2).join('.'))),
  ]

  test('encoder and decoder to reconstruct', () => {
    expect(prefixesOf(objectiveOf().reconstruction().trained)).toEqual([
      'tokenizer.encoder',
      'tokenizer.decoder',
    ])
  })

  test('the decoder alone to please the critic, so that codes stand still', () => {
    expect(prefixesOf(objectiveOf().refinement().trained)).toEqual(['tokenizer.decoder'])
  })

  test('critic and judge by themselves', () => {
    const { criticism, discrimination } = objectiveOf()
    expect(prefixesOf(criticism().trained)).toEqual(['critic.features', 'critic.head'])
    expect(prefixesOf(discrimination().trained)).toEqual(['judge.features', 'judge.head'])
  })
})

describe('convolutions that wait', () => {
  const isSmoothing = (name: string) => name.startsWith('tokenizer.decoder.smoothing')

  test('neither learn nor have a say before the critic is heard', async () => {
    const { trained, loss } = objectiveOf({}, { smoothsLate: true }).reconstruction()
    expect([...trained.keys()].some(isSmoothing)).toBe(false)
    const without = Object.entries(tensors).map(([name, tensor]) => [
      name,
      isSmoothing(name) ? zeroTensor(tensor) : tensor,
    ])
    const plain = objectiveOf().reconstruction().loss
    const waiting = await compute(runtime, { loss: loss.loss }, { pixels, ...tensors })
    const absent = await compute(
      runtime,
      { loss: plain.loss },
      { pixels, ...Object.fromEntries(without) },
    )
    expectClose(numbersOf(waiting.loss!), numbersOf(absent.loss!), { relative: 1e-6 })
  })

  test('learn with the critic', () => {
    const { trained } = objectiveOf({}, { smoothsLate: true }).refinement()
    expect([...trained.keys()].filter(isSmoothing)).toHaveLength(2)
  })
})

describe('reconstruction', () => {
  test('is the weighted sum of absolute, squared and perceptual differences', async () => {
    const { values } = parameterInputs(autoencoderOf(config).parameters)
    const autoencoder = autoencoderOf(config)
    const original = fromPixels(input('pixels', pixels))
    const drawn = autoencoder.decode(values, autoencoder.encode(values, original).vectors)
    const found = await compute(
      runtime,
      { original, drawn },
      { pixels, ...tinyTokenizerTensors(config) },
    )
    const [before, after] = [numbersOf(found.original!), numbersOf(found.drawn!)]
    // Pictures come with colours last and are drawn with colours first.
    const differences = after.map((value, place) => {
      const [picture, rest] = [Math.floor(place / 192), place % 192]
      return value - before[picture * 192 + (rest % 64) * 3 + Math.floor(rest / 64)]!
    })
    const mean = (measure: (value: number) => number) =>
      differences.reduce((sum, value) => sum + measure(value), 0) / differences.length
    const { loss, metrics } = objectiveOf().reconstruction().loss
    const {
      loss: total,
      squared,
      perceptual,
    } = await compute(runtime, { loss, ...metrics }, { pixels, ...tensors })
    expectClose(numbersOf(squared!), [mean((value) => value ** 2)])
    const expected =
      weights.absolute * mean(Math.abs) +
      weights.squared * mean((value) => value ** 2) +
      weights.perceptual * numbersOf(perceptual!)[0]!
    expectClose(numbersOf(total!), [expected])
    expect(numbersOf(perceptual!)[0]).toBeGreaterThan(0)
  })

  test('has no judge where the perceptual term weighs nothing', async () => {
    const { tree, reconstruction, refinement } = objectiveOf({ perceptual: 0 })
    expect(Object.keys(tree)).toEqual(['tokenizer', 'critic'])
    for (const { loss } of [reconstruction(), refinement()]) {
      const graph = createGraph({ loss: loss.loss, ...loss.metrics })
      expect(Object.keys(graph.inputs).filter((name) => name.startsWith('judge'))).toEqual([])
      expect(loss.metrics).not.toHaveProperty('perceptual')
    }
    const lossOf = async ({ loss }: { loss: LossValues }) =>
      numbersOf((await compute(runtime, { loss: loss.loss }, { pixels, ...tensors })).loss!)
    const nearlyNothing = objectiveOf({ perceptual: 1e-9 }).reconstruction()
    expectClose(await lossOf(reconstruction()), await lossOf(nearlyNothing), { relative: 1e-6 })
  })

  test('hands on what a code book learns by averages, under the names of its buffers', () => {
    const quantizer = { kind: 'vector', codes: 9, channels: 4, decay: 0.9, commitment: 1 } as const
    const autoencoder = autoencoderOf(tinyTokenizerConfig({ quantizer }))
    const objective = imageTokenizerObjective(autoencoder, {
      batch,
      weights,
      hasAverage: true,
      smoothsLate: false,
    })
    const { trained, loss } = objective.reconstruction()
    expect([...loss.averages!.keys()]).toEqual([
      'tokenizer.quantizer.use',
      'tokenizer.quantizer.sums',
    ])
    expect([...trained.keys()].some((name) => name.includes('quantizer'))).toBe(false)
  })
})

describe('refinement', () => {
  /** The gradient of a loss with respect to the last matrix of the decoder. */
  const gradientAtLast = async (options: Partial<ReconstructionWeights>) => {
    const { trained, loss } = objectiveOf(options).refinement()
    const last = trained.get('tokenizer.decoder.output.weight')!
    const [gradient] = gradients(loss.loss, [last])
    const found = await compute(runtime, { gradient: gradient! }, { pixels, ...tensors })
    return numbersOf(found.gradient!)
  }

  test('weighs the critic by the size of both gradients at the last matrix', async () => {
    const alone = await gradientAtLast({ adversarial: 0 })
    const both = await gradientAtLast({})
    const added = both.map((value, index) => value - alone[index]!)
    expect(Math.hypot(...added) / Math.hypot(...alone)).toBeCloseTo(weights.adversarial, 2)
  })

  test.each([
    { kind: 'finite-scalar' as const, levels: [5, 4, 3] },
    { kind: 'vector' as const, codes: 9, channels: 4, decay: 0.9, commitment: 1 },
  ])('reads the codes of the averaged encoder: $kind', async (quantizer) => {
    const autoencoder = autoencoderOf(tinyTokenizerConfig({ quantizer }))
    const build = (hasAverage: boolean) =>
      imageTokenizerObjective(autoencoder, { batch, weights, hasAverage, smoothsLate: false })
    const { tree } = build(true)
    const own = initializeParameters(tree, { seed: 1 })
    const other = initializeParameters(tree, { seed: 2 })
    const encoder = (all: Record<string, Tensor>) =>
      Object.entries(all).filter(([name]) => name.startsWith('tokenizer.encoder'))
    const averages = Object.fromEntries(
      encoder(other).map(([name, tensor]) => [averageBuffer(name), tensor]),
    )
    const lossOf = async (hasAverage: boolean, feeds: Record<string, Tensor>) => {
      const { loss } = build(hasAverage).refinement().loss
      return numbersOf((await compute(runtime, { loss }, { pixels, ...feeds })).loss!)[0]
    }
    // The averages' codes, drawn by the decoder as it is: as if the averages were the encoder.
    const swapped = { ...own, ...Object.fromEntries(encoder(other)) }
    expect(await lossOf(true, { ...own, ...averages })).toBe(await lossOf(false, swapped))
    expect(await lossOf(false, own)).not.toBe(await lossOf(false, swapped))
  })
})

describe('clips', () => {
  const clipConfig = tinyClipConfig()
  const frames = 3
  const clips = tensorOf('uint8', tinyPixels(batch * frames), [batch, frames * 8 * 8 * 3])
  const objectiveWith = (seenFrames?: number, changed: Partial<ReconstructionWeights> = {}) =>
    imageTokenizerObjective(autoencoderOf(clipConfig), {
      batch,
      ...(seenFrames !== undefined && { seenFrames }),
      weights: { ...weights, ...changed },
      hasAverage: false,
      smoothsLate: false,
    })
  const { tokenizer: _, ...others } = objectiveWith().tree
  const parameters = {
    ...randomParameters(others, { deviation: 0.1 }),
    ...Object.fromEntries(
      Object.entries(tinyTokenizerTensors(clipConfig)).map(([name, tensor]) => [
        `tokenizer.${name}`,
        tensor,
      ]),
    ),
  }

  const measure = async ({ loss }: { loss: LossValues }, seen?: readonly number[]) => {
    const rows = seen?.flatMap((one) => [0, 1, 2].map((frame) => (frame === one ? 1 : 0)))
    const found = await compute(
      runtime,
      { loss: loss.loss, ...loss.metrics },
      {
        pixels: clips,
        ...parameters,
        ...(rows && { seen: tensorOf('float32', rows, [batch, rows.length / batch / 3, 3]) }),
      },
    )
    return Object.fromEntries(
      Object.entries(found).map(([name, value]) => [name, numbersOf(value)[0]!]),
    )
  }

  test('are reconstructed in all frames, and judged in some', async () => {
    const all = await measure(objectiveWith().reconstruction())
    const single = objectiveWith(1).reconstruction()
    const parts = await Promise.all([0, 1, 2].map((frame) => measure(single, [frame, frame])))
    for (const { squared } of parts) expectClose([squared!], [all.squared!])
    const perceptual = parts.reduce((sum, part) => sum + part.perceptual! / 3, 0)
    expectClose([perceptual], [all.perceptual!], { relative: 1e-4 })
    expect(parts[0]!.perceptual).not.toBe(parts[1]!.perceptual)
    const pair = await measure(objectiveWith(2).reconstruction(), [0, 2, 0, 2])
    expectClose([pair.perceptual!], [(parts[0]!.perceptual! + parts[2]!.perceptual!) / 2], {
      relative: 1e-4,
    })
  })

  test('are shown to the critic in the same frames', async () => {
    const all = await measure(objectiveWith().criticism())
    const single = objectiveWith(1).criticism()
    const parts = await Promise.all([0, 1, 2].map((frame) => measure(single, [frame, frame])))
    const loss = parts.reduce((sum, part) => sum + part.loss! / 3, 0)
    expectClose([loss], [all.loss!], { relative: 1e-4 })
  })

  test('teach the judge one frame at a time', () => {
    const graph = createGraph({ loss: objectiveWith(1).discrimination().loss.loss })
    expect(graph.inputs.pixels!.shape).toEqual([batch, 8 * 8 * 3])
  })
})

test('a critic that has not learned anything has a loss of 1', async () => {
  const { criticism, tree } = objectiveOf()
  const { loss } = criticism().loss
  const found = await compute(
    runtime,
    { loss },
    { pixels, ...initializeParameters(tree, { seed: 1 }) },
  )
  expect(numbersOf(found.loss!)).toEqual([1])
})

test('a judge that has not learned anything is as good as a guess', async () => {
  const { discrimination, tree } = objectiveOf()
  const { loss } = discrimination().loss
  const labels = tensorOf('int32', [0, 1])
  const first = initializeParameters(tree, { seed: 1 })
  const found = await compute(runtime, { loss }, { pixels, labels, ...first })
  expect(numbersOf(found.loss!)[0]).toBeGreaterThan(Math.log(1024) - 1)
  expect(numbersOf(found.loss!)[0]).toBeLessThan(Math.log(1024) + 1)
})
