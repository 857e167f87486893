/** The rows of a recipe that writes texts from texts: read, and divided into parts. */

import { createFaultCounter, type FaultReport } from '../../data/fault-report.js'
import { pairRow, type TextPair } from '../../data/text/rows/pair-row.js'
import { passageRow } from '../../data/text/rows/passage-row.js'
import { collectRows } from '../../data/text/rows/read-rows.js'
import type { RowShape } from '../../data/text/rows/row-shape.js'
import { splitRows } from '../../data/text/rows/split-rows.js'
import { hashOf } from '../../engine/tensor/random.js'
import { DataError } from '../../errors.js'
import type { PairDataRecipe } from '../schema/pair-data.js'
import type { RunEnvironment } from './environment.js'
import { locatePath } from './locate-source.js'

/** A question on a passage, with the answers that people gave. */
export interface PassageQuestion {
  readonly passage: string
  readonly question: string
  readonly answers: readonly string[]
}

export interface Parts<Row> {
  readonly training: readonly Row[]
  readonly validation: readonly Row[]
  readonly test: readonly Row[]
}

export type PairData = {
  /** Of rows of all parts that could not be used. */
  readonly faults: FaultReport
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

/** Reads and divides the rows. Throws DataError where a part cannot be used. */
export const preparePairData = async (
  data: PairDataRecipe,
  { seed, environment, described = 20 }: PreparePairDataOptions,
): Promise<PairData> => {
  const { files, signal } = environment
  const faults = createFaultCounter(described)
  const { columns, header } = data
  const options = { header, ...(columns === undefined ? {} : { columns }) }

  const readParts = async <Row extends object>(
    shape: RowShape<Row>,
    textOf: (row: Row) => string,
  ): Promise<Parts<Row>> => {
    const read = async (path: string | readonly string[]): Promise<readonly Row[]> => {
      const paths = await Promise.all([path].flat().map((one) => locatePath(one, environment)))
      return collectRows(paths, shape, options, { files, signal, onFault: faults.add })
    }
    const { test, validation } = data
    const shareOf = (part: typeof test) => (typeof part === 'number' ? part : 0)
    const hold = (rows: readonly Row[], part: 'test' | 'validation', share: number) =>
      splitRows(rows, { share, seed: hashOf(seed, part), textOf })
    const first = hold(await read(data.path), 'test', shareOf(test))
    const share = shareOf(validation) / (1 - shareOf(test))
    const second = hold(first.training, 'validation', share)
    const partOf = async (part: typeof test, held: readonly Row[]) =>
      part === undefined || typeof part === 'number' ? held : read(part)
    const parts = {
      training: second.training,
      validation: await partOf(validation, second.validation),
      test: await partOf(test, first.validation),
    }
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
    const parts = await readParts(shape, ({ source }) => source)
    return { content: 'texts', ...parts, faults: faults.report() }
  }
  const parts = await readParts(passageRow, ({ passage }) => passage)
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
  }
}
