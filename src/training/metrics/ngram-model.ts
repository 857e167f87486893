/**
 * The baseline of language models: how likely a token is after the few before it, from counts. All
 * orders up to the largest are mixed as Witten and Bell do (1991; Chen and Goodman 1999, section
 * 2.4): the more different tokens have followed a context, the less it is trusted.
 */

export interface NgramModel {
  /** The probability of a token after those before it, of which the last few count. */
  probability(history: ArrayLike<number>, token: number): number
}

export interface NgramOptions {
  /** Tokens of the longest n-grams, the predicted one included. */
  readonly order: number
  /** How many ids there are; what was never seen shares a little evenly. */
  readonly vocabularySize: number
}

/** What followed a context. */
interface Followers {
  readonly counts: Map<number, number>
  total: number
}

/** The model of the n-grams in runs of tokens. */
export const fitNgramModel = (
  runs: Iterable<ArrayLike<number>>,
  { order, vocabularySize }: NgramOptions,
): NgramModel => {
  const contexts = new Map<string, Followers>()
  const keyOf = (tokens: ArrayLike<number>, start: number, end: number): string => {
    let key = ''
    for (let place = start; place < end; place++) {
      const token = tokens[place]!
      key += String.fromCharCode(token >>> 16, token & 0xffff)
    }
    return key
  }
  for (const tokens of runs) {
    for (let place = 0; place < tokens.length; place++) {
      for (let start = place; start >= 0 && place - start < order; start--) {
        const key = keyOf(tokens, start, place)
        let followers = contexts.get(key)
        if (followers === undefined) {
          followers = { counts: new Map(), total: 0 }
          contexts.set(key, followers)
        }
        const token = tokens[place]!
        followers.counts.set(token, (followers.counts.get(token) ?? 0) + 1)
        followers.total++
      }
    }
  }
  return {
    probability(history, token) {
      let probability = 1 / vocabularySize
      const first = Math.max(0, history.length - order + 1)
      for (let start = history.length; start >= first; start--) {
        const followers = contexts.get(keyOf(history, start, history.length))
        // A longer context was not seen either.
        if (followers === undefined) break
        const { counts, total } = followers
        const types = counts.size
        probability = ((counts.get(token) ?? 0) + types * probability) / (total + types)
      }
      return probability
    },
  }
}
