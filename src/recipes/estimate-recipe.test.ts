import { describe, expect, test } from 'vitest'
import { languageModelOf, languageSchema } from '../generation/text/config.js'
import {
  textClassificationSchema,
  textClassifierOf,
} from '../generation/text-classification/config.js'
import { textImageOf, textImageSchema } from '../generation/text-image/config.js'
import { textPairsParameters, textPairsSchema } from '../generation/text-pairs/config.js'
import { countParameters } from '../network/parameters.js'
import { imageTokenizerSchema } from '../tokenizers/image/config.js'
import { totalMemory } from '../training/estimate.js'
import { estimateRecipe } from './estimate-recipe.js'
import { parseRecipe } from './parse-recipe.js'
import type { StartConfig } from './run/start-config.js'

const speed = 150e9

const recipe = (text: string, ...overrides: string[]) =>
  parseRecipe(text, { name: 'recipe.yaml', overrides })

const tokenizer = `
task: image-tokenizer
data: { source: emoji }
training: { steps: 1000, batch: 32 }
`

const textImage = `
task: text-image
tokenizer: tokens
data: { source: emoji }
model: { depth: 4 }
training: { steps: 1000, batch: 32 }
`

describe('the estimate of an image tokenizer', () => {
  const estimate = estimateRecipe(recipe(tokenizer), { flopsPerSecond: speed })

  test('counts the parameters of the network that is trained', () => {
    expect(estimate.parameters).toBe(6_398_500)
  })

  test('is near 6 · parameters for each of 64 patches', () => {
    const simple = 6 * estimate.parameters * 64 * 32
    expect(estimate.flops / simple).toBeGreaterThan(1)
    expect(estimate.flops / simple).toBeLessThan(1.1)
  })

  test('has the memory that was measured, with and without a critic', () => {
    const alone = estimateRecipe(recipe(tokenizer, 'loss.adversarial.weight=0'), {
      flopsPerSecond: speed,
    })
    expect(Math.abs(totalMemory(alone) / 1559e6 - 1)).toBeLessThan(0.15)
    expect(Math.abs(totalMemory(estimate) / 2533e6 - 1)).toBeLessThan(0.15)
  })
})

test('what weighs nothing takes no memory', () => {
  const memoryOf = (...overrides: string[]) =>
    estimateRecipe(recipe(tokenizer, ...overrides), { flopsPerSecond: speed }).memory.activations
  const critic = 'loss.adversarial.weight=0'
  const judge = 'loss.perceptual=0'
  expect(memoryOf(judge)).toBeLessThan(memoryOf())
  // Each costs the same, whether the other is there or not.
  expect(memoryOf() - memoryOf(judge)).toBe(memoryOf(critic) - memoryOf(critic, judge))
})

describe('the estimate of a model of words and pictures', () => {
  test('counts the parameters of the network that is trained', () => {
    const { parameters } = estimateRecipe(recipe(textImage), { flopsPerSecond: speed })
    expect(parameters).toBe(4_725_760)
  })

  test('has the memory that was measured', () => {
    const drawing = recipe(textImage, 'objective.directions.imageToText=0')
    const { memory } = estimateRecipe(drawing, { flopsPerSecond: speed })
    const total = memory.base + memory.state + memory.activations
    expect(Math.abs(total / 1087e6 - 1)).toBeLessThan(0.15)
  })

  test('follows the tokenizer that it reads', () => {
    const [small, large] = [
      [4, 4],
      [64, 64],
    ].map((levels) =>
      estimateRecipe(recipe(textImage), {
        flopsPerSecond: speed,
        tokenizer: imageTokenizerSchema.parse({
          size: 32,
          quantizer: { kind: 'finite-scalar', levels },
        }),
      }),
    )
    expect(large!.parameters - small!.parameters).toBe(4080 * 256)
    expect(large!.flops).toBeGreaterThan(small!.flops)
  })
})

