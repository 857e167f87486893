import { describe, expect, test } from 'vitest'
import { compute } from '../../../test/support/compute.js'
import { expectTensor } from '../../../test/support/expect-close.js'
import { randomRows } from '../../../test/support/rows.js'
import {
  tinyClipConfig,
  tinyTokenizerConfig,
  tinyTokenizerTensors,
} from '../../../test/support/tiny-image-tokenizer.js'
import { gradients } from '../../engine/autodiff/gradient.js'
import { input } from '../../engine/graph/graph.js'
import { mean, mul, reshape, transpose } from '../../engine/operations/index.js'
import { numbersOf, type Tensor, tensorOf } from '../../engine/tensor/tensor.js'
import { listParameters, parameterInputs } from '../../network/parameters.js'
import { createInlineRuntime } from '../../platform/node/runtime.js'
import { fromPixels, toPixels } from './autoencoder.js'
import { autoencoderOf } from './config.js'

const runtime = createInlineRuntime({ threads: 1 })

describe('pixels and the numbers that networks see', () => {
  const bytes = tensorOf(
    'uint8',
    Uint8Array.from({ length: 256 * 3 }, (_, place) => place % 256),
  )

  test('bytes spread from -1 to 1', async () => {
    const pixels = input('pixels', bytes)
    const { x } = await compute(runtime, { x: fromPixels(pixels) }, { pixels: bytes })
    const numbers = numbersOf(x!)
    expect([numbers[0], numbers[255]]).toEqual([-1, 1])
    expect(numbers[128]).toBeCloseTo(128 / 127.5 - 1, 6)
  })

  test('every byte comes back', async () => {
    const pictures = reshape(fromPixels(input('pixels', bytes)), { shape: [1, 16, 16, 3] })
    const back = toPixels(transpose(pictures, { axes: [0, 3, 1, 2] }))
    const { pixels } = await compute(runtime, { pixels: back }, { pixels: bytes })
    expect(pixels!.shape).toEqual([1, 16, 16, 3])
    expect(numbersOf(pixels!)).toEqual(numbersOf(bytes))
  })

  test('what is too dark or too bright becomes black or white', async () => {
    const x = tensorOf('float32', [-9, -1.0001, 1.0001, 300, 0, -0.001], [1, 3, 1, 2])
    const { pixels } = await compute(runtime, { pixels: toPixels(input('x', x)) }, { x })
    expect(numbersOf(pixels!)).toEqual([0, 255, 128, 0, 255, 127])
  })
})

const config = tinyTokenizerConfig()
const tensors = tinyTokenizerTensors(config)
const pictures: Tensor = randomRows([2, 8 * 8 * 3])

const namesOf = (options: Parameters<typeof tinyTokenizerConfig>[0]) => [
  ...listParameters(autoencoderOf(tinyTokenizerConfig(options)).parameters).keys(),
]

test('has an encoder, a decoder, and convolutions at the pixel end', () => {
  expect(namesOf({}).filter((name) => !name.includes('layers'))).toEqual([
    'encoder.input.weight',
    'encoder.input.bias',
    'encoder.norm.scale',
    'encoder.output.weight',
    'encoder.output.bias',
    'decoder.input.weight',
    'decoder.input.bias',
    'decoder.norm.scale',
    'decoder.output.weight',
    'decoder.output.bias',
    'decoder.smoothing.0',
    'decoder.smoothing.1',
  ])
})

test.each([
  { depth: 3, encoderDepth: undefined, blocks: { encoder: 3, decoder: 3 } },
  { depth: 3, encoderDepth: 1, blocks: { encoder: 1, decoder: 3 } },
])('has as many blocks as depths $depth and $encoderDepth say', ({ blocks, ...depths }) => {
  const names = namesOf(depths)
  const count = (half: string) => {
    const numbers = names.map((name) => new RegExp(`^${half}\\.layers\\.(\\d+)\\.`).exec(name)?.[1])
    return new Set(numbers.filter((number) => number !== undefined)).size
  }
  expect({ encoder: count('encoder'), decoder: count('decoder') }).toEqual(blocks)
})

