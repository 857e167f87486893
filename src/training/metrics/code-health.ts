/** How well the codes of a tokenizer are used. */

export interface CodeHealth {
  /** The share of codes that occur at all. */
  readonly usage: number
  /** e to the entropy of the codes: as many evenly used codes would be as surprising. */
  readonly perplexity: number
  /** Codes that never occur. */
  readonly dead: number
}

/** The health of `codes` different codes, judged by a sample of them. */
export const codeHealth = (sample: Int32Array, codes: number): CodeHealth => {
  const counts = new Float64Array(codes)
  for (const code of sample) counts[code]!++
  let entropy = 0
  let used = 0
  for (const count of counts) {
    if (count === 0) continue
    used++
    entropy -= (count / sample.length) * Math.log(count / sample.length)
  }
  return { usage: used / codes, perplexity: Math.exp(entropy), dead: codes - used }
}
