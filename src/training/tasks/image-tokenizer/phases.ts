/**
 * Who learns when in the run of an image tokenizer: first the judge, then encoder and decoder, of
 * clips the part that draws first frames before the rest, and late the critic with them, who is heard
 * by the decoder alone a little later.
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

/** `stills` is the part for first frames; `refinement` the decoder that the critic is heard by. */
export type Learner = 'stills' | 'tokenizer' | 'critic' | 'refinement'

/** What a step trains, and at which part of the schedule's learning rate. */
export interface Turn {
  readonly learner: Learner
  readonly learningRateFactor: number
  /** How many steps all of what is trained has learned, this one included. */
  readonly age: number
}

export interface PhaseOptions {
  readonly steps: number
  /** Share of the run in which first frames are learned, before whole clips are. */
  readonly stillShare: number
  /** Share of the run after which the critic learns; 1 leaves it out. */
  readonly criticStart: number
  readonly weights: Pick<ReconstructionWeights, 'perceptual' | 'adversarial'>
}

export interface Phases {
  readonly hasJudge: boolean
  readonly hasStills: boolean
  readonly hasCritic: boolean
  /** Whether in a step, counted from 1, the judge learns, and nobody else. */
  isForJudge(step: number): boolean
  /** Whether up to a step, counted from 1, nothing has learned more than first frames. */
  isBeforeClips(step: number): boolean
  /** Who learns in another step, one after another. */
  turnsOf(step: number): readonly Turn[]
}

export const planPhases = (options: PhaseOptions): Phases => {
  const { steps, stillShare, criticStart, weights } = options
  const hasJudge = weights.perceptual > 0
  const judgeEnd = hasJudge
    ? Math.round(Math.min(Math.max(judgeSteps, judgeShare * steps), largestJudgeShare * steps))
    : 0
  const stillsEnd = Math.max(judgeEnd, Math.round(stillShare * steps))
  const criticBegin = Math.max(stillsEnd, Math.round(criticStart * steps))
  const criticHeard = criticBegin + Math.round(criticLead * steps)
  const hasCritic = weights.adversarial > 0 && criticBegin < steps
  const ramp = Math.max(1, Math.min(rampSteps, Math.round(largestRampShare * steps)))
  const begins: Readonly<Record<Learner, number>> = {
    stills: judgeEnd,
    tokenizer: stillsEnd,
    critic: criticBegin,
    refinement: criticHeard,
  }
  const turn = (learner: Learner, step: number): Turn => {
    const begin = begins[learner]
    // Who starts with the run has the ramp of its schedule.
    const learningRateFactor = begin === 0 ? 1 : Math.min(1, (step - begin) / ramp)
    const age = step - (learner === 'refinement' ? begins.tokenizer : begin)
    return { learner, learningRateFactor, age }
  }
  return {
    hasJudge,
    hasStills: stillsEnd > judgeEnd,
    hasCritic,
    isForJudge: (step) => step <= judgeEnd,
    isBeforeClips: (step) => stillsEnd > judgeEnd && step <= stillsEnd,
    turnsOf(step) {
      if (step <= stillsEnd) return [turn('stills', step)]
      if (!hasCritic || step <= criticBegin) return [turn('tokenizer', step)]
      return [turn('critic', step), turn(step > criticHeard ? 'refinement' : 'tokenizer', step)]
    },
  }
}
