import { beforeEach, describe, expect, test } from 'vitest'
import { createMemoryFiles } from '../../test/support/memory-files.js'
import { randomRows } from '../../test/support/rows.js'
import { type Tensor, tensorOf } from '../engine/tensor/tensor.js'
import { StorageError } from '../errors.js'
import { quantizeWeights } from '../network/quantize-weights.js'
import type { Files } from './files.js'
import { openSafetensors, writeSafetensors } from './safetensors.js'
import {
  readAllWeights,
  readWeights,
  type Weights,
  weightEntries,
  widenWeights,
} from './weights.js'

const tensors = {
  embedding: randomRows([50, 64], 1),
  'layers.0.mlp.input': randomRows([64, 96], 2),
  'layers.0.mlp.output': randomRows([96, 64], 3),
  'norm.scale': tensorOf('float32', new Array(64).fill(1)),
}
const wanted = new Map(Object.entries(tensors))
const weights = quantizeWeights(tensors, 'int4')
const path = 'model.safetensors'
let files: Files

const write = async (given: Weights, precision: 'float32' | 'float16' = 'float16') => {
  const { tensors: parts, metadata } = weightEntries(given)
  await writeSafetensors(files, path, parts, { metadata, precision })
}

beforeEach(() => {
  files = createMemoryFiles()
})

describe('weights of few bits', () => {
  test('come back as they were', async () => {
    await write(weights)
    const file = await openSafetensors(files, path)
    expect(await readWeights(file, wanted)).toEqual(weights)
    expect(await readAllWeights(file)).toEqual(weights)
  })

  test('take what their bits take', async () => {
    await write(weights)
    const { tensors: stored } = await openSafetensors(files, path)
    const sizes = Array.from(stored, ([name, { start, end }]) => [name, end - start])
    expect(Object.fromEntries(sizes)).toEqual({
      'embedding.codes': 50 * 64,
      'embedding.scales': 50 * 2,
      'layers.0.mlp.input.codes': (64 * 96) / 2,
      'layers.0.mlp.input.scales': 96 * 2 * 2,
      'layers.0.mlp.output.codes': (96 * 64) / 2,
      'layers.0.mlp.output.scales': 64 * 3 * 2,
      'norm.scale': 128,
    })
  })

  test('and plain ones may stand side by side, and all become plain', async () => {
    await write({ tensors, quantized: new Map() }, 'float32')
    const plain = await readWeights(await openSafetensors(files, path), wanted)
    expect(plain).toEqual({ tensors, quantized: new Map() })
    const wide = widenWeights(weights)
    expect(Object.keys(wide).sort()).toEqual(Object.keys(tensors).sort())
    for (const [name, { shape }] of Object.entries(wide)) {
      expect([name, shape]).toEqual([name, wanted.get(name)!.shape])
    }
  })
})

describe('is refused before anything is read', () => {
  const refusal = async (change: (entries: ReturnType<typeof weightEntries>) => object) => {
    const entries = { ...weightEntries(weights) }
    const { tensors: parts, metadata } = { ...entries, ...change(entries) } as typeof entries
    await writeSafetensors(files, path, parts, { metadata })
    const file = await openSafetensors(files, path)
    const reading = readWeights({ ...file, read: () => expect.unreachable() }, wanted)
    const error = await reading.catch((error: unknown) => error)
    expect(error).toBeInstanceOf(StorageError)
    return (error as StorageError).message
  }
  const described = (name: string, change: object) =>
    refusal(({ metadata }) => {
      const all = JSON.parse(metadata.quantized!)
      return {
        metadata: { quantized: JSON.stringify({ ...all, [name]: { ...all[name], ...change } }) },
      }
    })
  const without = (name: string) =>
    refusal(({ tensors: parts }) => ({ tensors: parts.filter(([own]) => own !== name) }))

  test('a matrix without codes or scales, or with those of another shape', async () => {
    expect(await without('embedding.scales')).toContain(
      'tensor embedding: expected codes and scales',
    )
    expect(await described('embedding', { shape: [50, 200] })).toContain('of 8 bits for [50, 200]')
    expect(await described('embedding', { shape: [1e9, 64] })).toContain(
      'tensor embedding: expected',
    )
    expect(await described('layers.0.mlp.input', { isTransposed: false })).toContain(
      'tensor layers.0.mlp.input: expected codes',
    )
  })

  test('metadata that is no description', async () => {
    expect(await described('embedding', { bits: 5 })).toContain(
      'metadata "quantized": embedding.bits',
    )
    expect(await refusal(() => ({ metadata: { quantized: '{' } }))).toContain('not valid JSON')
  })

  test('a tensor that is missing, too many, of another shape or no float', async () => {
    expect(await without('norm.scale')).toContain('tensor norm.scale is missing')
    const extra = ['extra', tensorOf('float32', [1])] as const
    expect(await refusal(({ tensors: parts }) => ({ tensors: [...parts, extra] }))).toContain(
      'unknown tensor extra',
    )
    const changed = (tensor: Tensor) =>
      refusal(({ tensors: parts }) => ({
        tensors: parts.map(([name, own]) => [name, name === 'norm.scale' ? tensor : own]),
      }))
    expect(await changed(tensorOf('float32', [1, 2]))).toContain(
      'tensor norm.scale: expected float32 [64], found F32 [2]',
    )
    expect(await changed(tensorOf('int32', new Array(64).fill(1)))).toContain('found I32 [64]')
  })
})
