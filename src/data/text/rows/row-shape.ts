/** What a row is: how one is made of the fields of a record, and where it was found. */

/** How a record becomes a row. */
export interface RowShape<Row> {
  /** The fields that it needs, by which a header is known. */
  readonly fields: readonly string[]
  /** The row, or what is wrong with the record. */
  read(fields: Fields): ReadRow<Row>
}

export type Fields = Readonly<Record<string, unknown>>

export type ReadRow<Row> =
  | {
      readonly row: Row
      /** Parts of the record that were left out of the row, and why. */
      readonly leftOut?: readonly string[]
    }
  | { readonly fault: string }

/** Where a row was found. */
export interface RowPlace {
  readonly file: string
  /** From 1; in a Parquet file, the number of the row. */
  readonly line: number
}

/** A field of a record's own, not one that all objects have. */
export const fieldOf = (fields: Fields, name: string): unknown =>
  Object.hasOwn(fields, name) ? fields[name] : undefined
