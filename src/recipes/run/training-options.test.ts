import { describe, expect, test } from 'vitest'
import { tinyRecipe } from '../../../test/support/tiny-recipes.js'
import type { TrainingRecipe } from '../schema/training.js'
import { scheduleOf, stepsOf, trainerOptions } from './training-options.js'

const trainingOf = (...overrides: string[]) =>
  tinyRecipe(
    'image-tokenizer',
    overrides.map((override) => `training.${override}`),
  ).training

describe('how many steps', () => {
  const { steps: _, ...training } = trainingOf('batch=8', 'accumulation=2')
  const machine = { examples: 100, secondsPerStep: () => 0.5 }

  test('are given, or follow from epochs or minutes', () => {
    expect(stepsOf({ ...training, steps: 7 }, machine)).toBe(7)
    // 16 examples a step: the last batch of an epoch reaches into the next.
    expect(stepsOf({ ...training, epochs: 1 }, machine)).toBe(7)
    expect(stepsOf({ ...training, epochs: 2.5 }, machine)).toBe(16)
    expect(stepsOf({ ...training, minutes: 2 }, machine)).toBe(240)
  })

  test('are at least one', () => {
    expect(stepsOf({ ...training, minutes: 0.0001 }, machine)).toBe(1)
    expect(stepsOf({ ...training, epochs: 0.001 }, machine)).toBe(1)
  })
})

test('intervals are steps or times', () => {
  const training = trainingOf('evaluateEvery=20', 'sampleEvery=90 s', 'checkpointEvery=2 h')
  const { evaluateEvery, sampleEvery, checkpointEvery } = scheduleOf(training, 100)
  expect(evaluateEvery).toEqual({ steps: 20 })
  expect(sampleEvery).toEqual({ seconds: 90 })
  expect(checkpointEvery).toEqual({ seconds: 7200 })
})

test('the learning rate follows the schedule', () => {
  const constant = scheduleOf(trainingOf('learningRate=0.25', 'schedule.warmup=0'), 100)
  expect([1, 50, 100].map(constant.learningRate)).toEqual([0.25, 0.25, 0.25])
  const { learningRate } = scheduleOf(trainingOf('learningRate=0.25', 'schedule=cosine'), 100)
  expect(learningRate(100)).toBeLessThan(learningRate(50))
})

test('an optimizer is made with its options', () => {
  const matrix = { name: 'layers.0.weight', shape: [4, 4] }
  const optimizerOf = (training: TrainingRecipe) => trainerOptions(training).optimizer
  expect(optimizerOf(trainingOf()).state(matrix)).toEqual(['sum', 'squares'])
  expect(optimizerOf(trainingOf('optimizer=muon')).state(matrix)).toEqual(['momentum'])
  const decayed = optimizerOf(trainingOf('optimizer.weightDecay=0.5'))
  expect(decayed.scalars(1, 0.1).keep).toBeCloseTo(1 - 0.05, 9)
})
