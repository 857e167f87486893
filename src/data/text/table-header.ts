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

interface Column {
  /** In the first row. */
  readonly name: string
  /** In the rows after it. */
  readonly values: readonly string[]
}

const columnsOf = (
  first: readonly string[],
  others: readonly (readonly string[])[],
): readonly Column[] =>
  first.map((name, column) => ({
    name: name.trim(),
    values: others.map((row) => row[column]!.trim()),
  }))

/**
 * Whether the first row is unlike the others: short, without numbers and repetitions, and in some
 * column a usual name, or the only value that is no number or comes once. How often a row has a value
 * of its own is estimated by the share of the others that do (Good and Turing): one in a hundred.
 */
export const seemsHeader = (
  first: readonly string[],
  others: readonly (readonly string[])[],
): boolean => {
  const columns = columnsOf(first, others)
  const areNames = columns.every(
    ({ name }) => name !== '' && name.length <= longestName && !isNumber(name),
  )
  if (!areNames || new Set(columns.map(({ name }) => name)).size < columns.length) return false
  return columns.some(({ name, values }) => {
    if (values.includes(name)) return false
    if (isUsual(name)) return true
    return values.length >= fewestRows && (values.every(isNumber) || areLabels(values))
  })
}

/**
 * Whether the first row is certainly like the others: in some column it has a label that others have,
 * or a number among numbers, and nothing tells that it names the columns. Where neither this nor
 * `seemsHeader` is true, the first row may be either.
 */
export const seemsRow = (
  first: readonly string[],
  others: readonly (readonly string[])[],
): boolean => {
  // A header comes again below where files were joined, and then always as a whole.
  const rows = others.filter((row) => row.some((value, column) => value !== first[column]))
  const columns = columnsOf(first, rows)
  const hasName = columns.some(
    ({ name, values }) =>
      (isUsual(name) && !values.includes(name)) ||
      (name !== '' &&
        !isNumber(name) &&
        values.length >= fewestRows &&
        values.every((value) => value === '' || isNumber(value))),
  )
  if (hasName || arePlaces(columns)) return false
  const numbers = columns.filter(({ name }) => isNumber(name))
  return columns.some(
    (column) =>
      isLabelAmongLabels(column) || (numbers.length === 1 && isNumberAmongNumbers(column)),
  )
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

/** Whether values are few enough to be labels: several, each of which comes twice on average. */
export const couldBeLabels = (values: readonly string[]): boolean => {
  const distinct = new Set(values).size
  return distinct >= 2 && distinct <= Math.max(2, values.length / 2)
}

const isLabelAmongLabels = ({ name, values }: Column): boolean =>
  name !== '' && values.includes(name) && couldBeLabels([name, ...values])

/** Several numbers may be names, such as years or wavelengths; so may one that is far from the others. */
const isNumberAmongNumbers = ({ name, values }: Column): boolean => {
  if (!isNumber(name) || /^(19|20)\d\d$/.test(name)) return false
  if (values.length === 0 || !values.every(isNumber)) return false
  const numbers = values.map(Number)
  const isInside = Math.min(...numbers) <= Number(name) && Number(name) <= Math.max(...numbers)
  return isInside || values.length < fewestRows
}

/** Whether columns are called 0, 1, 2, as programs write them that have no names; rows may be numbered. */
const arePlaces = (columns: readonly Column[]): boolean => {
  const names = columns.map(({ name }) => name)
  const named = names[0] === '' ? names.slice(1) : names
  return named.length > 1 && named.every((name, place) => name === String(place))
}