test('an optimizer takes the memory that it says, which for Muon is less for hidden matrices alone', () => {
  const stateOf = (...overrides: string[]) => {
    const estimate = estimateRecipe(recipe(textImage, ...overrides), { flopsPerSecond: speed })
    return { numbers: estimate.memory.state / (4 * 2.3), parameters: estimate.parameters }
  }
  const [adamw, muon] = [stateOf(), stateOf('training.optimizer=muon')]
  expect(adamw.numbers / adamw.parameters).toBeCloseTo(5, 9)
  // Four blocks of 12 · 256² numbers; embeddings keep two moments.
  expect(adamw.numbers - muon.numbers).toBeCloseTo(4 * 12 * 256 ** 2, 0)
})

test('a clip costs as much as its codes, whose frames after the first are wider on their way out', () => {
  const of = (...overrides: string[]) =>
    estimateRecipe(
      recipe(
        tokenizer,
        'data.source={kind: sprites}',
        'size=64',
        'tokenizer.patch=8',
        ...overrides,
      ),
      { flopsPerSecond: speed },
    )
  const [picture, clip] = [of(), of('frames=8')]
  // 176 codes for 64, of which each sees more others.
  expect(clip.flops / picture.flops).toBeGreaterThan(176 / 64)
  expect(clip.flops / picture.flops).toBeLessThan(1.3 * (176 / 64))
  expect(clip.parameters).toBeGreaterThan(picture.parameters)
  expect(clip.memory.activations).toBeGreaterThan(picture.memory.activations)
})

test('an image tokenizer that a recipe brings along is a run of its own', () => {
  const own = 'imageTokenizer: { training: { steps: 500, batch: 16 } }'
  const both = estimateRecipe(recipe(textImage.replace('tokenizer: tokens', own)), {
    flopsPerSecond: speed,
  })
  const { imageTokenizer, ...rest } = both
  expect(rest).toEqual(estimateRecipe(recipe(textImage), { flopsPerSecond: speed }))
  const alone = recipe(tokenizer, 'training.steps=500', 'training.batch=16')
  expect(imageTokenizer).toEqual(estimateRecipe(alone, { flopsPerSecond: speed }))
})

describe('the length of a run', () => {
  const lengthOf = (override: string, examples?: number) => {
    const text = tokenizer.replace('steps: 1000', override)
    const { steps, seconds } = estimateRecipe(recipe(text), {
      flopsPerSecond: speed,
      ...(examples === undefined ? {} : { examples }),
    })
    return { steps, seconds }
  }

  test('is given in steps', () => {
    expect(lengthOf('steps: 7').steps).toBe(7)
  })

  test('follows from minutes and the speed', () => {
    const { seconds } = lengthOf('minutes: 30')
    expect(seconds! / 1800).toBeCloseTo(1, 2)
  })

  test('follows from epochs once the examples are counted', () => {
    expect(lengthOf('epochs: 3', 100).steps).toBe(10)
    expect(lengthOf('epochs: 3').steps).toBeUndefined()
  })
})

test('a language model without norms of queries and keys has their scales less', () => {
  const language = `
task: language-model
data: { path: texts }
model: { depth: 3 }
training: { steps: 10 }`
  const parametersOf = (...overrides: string[]) =>
    estimateRecipe(recipe(language, ...overrides), { flopsPerSecond: speed }).parameters
  expect(parametersOf() - parametersOf('model.queryKeyNorm=false')).toBe(3 * 2 * 64)
})

