/** The rows of a recipe that writes texts from texts: read, and divided into parts. */

import { createFaultCounter, type FaultReport } from '../../../data/fault-report.js'
import { parseFieldTemplate } from '../../../data/text/field-template.js'
import { pairRow, type TextPair } from '../../../data/text/rows/pair-row.js'
import { passageRow } from '../../../data/text/rows/passage-row.js'
import { collectRows } from '../../../data/text/rows/read-rows.js'
import type { RowShape } from '../../../data/text/rows/row-shape.js'
import { DataError } from '../../../errors.js'
import type { PairDataRecipe } from '../../schema/pair-data.js'
import { checkColumns, type LaidOutTable, type NamedColumns } from '../check-columns.js'
import type { RunEnvironment } from '../environment.js'
import { locatePath } from '../locate-source.js'
import { type Parts, readParts } from '../read-parts.js'

/** A question on a passage, with the answers that people gave. */
export interface PassageQuestion {
  readonly passage: string
  readonly question: string
  readonly answers: readonly string[]
}

export type PairData = {
  /** Of rows of all parts that could not be used. */
  readonly faults: FaultReport
  /** How the tables of all parts are laid out. */
  readonly tables: readonly LaidOutTable[]
} & (
  | ({ readonly content: 'texts' } & Parts<TextPair>)
  | ({ readonly content: 'questions' } & Parts<PassageQuestion>)
)

export interface PreparePairDataOptions {
  readonly seed: number
  readonly environment: Pick<RunEnvironment, 'files' | 'dataFolder' | 'signal'>
  /** How many faults are described; all are counted. */
  readonly described?: number
}

/**
 * Reads and divides the rows. Throws DataError where a part cannot be used, and RecipeError for
 * columns that its tables do not have.
 */
export const preparePairData = async (
  data: PairDataRecipe,
  { seed, environment, described = 20 }: PreparePairDataOptions,
): Promise<PairData> => {
  const { files, signal } = environment
  const faults = createFaultCounter(described)
  const { columns, header } = data
  const options = { header, ...(columns === undefined ? {} : { columns }) }

  const laidOut: LaidOutTable[] = []
  const read = async <Row extends object>(
    shape: RowShape<Row>,
    needed: readonly NamedColumns[],
    textOf: (row: Row) => string,
  ): Promise<Parts<Row>> => {
    const readTables = async (tables: readonly string[]): Promise<readonly Row[]> => {
      const paths = await Promise.all(tables.map((one) => locatePath(one, environment)))
      const check = { ...options, needed: [needed] }
      laidOut.push(...(await checkColumns(paths, check, { files, signal })))
      return collectRows(paths, shape, options, { files, signal, onFault: faults.add })
    }
    const parts = await readParts(data, readTables, { seed, textOf })
    for (const part of ['training', 'validation'] as const) {
      if (parts[part].length > 0) continue
      throw new DataError(
        `${[data.path].flat().join(', ')}: there are no rows for the ${part} part; add rows, or change data.validation`,
      )
    }
    return parts
  }

  if (data.content === 'texts') {
    const shape = pairRow({ source: data.source, target: data.target })
    const needed = (['source', 'target'] as const).map((key) => ({
      key,
      names: parseFieldTemplate(data[key]).fields,
    }))
    const parts = await read(shape, needed, ({ source }) => source)
    return { content: 'texts', ...parts, faults: faults.report(), tables: laidOut }
  }
  const needed = [{ key: 'content', names: passageRow.fields }]
  const parts = await read(passageRow, needed, ({ passage }) => passage)
  const asked = (rows: (typeof parts)['training']): PassageQuestion[] =>
    rows.flatMap(({ passage, questions }) =>
      questions.map((question) => ({ passage, ...question })),
    )
  return {
    content: 'questions',
    training: asked(parts.training),
    validation: asked(parts.validation),
    test: asked(parts.test),
    faults: faults.report(),
    tables: laidOut,
  }
}
