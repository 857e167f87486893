/**
 * From what each frame of a clip seems to show, and how much changes before it, the parts that the clip
 * falls into.
 */

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
  /** For each frame, how much else than labels speaks for a segment that begins there, in nats. */
  readonly cuts?: readonly number[]
}

/** What a frame can say against a label at most, so that one that is misread decides nothing. */
const leastLogarithm = Math.log(1e-4)

/** A division of the first frames of a clip. */
interface Division {
  readonly score: number
  /** Its last segment, and the division of what is before; none of no frames. */
  readonly last?: Segment
  readonly before?: Division
}

/**
 * The division of a clip into segments of one label each, neighbours of different ones, under which its
 * frames are likeliest, found by dynamic programming over where segments end: of each frame, the
 * logarithms of the labels' probabilities.
 */
export const findSegments = (
  frames: readonly (readonly number[])[],
  { shortest = 3, cost = 4, cuts = [] }: SegmentOptions = {},
): Segment[] => {
  const labels = frames[0]?.length ?? 0
  const sums = cumulate(frames, labels)
  const least = Math.min(shortest, frames.length)
  /**
   * The two best divisions of the first frames, by how many they are. Their last labels differ, so one of
   * them can stand before any segment.
   */
  const best: (readonly Division[])[] = [[{ score: 0 }]]
  /** For each label the best begun segment, without what its frames say of it. */
  const begun: { score: number; start: number; before: Division }[] = []
  for (let end = 1; end <= frames.length; end++) {
    const start = end - least
    if (start < 0) {
      best.push([])
      continue
    }
    const price = start === 0 ? 0 : cost - (cuts[start] ?? 0)
    for (let label = 0; label < labels; label++) {
      const before = best[start]!.find(({ last }) => last?.label !== label)
      if (before === undefined) continue
      const score = before.score - price - sums[start]![label]!
      if (score > (begun[label]?.score ?? Number.NEGATIVE_INFINITY)) {
        begun[label] = { score, start, before }
      }
    }
    const found = begun.map(
      ({ score, start: first, before }, label): Division => ({
        score: score + sums[end]![label]!,
        last: { start: first, end, label },
        before,
      }),
    )
    best.push(found.sort((a, b) => b.score - a.score).slice(0, 2))
  }
  const segments: Segment[] = []
  let division = best.at(-1)![0]
  while (division?.last !== undefined) {
    segments.unshift(division.last)
    division = division.before
  }
  return segments
}

/** The mean square of differences, of 255, below which a change counts little. */
const littleChange = 10
/** How many changes before and after are those around one. */
const around = 2
/** What a change counts that is e times as large as those around it, in nats. */
const cutWeight = 3

/**
 * For each frame of a clip, how much speaks for a cut before it: that the picture changes there more
 * than around it. Nothing speaks against one, since what happens next may begin as the last thing ended.
 */
export const findCuts = (frames: readonly { readonly data: Uint8Array }[]): number[] => {
  const changes = frames
    .slice(1)
    .map(({ data }, place) => Math.log(littleChange + meanSquare(data, frames[place]!.data)))
  const cuts = changes.map((change, place) => {
    const near = [
      ...changes.slice(Math.max(0, place - around), place),
      ...changes.slice(place + 1, place + 1 + around),
    ]
    const usual = near.reduce((sum, other) => sum + other, 0) / near.length
    return near.length === 0 ? 0 : cutWeight * Math.max(0, change - usual)
  })
  return [0, ...cuts]
}

const meanSquare = (some: Uint8Array, others: Uint8Array): number =>
  some.reduce((sum, value, at) => sum + (value - others[at]!) ** 2, 0) / some.length

/** For each number of frames, what they say of each label together. */
const cumulate = (frames: readonly (readonly number[])[], labels: number): Float64Array[] => {
  const sums = [new Float64Array(labels)]
  for (const frame of frames) {
    const before = sums.at(-1)!
    sums.push(before.map((sum, label) => sum + Math.max(leastLogarithm, frame[label]!)))
  }
  return sums
}
