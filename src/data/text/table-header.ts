/** Whether the first row of a table names its columns, judged by the rows after it. */

/** What columns of labels and of texts are likely to be called, likeliest first. */
export const usualLabelNames: readonly string[] =
  'label class category target species sentiment topic y'.split(' ')
export const usualTextNames: readonly string[] =
  'text sentence title content review body abstract'.split(' ')

/** Rows after the first that are looked at, at most and at least: of few, each may be alone. */
export const rowsLookedAt = 1000
const fewestRows = 10

/** Characters of a name; what is longer is a text. */
const longestName = 40

/**
 * Whether the first row is unlike the others: short, without numbers and repetitions, and in some
 * column a usual name, or the only value that is no number or comes once. How often a row has a value
 * of its own is estimated by the share of the others that do (Good and Turing): one in a hundred.
 */
export const seemsHeader = (
  first: readonly string[],
  others: readonly (readonly string[])[],
): boolean => {
  const names = first.map((name) => name.trim())
  const areNames = names.every(
    (name) => name !== '' && name.length <= longestName && !isNumber(name),
  )
  if (!areNames || new Set(names).size < names.length) return false
  return names.some((name, column) => {
    const values = others.map((row) => row[column]!.trim())
    if (values.includes(name)) return false
    if (isUsual(name)) return true
    return values.length >= fewestRows && (values.every(isNumber) || areLabels(values))
  })
}

const isNumber = (value: string): boolean => value !== '' && Number.isFinite(Number(value))

const usual: ReadonlySet<string> = new Set([...usualLabelNames, ...usualTextNames])

const isUsual = (name: string): boolean => usual.has(name.toLowerCase())

/** Whether there are several values, of which nearly all come again. */
const areLabels = (values: readonly string[]): boolean => {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const alone = Array.from(counts.values()).filter((count) => count === 1).length
  return counts.size > 1 && alone <= values.length / 100
}
