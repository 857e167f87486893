/**
 * The baseline of translation: the target of the training pair whose source is nearest, by the
 * cosine of TF-IDF weights of runs of characters. It shows what a memory without understanding is
 * worth.
 */

import type { TextPair } from '../../../data/text/rows/pair-row.js'

export const nearestTextName = 'target of the nearest training source, TF-IDF of 1 to 3 characters'

const highestOrder = 3

/** The runs of 1 to 3 characters, with how often each occurs. */
const runsOf = (text: string): Map<string, number> => {
  const characters = Array.from(text.toLowerCase().trim())
  const runs = new Map<string, number>()
  for (let order = 1; order <= highestOrder; order++) {
    for (let start = 0; start + order <= characters.length; start++) {
      const run = characters.slice(start, start + order).join('')
      runs.set(run, (runs.get(run) ?? 0) + 1)
    }
  }
  return runs
}

interface Posting {
  readonly index: number
  readonly weight: number
}

/** Gives for a source the target of the nearest of the pairs, the first of equally near ones. */
export const createNearestText = (pairs: readonly TextPair[]): ((source: string) => string) => {
  const all = pairs.map(({ source }) => runsOf(source))
  const found = new Map<string, number>()
  for (const runs of all) for (const run of runs.keys()) found.set(run, (found.get(run) ?? 0) + 1)
  // As scikit-learn smooths it, ln((1 + n) / (1 + found)) + 1; counts by their logarithm.
  const weightOf = (run: string, count: number) =>
    (1 + Math.log(count)) * (Math.log((1 + pairs.length) / (1 + (found.get(run) ?? 0))) + 1)
  const weigh = (runs: ReadonlyMap<string, number>) => {
    const weights = Array.from(runs, ([run, count]) => [run, weightOf(run, count)] as const)
    const norm = Math.sqrt(weights.reduce((sum, [, weight]) => sum + weight ** 2, 0))
    return weights.map(([run, weight]) => [run, weight / Math.max(norm, 1e-12)] as const)
  }
  const postings = new Map<string, Posting[]>()
  for (const [index, runs] of all.entries()) {
    for (const [run, weight] of weigh(runs)) {
      const list = postings.get(run)
      if (list === undefined) postings.set(run, [{ index, weight }])
      else list.push({ index, weight })
    }
  }
  return (source) => {
    const scores = new Float64Array(pairs.length)
    for (const [run, own] of weigh(runsOf(source))) {
      for (const { index, weight } of postings.get(run) ?? []) scores[index]! += own * weight
    }
    let best = 0
    for (const [index, score] of scores.entries()) if (score > scores[best]!) best = index
    return pairs[best]!.target
  }
}