test.each([
  { kind: 'finite-scalar' as const, levels: [5, 4, 3] },
  { kind: 'vector' as const, codes: 12, channels: 3, decay: 0.99, commitment: 0.25 },
])('codes say all that the decoder reads: $kind', async (quantizer) => {
  const options = tinyTokenizerConfig({ quantizer })
  const autoencoder = autoencoderOf(options)
  const { values } = parameterInputs(autoencoder.parameters)
  const { vectors, codes } = autoencoder.encode(values, input('pictures', pictures))
  const found = await compute(
    runtime,
    {
      fromVectors: autoencoder.decode(values, vectors),
      fromCodes: autoencoder.decodeCodes(values, codes),
      codes,
    },
    { pictures, ...tinyTokenizerTensors(options) },
  )
  expect(found.codes!.shape).toEqual([2 * 4])
  expect(found.codes!.dtype).toBe('int32')
  expect(found.fromCodes!.shape).toEqual([2, 3, 8, 8])
  expectTensor(found.fromCodes, found.fromVectors!, { absolute: 1e-4 })
})

test('a gradient passes through the codes to every parameter of both halves', async () => {
  const autoencoder = autoencoderOf(config)
  const { values, inputs } = parameterInputs(autoencoder.parameters)
  const { vectors } = autoencoder.encode(values, input('pictures', pictures))
  const drawn = autoencoder.decode(values, vectors)
  const names = [...inputs.keys()]
  const rules = gradients(mean(mul(drawn, drawn)), [...inputs.values()])
  const found = await compute(
    runtime,
    Object.fromEntries(names.map((name, index) => [name, rules[index]!])),
    { pictures, ...tensors },
  )
  const still = names.filter((name) => numbersOf(found[name]!).every((value) => value === 0))
  expect(still).toEqual([])
})

describe('clips', () => {
  const options = tinyClipConfig()
  const values = tinyTokenizerTensors(options)
  const clips = randomRows([2, 3 * 8 * 8 * 3])

  test('have a code for each patch, fewer in frames after the first', async () => {
    const autoencoder = autoencoderOf(options)
    const { values: bound } = parameterInputs(autoencoder.parameters)
    const { vectors, codes } = autoencoder.encode(bound, input('clips', clips))
    const found = await compute(
      runtime,
      {
        fromVectors: autoencoder.decode(bound, vectors, { frames: 3 }),
        fromCodes: autoencoder.decodeCodes(bound, codes, { frames: 3 }),
        codes,
      },
      { clips, ...values },
    )
    expect(found.codes!.shape).toEqual([2 * (4 + 1 + 1)])
    expect(found.fromCodes!.shape).toEqual([2 * 3, 3, 8, 8])
    expectTensor(found.fromCodes, found.fromVectors!, { absolute: 1e-4 })
  })

  test('teach every parameter of both halves', async () => {
    const autoencoder = autoencoderOf(options)
    const { values: bound, inputs } = parameterInputs(autoencoder.parameters)
    const { vectors } = autoencoder.encode(bound, input('clips', clips))
    const drawn = autoencoder.decode(bound, vectors, { frames: 3 })
    const names = [...inputs.keys()]
    const rules = gradients(mean(mul(drawn, drawn)), [...inputs.values()])
    const found = await compute(
      runtime,
      Object.fromEntries(names.map((name, index) => [name, rules[index]!])),
      { clips, ...values },
    )
    const still = names.filter((name) => numbersOf(found[name]!).every((value) => value === 0))
    expect(still).toEqual([])
    expect(names.filter((name) => name.includes('following')).length).toBeGreaterThan(10)
  })
})

test('without smoothing there are no convolutions', () => {
  const { parameters } = autoencoderOf(tinyTokenizerConfig({ smoothing: 0 }))
  expect([...listParameters(parameters).keys()].some((name) => name.includes('smoothing'))).toBe(
    false,
  )
})
