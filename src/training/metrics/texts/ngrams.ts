/** Runs of items, such as characters or words, with how often each occurs. */

/** The runs of `order` items; a run is named by its items with a character between that no text has. */
export const countNgrams = (items: readonly string[], order: number): Map<string, number> => {
  const counts = new Map<string, number>()
  for (let start = 0; start + order <= items.length; start++) {
    const name = items.slice(start, start + order).join('\u0000')
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

/** How many runs two texts have in common, each counted as often as in the text that has it less. */
export const countShared = (
  one: ReadonlyMap<string, number>,
  other: ReadonlyMap<string, number>,
): number => {
  let shared = 0
  for (const [name, count] of one) shared += Math.min(count, other.get(name) ?? 0)
  return shared
}
