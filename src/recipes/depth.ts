/**
 * What follows from depth, the one dial of a Transformer: its width, its heads and its learning
 * rate. Each of them may be given instead.
 */

/** 64 for each block: 6 blocks are 384 wide. */
export const widthOfDepth = (depth: number): number => 64 * depth

/** The number of heads whose width is nearest to the wanted one; 1 for a width that is odd. */
export const headsOfWidth = (width: number, headWidth: number): number => {
  const distance = (heads: number) => Math.abs(Math.log(width / heads / headWidth))
  return possibleHeads(width).reduce(
    (best, heads) => (distance(heads) < distance(best) ? heads : best),
    1,
  )
}

/** The divisors of a width that leave each head an even width, as rotary positions need. */
export const possibleHeads = (width: number): number[] =>
  Array.from({ length: Math.floor(width / 2) }, (_, index) => index + 1).filter(
    (heads) => width % (2 * heads) === 0,
  )

/**
 * 0.0006 at a width of 768 (Brown et al. 2020, table 2.1), more in narrower networks: in proportion
 * to 1 / √width. Two digits, as nobody would write more.
 */
export const learningRateOfWidth = (width: number): number =>
  Number((0.0006 * Math.sqrt(768 / width)).toPrecision(2))
