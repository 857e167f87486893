/** Training: steps, optimizers, schedules and the loop around them. */

export { type AnswersRowOptions, answersRow } from './objectives/conversation.js'
export * from './optimizers/index.js'
export {
  type PreparedStep,
  type PreparedUpdate,
  type RunOptions,
  type RunReporter,
  type RunResult,
  type RunSchedule,
  type RunTask,
  runTraining,
  type Sample,
  type StepReport,
} from './run.js'
export type { Interval } from './run-clock.js'
export { findRunState, type RunState } from './run-state.js'
export * as schedules from './schedules/index.js'
export { type LossValues, type StateGraph, type StepOptions, trainingStep } from './step.js'
export {
  createTrainer,
  type Feeds,
  type StepInput,
  type Trainer,
  type TrainerOptions,
  type TrainingTask,
} from './trainer.js'
