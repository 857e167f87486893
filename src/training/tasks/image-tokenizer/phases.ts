/**
 * Who learns when in the run of an image tokenizer: first the judge, then encoder and decoder, and
 * late the critic with them, who is heard by the decoder alone a little later.
 */

import type { ReconstructionWeights } from '../../objectives/reconstruction.js'

/** Share of the run in which the judge learns, and how many steps it needs where the run has them. */
const judgeShare = 0.05
const judgeSteps = 200
const largestJudgeShare = 0.2

/** Share of the run in which the critic learns before it is heard. */
const criticLead = 0.02

/** Steps over which the learning rate rises when a network begins to learn in mid-run. */
const rampSteps = 100
const largestRampShare = 0.05

/** `refinement` is the decoder that the critic is heard by. */
export type Learner = 'tokenizer' | 'critic' | 'refinement'

/** What a step trains, and at which part of the schedule's learning rate. */
export interface Turn {
  readonly learner: Learner
  readonly learningRateFactor: number
}

export interface PhaseOptions {
  readonly steps: number
  /** Share of the run after which the critic learns; 1 leaves it out. */
  readonly criticStart: number
  readonly weights: Pick<ReconstructionWeights, 'perceptual' | 'adversarial'>
}

export interface Phases {
  readonly hasJudge: boolean
  readonly hasCritic: boolean
  /** Whether in a step, counted from 1, the judge learns, and nobody else. */
  isForJudge(step: number): boolean
  /** Who learns in another step, one after another. */
  turnsOf(step: number): readonly Turn[]
}

export const planPhases = ({ steps, criticStart, weights }: PhaseOptions): Phases => {
  const hasJudge = weights.perceptual > 0
  const judgeEnd = hasJudge
    ? Math.round(Math.min(Math.max(judgeSteps, judgeShare * steps), largestJudgeShare * steps))
    : 0
  const criticBegin = Math.round(criticStart * steps)
  const criticHeard = criticBegin + Math.round(criticLead * steps)
  const hasCritic = weights.adversarial > 0 && criticBegin < steps
  const ramp = Math.max(1, Math.min(rampSteps, Math.round(largestRampShare * steps)))
  const begins: Readonly<Record<Learner, number>> = {
    // Without a judge the tokenizer starts with the run, whose schedule has a ramp of its own.
    tokenizer: hasJudge ? judgeEnd : -ramp,
    critic: criticBegin,
    refinement: criticHeard,
  }
  const turn = (learner: Learner, step: number): Turn => ({
    learner,
    learningRateFactor: Math.min(1, (step - begins[learner]) / ramp),
  })
  return {
    hasJudge,
    hasCritic,
    isForJudge: (step) => step <= judgeEnd,
    turnsOf(step) {
      if (!hasCritic || step <= criticBegin) return [turn('tokenizer', step)]
      return [turn('critic', step), turn(step > criticHeard ? 'refinement' : 'tokenizer', step)]
    },
  }
}
