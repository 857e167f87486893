import { expect, test } from 'vitest'
import { type PhaseOptions, planPhases } from './phases.js'

const withAll = { perceptual: 0.1, adversarial: 0.1 }

/** Who learns in a step, and at which part of the learning rate: "critic 0.01, tokenizer 1". */
const describeSteps = (options: Partial<PhaseOptions>, steps: readonly number[]): string[] => {
  const phases = planPhases({
    steps: 1000,
    stillShare: 0,
    criticStart: 0.6,
    weights: withAll,
    ...options,
  })
  return steps.map((step) =>
    phases.isForJudge(step)
      ? 'judge'
      : phases
          .turnsOf(step)
          .map(({ learner, learningRateFactor: share }) => `${learner} ${Number(share.toFixed(2))}`)
          .join(', '),
  )
}

test('the judge learns first, then the tokenizer, then with the critic, then the decoder alone', () => {
  const steps = [1, 200, 201, 225, 250, 600, 601, 620, 621, 1000]
  expect(describeSteps({}, steps)).toEqual([
    'judge',
    'judge',
    'tokenizer 0.02',
    'tokenizer 0.5',
    'tokenizer 1',
    'tokenizer 1',
    'critic 0.02, tokenizer 1',
    'critic 0.4, tokenizer 1',
    'critic 0.42, refinement 0.02',
    'critic 1, refinement 1',
  ])
})

test('first frames are learned between the judge and whole clips', () => {
  const steps = [200, 201, 250, 500, 501, 550, 800]
  expect(describeSteps({ stillShare: 0.5, criticStart: 0.4 }, steps)).toEqual([
    'judge',
    'stills 0.02',
    'stills 1',
    'stills 1',
    'critic 0.02, tokenizer 0.02',
    'critic 1, refinement 0.6',
    'critic 1, refinement 1',
  ])
})

test('clips are drawn from where more than first frames is learned, in other runs from the start', () => {
  const isBefore = (stillShare: number, step: number) =>
    planPhases({ steps: 1000, stillShare, criticStart: 1, weights: withAll }).isBeforeClips(step)
  expect([100, 500, 501].map((step) => isBefore(0.5, step))).toEqual([true, true, false])
  expect([100, 500, 501].map((step) => isBefore(0, step))).toEqual([false, false, false])
})

test('what has learned for how long is counted from where all of it began', () => {
  const weights = withAll
  const phases = planPhases({ steps: 1000, stillShare: 0.3, criticStart: 0.6, weights })
  const ages = [201, 301, 601, 621].map((step) => phases.turnsOf(step).map(({ age }) => age))
  expect(ages).toEqual([[1], [1], [1, 301], [21, 321]])
})

test('without a judge the tokenizer learns from the first step', () => {
  const weights = { perceptual: 0, adversarial: 0 }
  expect(describeSteps({ weights }, [1, 1000])).toEqual(['tokenizer 1', 'tokenizer 1'])
})

test.each([withAll, { ...withAll, perceptual: 0 }, { ...withAll, adversarial: 0 }])(
  'in a short run everybody has a turn, never backwards: %j',
  (weights) => {
    const phases = planPhases({ steps: 20, stillShare: 0, criticStart: 0.5, weights })
    const all = Array.from({ length: 20 }, (_, index) => index + 1)
    const turns = all.filter((step) => !phases.isForJudge(step)).flatMap(phases.turnsOf)
    for (const { learningRateFactor } of turns) {
      expect(learningRateFactor).toBeGreaterThan(0)
      expect(learningRateFactor).toBeLessThanOrEqual(1)
    }
    const learners = new Set(turns.map(({ learner }) => learner))
    expect(learners).toContain('tokenizer')
    expect(all.some(phases.isForJudge)).toBe(weights.perceptual > 0)
    expect(learners.has('refinement')).toBe(weights.adversarial > 0)
  },
)
