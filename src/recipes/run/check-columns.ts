/**
 * Whether the tables of a recipe have the columns that it names, told before their rows are read:
 * what no row has is a fault of the recipe, and not one of each row.
 */

import { didYouMean } from '../../data/nearest-name.js'
import {
  type LayoutOptions,
  printRow,
  readLayout,
  type TableLayout,
} from '../../data/text/table-layout.js'
import type { RecordContext } from '../../data/text/table-record.js'
import { DataError, RecipeError } from '../../errors.js'

/** Columns that a recipe names. */
export interface NamedColumns {
  /** The key of the recipe's data that names them, such as `label`. */
  readonly key: string
  readonly names: readonly string[]
}

/** A table, and how it is laid out. */
export interface LaidOutTable extends TableLayout {
  readonly path: string
}

export interface CheckColumnsOptions extends Pick<LayoutOptions, 'columns' | 'header'> {
  /** What a table needs, or several such, of which one is enough. */
  readonly needed: readonly (readonly NamedColumns[])[]
  /** The key of the recipe's data that has names for the columns of a table without a header. */
  readonly naming?: 'header' | 'columns'
}

/**
 * The layouts of tables; what cannot be read at all is left to who reads the rows. Throws RecipeError
 * where none of the tables can be used.
 */
export const checkColumns = async (
  paths: readonly string[],
  { needed, naming = 'columns', ...options }: CheckColumnsOptions,
  context: Omit<RecordContext, 'onFault'>,
): Promise<LaidOutTable[]> => {
  const alternatives = needed.map((columns) => columns.flatMap(({ names }) => names))
  const isEnough = (columns: readonly string[]) =>
    alternatives.some((names) => names.every((name) => columns.includes(name)))
  const wanted = alternatives.flat()
  const tables: LaidOutTable[] = []
  for (const path of paths) {
    const layout = await tryLayout(path, { ...options, wanted, isEnough }, context)
    if (layout !== undefined) tables.push({ path, ...layout })
  }
  const isUsable = ({ columns, delimited }: LaidOutTable) =>
    delimited?.fault === undefined && isEnough(columns)
  // Of tables that cannot be read nothing is known.
  if (tables.length < paths.length || tables.some(isUsable)) return tables
  const [first = []] = needed
  checkHeaders(tables, first, naming)
  const isDoubtful = options.header === 'detect' && !tables.some(hasSome(wanted))
  for (const one of first) checkNames(one, tables, isDoubtful)
  return tables
}

/** The layout of a table; undefined where it is empty or cannot be read. */
const tryLayout = async (
  path: string,
  options: LayoutOptions,
  context: Omit<RecordContext, 'onFault'>,
): Promise<TableLayout | undefined> => {
  try {
    const layout = await readLayout(path, options, context)
    return layout.columns.length === 0 ? undefined : layout
  } catch (error) {
    if (error instanceof DataError) return undefined
    throw error
  }
}

const hasSome =
  (wanted: readonly string[]) =>
  ({ columns }: TableLayout): boolean =>
    wanted.some((name) => columns.includes(name))

/** Throws RecipeError where each first row is something else than the recipe says. */
const checkHeaders = (
  tables: readonly LaidOutTable[],
  needed: readonly NamedColumns[],
  naming: 'header' | 'columns',
): void => {
  const faults = tables.flatMap(({ path, columns, delimited }) => {
    const { fault, header } = delimited ?? {}
    if (fault === undefined) return []
    const names = needed.flatMap((one) => one.names)
    const example = columns.map((_, place) => names[place] ?? `column ${place + 1}`).join(', ')
    const mend =
      header === 'absent'
        ? `, ${naming === 'header' ? 'or' : 'and'} name them by "${naming}: [${example}]"`
        : ''
    return [`${path}: ${fault}${mend}`]
  })
  if (faults.length < tables.length) return
  throw new RecipeError(faults[0]!, { keys: ['data', 'header'] })
}

/** Throws RecipeError where no table has a column; the first row may be doubtful as a header, too. */
const checkNames = (
  { key, names }: NamedColumns,
  tables: readonly LaidOutTable[],
  isDoubtful: boolean,
): void => {
  const columns = [...new Set(tables.flatMap((table) => table.columns))]
  const missing = names.find((name) => !columns.includes(name))
  if (missing === undefined) return
  const paths = tables.map(({ path }) => path).join(', ')
  const [lack, have] =
    tables.length === 1
      ? [`${paths} has no column ${missing}`, 'it has']
      : [`none of ${paths} has a column ${missing}`, 'they have']
  const headers = tables.map(({ delimited }) => delimited?.header)
  const without = headers.includes('absent') ? 'without a header ' : ''
  const advice =
    isDoubtful && headers.includes('present')
      ? ' Or say "header: absent" where the first row is one like the others.'
      : ''
  throw new RecipeError(
    `${lack}; ${without}${have} ${printRow(columns)}.${didYouMean(missing, columns)}${advice}`,
    { keys: ['data', key] },
  )
}
