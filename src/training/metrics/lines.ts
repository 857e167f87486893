/** Lines of charts: trends of noisy ones, fewer points for many, and SVG paths with gaps. */

/** A point in a chart or on the page; y that is not finite is a gap. */
export interface LinePoint {
  readonly x: number
  readonly y: number
}

/**
 * The trend at each point: the straight line that fits the `width` points around it best, or as
 * many of them as the ends leave. Unlike a mean it is not biased where a curve is steep. Gaps are
 * left out of fits and stay gaps.
 */
export const smooth = (points: readonly LinePoint[], width: number): LinePoint[] => {
  // Sums over all earlier points of 1, i, i², y and i y, so that a window's are differences.
  const sums: Sums[] = [[0, 0, 0, 0, 0]]
  for (const [i, { y }] of points.entries()) {
    // As many differences as there are sums.
    const [n, si, sii, sy, siy] = sums[i]!
    sums.push(
      Number.isFinite(y)
        ? [n + 1, si + i, sii + i * i, sy + y, siy + i * y]
        : [n, si, sii, sy, siy],
    )
  }
  const reach = Math.floor(width / 2)
  return points.map(({ x, y }, i) => {
    if (!Number.isFinite(y)) return { x, y }
    const from = sums[Math.max(0, i - reach)]!
    const to = sums[Math.min(points.length, i + reach + 1)]!
    // As many differences as there are sums.
    const [n, si, sii, sy, siy] = to.map((sum, term) => sum - from[term]!) as Sums
    const spread = n * sii - si * si
    const slope = spread > 0 ? (n * siy - si * sy) / spread : 0
    return { x, y: sy / n + slope * (i - si / n) }
  })
}

type Sums = [count: number, i: number, ii: number, y: number, iy: number]

/** At most four points for each whole x: the first, lowest, highest and last, in their order. */
export const thinOut = (points: readonly LinePoint[]): LinePoint[] => {
  const kept: LinePoint[] = []
  for (let start = 0; start < points.length; ) {
    const column = Math.floor(points[start]!.x)
    let [end, lowest, highest] = [start, start, start]
    for (; end < points.length && Math.floor(points[end]!.x) === column; end++) {
      if (!(points[end]!.y >= points[lowest]!.y)) lowest = end
      if (!(points[end]!.y <= points[highest]!.y)) highest = end
    }
    const indexes = new Set([start, lowest, highest, end - 1].sort((a, b) => a - b))
    for (const index of indexes) kept.push(points[index]!)
    start = end
  }
  return kept
}

/** The data of an SVG path: lines from point to point, and a dot for one between two gaps. */
export const pathOf = (points: readonly LinePoint[]): string => {
  const commands: string[] = []
  let isOpen = false
  for (const [index, { x, y }] of points.entries()) {
    if (Number.isFinite(y)) {
      const isAlone = !isOpen && !Number.isFinite(points[index + 1]?.y)
      commands.push(`${isOpen ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}${isAlone ? 'h0' : ''}`)
    }
    isOpen = Number.isFinite(y)
  }
  return commands.join('')
}
