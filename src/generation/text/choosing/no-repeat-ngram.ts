/** Keeps a text from saying the same n tokens in a row twice (Paulus et al. 2017, section 2.5). */

/** The ids that would complete a stretch of n ids that is already there. */
export const completionsOfRepeats = (ids: readonly number[], n: number): Set<number> => {
  const completions = new Set<number>()
  const start = ids.length - (n - 1)
  for (let place = 0; place + n <= ids.length; place++) {
    let same = 0
    while (same < n - 1 && ids[place + same] === ids[start + same]) same++
    if (same === n - 1) completions.add(ids[place + n - 1]!)
  }
  return completions
}

/** Rules those ids out, in place; where nothing would be left to say, a repeat is allowed. */
export const forbidRepeats = (scores: Float32Array, ids: readonly number[], n: number): void => {
  const forbidden = completionsOfRepeats(ids, n)
  const isLeft = scores.some((score, id) => score > Number.NEGATIVE_INFINITY && !forbidden.has(id))
  if (!isLeft) return
  for (const id of forbidden) scores[id] = Number.NEGATIVE_INFINITY
}
