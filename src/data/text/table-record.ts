/** A record of a table, what reading some uses of the world, and which files are tables. */

import { DataError } from '../../errors.js'
import type { SourceContext } from '../source.js'

export interface TableRecord {
  readonly file: string
  /** From 1; in a Parquet file, the number of the row. */
  readonly line: number
  readonly fields: Readonly<Record<string, unknown>>
}

/** What reading records uses of the world around it. */
export interface RecordContext extends Pick<SourceContext, 'files' | 'onFault'> {
  /** Ends the reading, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** Files that hold records, by the end of their name. */
export const tableEnding = /\.(?:(?:jsonl|ndjson|csv|tsv)(?:\.gz)?|parquet)$/i

export type TableFormat = 'json-lines' | 'csv' | 'tsv' | 'parquet'

/** The format that a file's name tells. Throws DataError for one that is no table. */
export const formatOf = (path: string): TableFormat => {
  const ending = /\.(jsonl|ndjson|csv|tsv|parquet)(?:\.gz)?$/i.exec(path)?.[1]?.toLowerCase()
  switch (ending) {
    case 'jsonl':
    case 'ndjson':
      return 'json-lines'
    case 'csv':
    case 'tsv':
    case 'parquet':
      return ending
    default:
      throw new DataError(
        `${path}: expected a table, whose name ends in .jsonl, .csv, .tsv or .parquet; rename or convert it`,
      )
  }
}