describe('a recipe that starts from a model', () => {
  const network = {
    ...{ vocabularySize: 300, context: 12, width: 48, depth: 3, heads: 4, hidden: 100 },
    ...{ positions: 'learned', norm: 'layer', hasBias: true, hasTiedHead: true },
  }
  const language = languageSchema.parse({ task: 'language-model', network, tokens: { pad: 0 } })
  const parameters = countParameters(languageModelOf(language).parameters)
  const text = `
task: language-model
start: models/mine
data: { path: texts }
training: { steps: 10 }`
  const of = (start: StartConfig, ...overrides: string[]) =>
    estimateRecipe(recipe(text, ...overrides), { flopsPerSecond: speed, start })

  test('has the sizes of that model and not those of a new one', () => {
    expect(of(language).parameters).toBe(parameters)
    const fresh = estimateRecipe(recipe(text), { flopsPerSecond: speed })
    expect(of(language).flops).toBeLessThan(fresh.flops)
    // It reads no more than the model can.
    expect(of(language, 'model.context=1024')).toEqual(of(language))
  })

  test('keeps no moments for what stands still', () => {
    const tuned = of(language, 'tuning={kind: adapters, rank: 2}')
    // Two factors for each of the matrices of a block: one for queries, keys and values together.
    const attention = 2 * (48 + 3 * 48) + 2 * (48 + 48)
    const positionWise = 2 * 2 * (48 + 100)
    expect(tuned.trainedParameters).toBe(3 * (attention + positionWise))
    expect(tuned.parameters).toBe(parameters + tuned.trainedParameters!)
    expect(tuned.memory.state).toBeLessThan(0.5 * of(language).memory.state)
    expect(of(language).trainedParameters).toBeUndefined()
  })

  test('adds the head of a classifier, whose labels are known where it has some', () => {
    const labels = `
task: text-classification
start: models/mine
data: { path: rows.tsv }
training: { steps: 10 }`
    const labelled = textClassificationSchema.parse({
      ...{ task: 'text-classification', network, tokens: { pad: 0 }, labels: ['a', 'b', 'c'] },
    })
    const estimated = estimateRecipe(recipe(labels), { flopsPerSecond: speed, start: labelled })
    expect(estimated.parameters).toBe(countParameters(textClassifierOf(labelled).parameters))
  })

  test('reads pairs with either kind of network', () => {
    const pairs = (kind: string) => `
task: text-pairs
start: models/mine
data: { path: rows.tsv, source: a, target: b }
model: { kind: ${kind} }
training: { steps: 10 }`
    const common = {
      ...{ task: 'text-pairs', tokens: { pad: 0 }, sourceLength: 8, targetLength: 4 },
      languages: ['a', 'b'],
    }
    const { vocabularySize, width, depth, heads } = network
    const start = textPairsSchema.parse({
      ...common,
      network: { kind: 'encoder-decoder', vocabularySize, width, depth, heads, encoderDepth: 5 },
    })
    const options = { flopsPerSecond: speed }
    expect(estimateRecipe(recipe(pairs('encoder-decoder')), { ...options, start }).parameters).toBe(
      countParameters(textPairsParameters(start)),
    )
    expect(
      estimateRecipe(recipe(pairs('decoder-only')), { ...options, start: language }).parameters,
    ).toBe(parameters)
    expect(() => estimateRecipe(recipe(pairs('decoder-only')), { ...options, start })).toThrow(
      'model.kind: expected encoder-decoder',
    )
  })

  test('draws with the model that it is given', () => {
    const start = textImageSchema.parse({
      ...{ task: 'text-image', vocabulary: { textPieces: 90, imageCodes: 30 } },
      layout: { textLength: 6, rows: 2, columns: 3 },
      ...{ transformer: { width: 16, depth: 2, heads: 2 }, drawing: 'next-code' },
    })
    const drawing = recipe(textImage.replace('tokenizer: tokens', 'start: models/mine'))
    const { parameters } = estimateRecipe(drawing, { flopsPerSecond: speed, start })
    expect(parameters).toBe(countParameters(textImageOf(start).model.parameters))
  })

  test('refuses a model of another task', () => {
    const pairs = { task: 'text-image' } as StartConfig
    expect(() => of(pairs)).toThrow(
      'start: expected a model for language-model, found one for text-image',
    )
  })
})
