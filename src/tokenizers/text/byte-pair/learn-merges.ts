/**
 * The second half of training: which pairs to merge, from the counts of pieces (Sennrich et al.
 * 2016).
 */

import { type Corpus, createCorpus } from './corpus.js'
import { createHeap } from './heap.js'

export interface LearnOptions {
  /** How often each piece of text occurs. */
  readonly counts: ReadonlyMap<string, number>
  /** The id of byte 0; byte b has this id + b, and merges take the ids from this id + 256 on. */
  readonly firstByteId: number
  /** How many merges to learn at most. */
  readonly limit: number
  /** Pairs that occur less often are not merged. */
  readonly minimumFrequency: number
  /** Whether a pair may become a token. */
  readonly isAllowed?: (left: number, right: number) => boolean
}

/**
 * Pairs of ids in the order of learning: the most frequent pair at each step; of equally frequent
 * ones that with the smaller left id, then the smaller right id.
 */
export function* learnMerges({
  counts,
  firstByteId,
  limit,
  minimumFrequency,
  isAllowed = () => true,
}: LearnOptions): Generator<[left: number, right: number]> {
  const corpus = createCorpus(counts, firstByteId)
  const takeMostFrequent = createQueue(corpus, Math.max(minimumFrequency, 1))
  let learned = 0
  while (learned < limit) {
    const slot = takeMostFrequent()
    if (slot === undefined) break
    const left = corpus.pairs.leftOf(slot)
    const right = corpus.pairs.rightOf(slot)
    if (!isAllowed(left, right)) continue
    corpus.merge(slot, firstByteId + 256 + learned++)
    yield [left, right]
  }
}

/**
 * Takes the most frequent pair each time it is called. A pair is in the heap at most once, under
 * the frequency that it had when it went in. Merges only lower that, because what they add are
 * pairs with a new id: a stale pair comes up too early, and then goes back to its place.
 */
const createQueue = ({ pairs, frequencyOf }: Corpus, minimumFrequency: number) => {
  const queued: number[] = []
  const heap = createHeap((a, b) => {
    if (queued[a] !== queued[b]) return queued[a]! > queued[b]!
    const lefts = pairs.leftOf(a) - pairs.leftOf(b)
    return lefts !== 0 ? lefts < 0 : pairs.rightOf(a) < pairs.rightOf(b)
  })
  const enqueue = (slot: number) => {
    const frequency = frequencyOf(slot)
    queued[slot] = frequency
    if (frequency >= minimumFrequency) heap.push(slot)
  }
  let seen = 0

  return (): number | undefined => {
    while (seen < pairs.size) enqueue(seen++)
    while (heap.size > 0) {
      const slot = heap.pop()
      if (queued[slot] === frequencyOf(slot)) return slot
      enqueue(slot)
    }
    return undefined
  }
}
