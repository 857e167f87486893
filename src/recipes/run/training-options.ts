/** What a recipe's `training` means to the training loop. */

import { createOptimizer } from '../../training/optimizers/create-optimizer.js'
import type { RunSchedule } from '../../training/run.js'
import { createFactor } from '../../training/schedules/create-factor.js'
import type { Recipe } from '../recipe.js'
import { readInterval } from '../schema/interval.js'
import type { TrainingRecipe } from '../schema/training.js'

/** What the trainer of any task is told. */
export const trainerOptions = (training: TrainingRecipe) => ({
  optimizer: createOptimizer(training.optimizer),
  clipNorm: training.clipNorm,
  averageDecay: training.average,
  batch: training.batch,
  accumulation: training.accumulation,
})

/** How many steps a run has; a time on the clock needs to know how long a step takes. */
export const stepsOf = (
  { steps, epochs, minutes, batch, accumulation }: TrainingRecipe,
  { examples, secondsPerStep }: { examples: number; secondsPerStep: () => number },
): number => {
  if (steps !== undefined) return steps
  if (epochs !== undefined) return Math.ceil((epochs * examples) / (batch * accumulation))
  return Math.max(1, Math.round((minutes! * 60) / secondsPerStep()))
}

export const scheduleOf = (
  training: TrainingRecipe & { learningRate: number },
  steps: number,
): RunSchedule => {
  const { learningRate, schedule } = training
  const factor = createFactor(schedule, steps)
  return {
    steps,
    learningRate: (step) => learningRate * factor(step),
    evaluateEvery: readInterval(training.evaluateEvery),
    sampleEvery: readInterval(training.sampleEvery),
    checkpointEvery: readInterval(training.checkpointEvery),
    keep: training.keep,
  }
}

/** How many evaluations without anything better a recipe bears; it then ends with its best weights. */
export const patienceOf = (recipe: Recipe): number | undefined =>
  'patience' in recipe ? recipe.patience : undefined
