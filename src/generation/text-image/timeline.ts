/** From what each frame of a clip seems to show, the parts that the clip falls into. */

export interface Segment {
  /** The first frame, and the first one after the segment. */
  readonly start: number
  readonly end: number
  /** The number of the label. */
  readonly label: number
}

export interface SegmentOptions {
  /** Frames of a segment at least; the whole clip is one where it has fewer. */
  readonly shortest?: number
  /** What a further segment costs, in nats. */
  readonly cost?: number
}

/** What a frame can say against a label at most, so that one that is misread decides nothing. */
const leastLogarithm = Math.log(1e-4)

/**
 * The division of a clip into segments of one label each under which its frames are likeliest, found by
 * dynamic programming over where segments end: of each frame, the logarithms of the labels'
 * probabilities.
 */
export const findSegments = (
  frames: readonly (readonly number[])[],
  { shortest = 3, cost = 4 }: SegmentOptions = {},
): Segment[] => {
  const labels = frames[0]?.length ?? 0
  const sums = cumulate(frames, labels)
  const least = Math.min(shortest, frames.length)
  /** The best division of the first frames, by how many they are. */
  const best: { score: number; last?: Segment }[] = [{ score: 0 }]
  for (let end = 1; end <= frames.length; end++) {
    let found: { score: number; last?: Segment } = { score: Number.NEGATIVE_INFINITY }
    for (let start = end - least; start >= 0; start--) {
      const before = best[start]!.score - cost
      if (before <= found.score) continue
      for (let label = 0; label < labels; label++) {
        const score = before + sums[end]![label]! - sums[start]![label]!
        if (score > found.score) found = { score, last: { start, end, label } }
      }
    }
    best.push(found)
  }
  const segments: Segment[] = []
  for (let last = best.at(-1)!.last; last !== undefined; last = best[last.start]!.last) {
    segments.unshift(last)
  }
  return segments
}

/** For each number of frames, what they say of each label together. */
const cumulate = (frames: readonly (readonly number[])[], labels: number): Float64Array[] => {
  const sums = [new Float64Array(labels)]
  for (const frame of frames) {
    const before = sums.at(-1)!
    sums.push(before.map((sum, label) => sum + Math.max(leastLogarithm, frame[label]!)))
  }
  return sums
}
