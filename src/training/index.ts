/** Training: steps, optimizers, schedules and the loop around them. */

export { type AnswersRowOptions, answersRow } from './objectives/conversation.js'
export * from './optimizers/index.js'
export {
  type RunOptions,
  type RunReporter,
  type RunResult,
  type RunSchedule,
  type RunTask,
  runTraining,
} from './run.js'
export * as schedules from './schedules/index.js'
export { type LossValues, type StepOptions, trainingStep } from './step.js'
export { createTrainer, type Feeds, type Trainer, type TrainingTask } from './trainer.js'
