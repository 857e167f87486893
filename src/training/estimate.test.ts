import { describe, expect, test } from 'vitest'
import { block } from '../network/layers/block.js'
import { countParameters } from '../network/parameters.js'
import { blocksWork, estimateStep, scoresWork, totalMemory, totalWork } from './estimate.js'

/** A GPT whose step was measured: layers, heads, width, context, batch, vocabulary. */
const gpt = { depth: 6, heads: 6, width: 384, time: 256 }
const batch = 12
const vocabulary = 65

/** Gradients, moments and all other state of its 10.8 million parameters. */
const gptStep = estimateStep({
  parameters: 10_795_776,
  work: totalWork([
    [1, blocksWork(gpt)],
    [1, scoresWork(gpt.time, gpt.width, vocabulary)],
  ]),
  batch,
})

describe('the work of a step', () => {
  test('is 6 · parameters · tokens and the attention term of the GPT that was measured', () => {
    const tokens = batch * gpt.time
    const parametersWithoutEmbeddings = gpt.depth * 12 * gpt.width ** 2 + gpt.width * vocabulary
    const formula =
      6 * parametersWithoutEmbeddings * tokens + 12 * gpt.depth * gpt.width * gpt.time * tokens
    expect(gptStep.flops).toBe(formula)
    // 154-163 GFLOP/s at 1,336-1,415 ms a step were measured.
    expect(gptStep.flops / 1.336 / 1e9).toBeCloseTo(163, 0)
    expect(gptStep.flops / 1.415 / 1e9).toBeCloseTo(154, 0)
  })

  test.each([
    { activation: 'squared-relu' as const, heads: 6 },
    { activation: 'squared-relu' as const, heads: 6, keyValueHeads: 2 },
    { activation: 'swiglu' as const, heads: 4 },
  ])('counts the matrices that a block has: %j', (options) => {
    const shape = { width: 384, ...options }
    // In a context of one token without scores, 2 operations for each number of a matrix.
    const scores = 4 * shape.width
    const { flops } = blocksWork({ ...shape, depth: 1, time: 1 })
    const counted = countParameters(block(shape).parameters)
    // Norms and scales are not matrices: less than half a percent.
    expect((flops - scores) / (2 * counted)).toBeGreaterThan(0.995)
    expect((flops - scores) / (2 * counted)).toBeLessThanOrEqual(1)
  })

  test('grows with the batch and with accumulated passes, memory only with the batch', () => {
    const work = blocksWork(gpt)
    const once = estimateStep({ parameters: 1e6, work, batch: 4 })
    const twice = estimateStep({ parameters: 1e6, work, batch: 8 })
    const accumulated = estimateStep({ parameters: 1e6, work, batch: 4, accumulation: 2 })
    expect(twice.flops).toBe(2 * once.flops)
    expect(accumulated.flops).toBe(twice.flops)
    expect(accumulated.memory).toEqual(once.memory)
    expect(twice.memory.activations).toBe(2 * once.memory.activations)
  })
})

describe('the memory of a step', () => {
  test('is near that of the GPT that was measured: 1.83 GB', () => {
    expect(totalMemory(gptStep) / 1.83e9).toBeGreaterThan(0.8)
    expect(totalMemory(gptStep) / 1.83e9).toBeLessThan(1.2)
  })

  /** Peak megabytes of models of words and pictures, with AdamW and averages, as measured. */
  test.each([
    {
      depth: 2,
      width: 128,
      heads: 2,
      batch: 8,
      time: 89,
      codes: 64,
      ids: 1024,
      peak: 217,
      parameters: 781_184,
    },
    {
      depth: 4,
      width: 256,
      heads: 4,
      batch: 16,
      time: 89,
      codes: 64,
      ids: 4096,
      peak: 713,
      parameters: 4_709_120,
    },
    {
      depth: 4,
      width: 256,
      heads: 4,
      batch: 32,
      time: 89,
      codes: 64,
      ids: 4096,
      peak: 1087,
      parameters: 4_709_120,
    },
    {
      depth: 4,
      width: 256,
      heads: 8,
      batch: 32,
      time: 89,
      codes: 64,
      ids: 4096,
      peak: 1116,
      parameters: 4_708_864,
    },
    {
      depth: 8,
      width: 256,
      heads: 4,
      batch: 32,
      time: 89,
      codes: 64,
      ids: 4096,
      peak: 1639,
      parameters: 7_857_408,
    },
    {
      depth: 4,
      width: 512,
      heads: 8,
      batch: 32,
      time: 89,
      codes: 64,
      ids: 4096,
      peak: 1972,
      parameters: 15_709_184,
    },
    {
      depth: 4,
      width: 256,
      heads: 4,
      batch: 8,
      time: 321,
      codes: 256,
      ids: 4096,
      peak: 1113,
      parameters: 4_709_120,
    },
  ])('is within a tenth of what was measured: %j', (measured) => {
    const { width, codes, ids, parameters, batch, peak } = measured
    const work = totalWork([
      [1, blocksWork(measured)],
      [1, scoresWork(codes, width, ids)],
    ])
    const estimate = totalMemory(estimateStep({ parameters, work, batch, hasAverage: true })) / 1e6
    expect(estimate / peak).toBeGreaterThan(0.9)
    expect(estimate / peak).toBeLessThan(1.1)
  })
})
