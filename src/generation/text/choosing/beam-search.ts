/**
 * Beam search: follows the most probable beginnings side by side and takes the text whose tokens
 * are the most probable on average. It draws nothing at random; equal sums go to the earlier beam,
 * then to the smaller id. As in transformers, the search ends when as many texts as there are beams
 * are complete and no beam is better than the worst of them at its present length.
 *
 * Each step reads `beams` tokens at once, and moves the caches where beams change places.
 */

import { logSumExp } from '../../../engine/tensor/softmax.js'
import { adjustScores } from './adjust-scores.js'
import type { Chooser, ChooserOptions, Finish } from './choose.js'

export interface BeamSearchOptions extends ChooserOptions {
  readonly beams: number
  /** The power of the length that sums are divided by: 0 prefers short texts, 1 takes the mean. */
  readonly lengthPenalty?: number
  /** Whether a text is complete for other reasons than its last id. */
  readonly isComplete?: (ids: readonly number[]) => boolean
}

/** A beginning of a text, or a text. */
interface Hypothesis {
  readonly ids: readonly number[]
  /** The sum of the logarithms of its tokens' probabilities. */
  readonly sum: number
}

interface Candidate {
  readonly parent: number
  readonly id: number
  readonly sum: number
}

interface Finished {
  readonly ids: readonly number[]
  readonly score: number
  readonly finish: Finish
}

/** Keeps the best candidates, best first; of equal ones the earlier. */
const createRanking = (count: number) => {
  const best: Candidate[] = []
  return {
    best,
    isAmong: (sum: number): boolean => best.length < count || sum > best[count - 1]!.sum,
    /** Of one whose sum is among the best. */
    add(candidate: Candidate) {
      let place = best.length
      while (place > 0 && best[place - 1]!.sum < candidate.sum) place--
      best.splice(place, 0, candidate)
      if (best.length > count) best.pop()
    },
  }
}

/** Keeps the best complete texts, best first; of equal ones the earlier. */
const createShortlist = (count: number) => {
  const texts: Finished[] = []
  return {
    texts,
    add(text: Finished) {
      const place = texts.findIndex((other) => other.score < text.score)
      texts.splice(place < 0 ? texts.length : place, 0, text)
      if (texts.length > count) texts.pop()
    },
  }
}

export const createBeamSearch = (options: BeamSearchOptions): Chooser => {
  const { maxTokens, ends, beams, lengthPenalty = 1, isComplete = () => false } = options
  let live: readonly Hypothesis[] = [{ ids: [], sum: 0 }]
  let length = 0
  const finished = createShortlist(beams)

  const scoreOf = (sum: number): number => sum / length ** lengthPenalty
  const complete = (ids: readonly number[], sum: number, finish: Finish) =>
    finished.add({ ids, score: scoreOf(sum), finish })

  /** Finishes what is complete of ranked candidates, and goes on with the best of the rest. */
  const advance = (ranked: readonly Candidate[]): readonly Candidate[] => {
    const next: Hypothesis[] = []
    const taken: Candidate[] = []
    for (const [place, candidate] of ranked.entries()) {
      const { parent, id, sum } = candidate
      const before = live[parent]!.ids
      const isEnd = ends.has(id)
      if (!isEnd && next.length === beams) continue
      const ids = isEnd ? before : [...before, id]
      if (isEnd || isComplete(ids)) {
        // An end that is not among the best says only that the beams have better to say.
        if (place < beams) complete(ids, sum, 'stop')
        continue
      }
      next.push({ ids, sum })
      taken.push(candidate)
    }
    live = next
    return taken
  }

  const isOver = (): boolean =>
    live.length === 0 ||
    length === maxTokens ||
    (finished.texts.length === beams && scoreOf(live[0]!.sum) <= finished.texts.at(-1)!.score)

  /** The best text of all; where time is up, of what is not complete as well. */
  const settle = () => {
    if (length === maxTokens) for (const { ids, sum } of live) complete(ids, sum, 'length')
    const nothing: Finished = { ids: [], finish: 'stop', score: Number.NEGATIVE_INFINITY }
    const { ids: settled, finish, score } = finished.texts[0] ?? nothing
    return { ids: [], parents: [], settled, finish, score }
  }

  return {
    sequences: beams,
    choose(scores) {
      length++
      const taken = advance(rank(live, scores, options))
      if (isOver()) return settle()
      // Where there are fewer beginnings than beams, the first one is read again, to no effect.
      const filled = Array.from({ length: beams }, (_, beam) => taken[beam] ?? taken[0]!)
      return {
        ids: filled.map(({ id }) => id),
        parents: filled.map(({ parent }) => parent),
        settled: [],
      }
    },
  }
}

/** The best continuations of the live beams, enough to go on with even if many of them end. */
const rank = (
  live: readonly Hypothesis[],
  scores: readonly Float32Array[],
  options: BeamSearchOptions,
): readonly Candidate[] => {
  const { prompt, ends, beams, continuations } = options
  const { best, isAmong, add } = createRanking(beams * (1 + Math.max(1, ends.size)))
  for (const [parent, { ids, sum }] of live.entries()) {
    const adjusted = adjustScores(scores[parent]!, [...prompt, ...ids], options)
    // Also over what may not come: a text that the model would not write by itself is no likely one.
    const total = logSumExp(adjusted)
    const allowed = continuations?.(ids)
    // Of tens of thousands a handful remains: the loop makes nothing for the others.
    for (let id = 0; id < adjusted.length; id++) {
      const score = adjusted[id]!
      const next = sum + score - total
      if (score === Number.NEGATIVE_INFINITY || !isAmong(next)) continue
      if (allowed?.has(id) !== false) add({ parent, id, sum: next })
    }
  }
  return best
}
