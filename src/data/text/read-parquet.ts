/**
 * The rows of a Parquet file, of which only some columns are read. A row group at a time is in
 * memory: its writer decides how large that is.
 */

import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from 'hyparquet'
import { DataError, StorageError } from '../../errors.js'
import type { Files } from '../../storage/files.js'

export interface ParquetRow {
  /** From 1. */
  readonly row: number
  readonly fields: Readonly<Record<string, unknown>>
}

export interface ReadParquetOptions {
  /** Columns that are read where the file has them; all by default. */
  readonly columns?: readonly string[]
}

/**
 * Throws DataError for what is no Parquet file, for one that cannot be unpacked, and for one without
 * any of the columns.
 */
export async function* readParquet(
  files: Files,
  path: string,
  { columns }: ReadParquetOptions = {},
): AsyncGenerator<ParquetRow> {
  const { file, metadata } = await openParquet(files, path)
  const names = columnsOf(metadata)
  const chosen = columns?.filter((column) => names.includes(column))
  if (columns !== undefined && columns.length > 0 && chosen!.length === 0) {
    throw new DataError(
      `${path}: expected a column ${columns.join(' or ')}, found ${names.join(', ')}; name one of them`,
    )
  }
  let row = 0
  for (const group of metadata.row_groups) {
    const rows = await during(path, () =>
      parquetReadObjects({
        file,
        metadata,
        rowStart: row,
        rowEnd: row + Number(group.num_rows),
        ...(chosen === undefined ? {} : { columns: chosen }),
      }),
    )
    for (const fields of rows) yield { row: ++row, fields }
  }
}

/** The names of the columns. Throws DataError like the above. */
export const readParquetColumns = async (files: Files, path: string): Promise<string[]> =>
  columnsOf((await openParquet(files, path)).metadata)

const openParquet = async (
  files: Files,
  path: string,
): Promise<{ file: AsyncBuffer; metadata: FileMetaData }> => {
  const file: AsyncBuffer = {
    byteLength: (await files.stat(path))?.size ?? 0,
    slice: async (start, end = file.byteLength) => (await files.readRange(path, start, end)).buffer,
  }
  return { file, metadata: await during(path, () => parquetMetadataAsync(file)) }
}

const during = async <Result>(path: string, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof StorageError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DataError(
      `${path}: not a Parquet file that can be read (${reason}); copy it again, or write it anew with Snappy or without compression`,
      { cause },
    )
  }
}

/** The names of the columns at the top of the schema. */
const columnsOf = ({ schema }: FileMetaData): string[] => {
  const names: string[] = []
  let index = 1
  const skip = (): void => {
    const children = schema[index++]?.num_children ?? 0
    for (let child = 0; child < children; child++) skip()
  }
  while (index < schema.length) {
    names.push(schema[index]!.name)
    skip()
  }
  return names
}
