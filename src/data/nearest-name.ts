/** Finds the name that somebody meant, for messages about names that do not exist. */

/**
 * The known name that is closest to a misspelt or shortened one; undefined where none is close
 * enough to be a likely mistake: one slip for every three letters, at least one.
 */
export const nearestName = (name: string, known: Iterable<string>): string | undefined =>
  Array.from(known, (candidate) => ({ candidate, slips: slipsBetween(name, candidate) }))
    .filter(({ slips }) => slips < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.slips - b.slips)[0]?.candidate

/** " Did you mean steps?" or nothing, to put behind a sentence. */
export const didYouMean = (name: string, known: Iterable<string>, prefix = ''): string => {
  const nearest = nearestName(name, known)
  return nearest === undefined ? '' : ` Did you mean ${prefix}${nearest}?`
}

/** A beginning of three letters or more, such as --temp, is as good as one slip; so is one word. */
const slipsBetween = (name: string, candidate: string): number => {
  const [written, meant] = [plain(name), plain(candidate)]
  if (written.length < 3) return likelySlips(written, meant)
  const words = candidate.split(/(?=[A-Z])|[-_ ]/).map(plain)
  return Math.min(
    likelySlips(written, meant),
    meant.startsWith(written) ? 1 : Number.POSITIVE_INFINITY,
    ...words.map((word) => 1 + likelySlips(written, word)),
  )
}

/** Infinitely many where there are too many for a mistake. */
const likelySlips = (written: string, meant: string): number => {
  const slips = editDistance(written, meant)
  const allowed = Math.max(1, Math.max(written.length, meant.length) / 3)
  return slips <= allowed ? slips : Number.POSITIVE_INFINITY
}

/** Capitals and the way words are joined are no slips: keepEvery, keep-every, keep_every. */
const plain = (name: string): string => name.toLowerCase().replace(/[-_ ]/g, '')

/** Letters to insert, remove, replace or swap with their neighbour (Damerau 1964), at the least. */
const editDistance = (a: string, b: string): number => {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1]
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current[column] = Math.min(
        last[column]! + 1,
        current[column - 1]! + 1,
        last[column - 1]! + (isSame ? 0 : 1),
        isSwapped ? beforeLast[column - 2]! + 1 : Number.POSITIVE_INFINITY,
      )
    }
    beforeLast = last
    last = current
  }
  return last[b.length]!
}
