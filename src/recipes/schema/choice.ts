/**
 * A choice among the entries of a shelf: a record that names its `kind` and has that kind's options.
 * Where the options have defaults, the bare kind stands for the record: `schedule: cosine`.
 */

import { z } from 'zod'

/** What an entry of a shelf contributes to recipes. */
export interface Choosable<
  Kind extends string = string,
  Options extends z.ZodObject = z.ZodObject,
> {
  readonly kind: Kind
  readonly summary: string
  readonly options: Options
}

type Shelf = Readonly<Record<string, Choosable>>

/** The record of any entry: its kind and its options. */
export type Chosen<Entries extends Shelf> = {
  [Name in keyof Entries]: { readonly kind: Entries[Name]['kind'] } & z.output<
    Entries[Name]['options']
  >
}[keyof Entries]

/** What a choice notes in its schema's metadata, for the JSON Schema. */
export interface ChoiceNotes {
  /** The kinds that may stand for their records. */
  readonly bareKinds: readonly string[]
  /** The kind of a record that names none. */
  readonly defaultKind?: string
}

/** A schema for the records of a shelf; with a default kind it may be left out. */
export const choiceOf = <const Entries extends Shelf>(
  shelf: Entries,
  defaultKind?: Entries[keyof Entries]['kind'],
) => {
  const entries = Object.values<Choosable>(shelf)
  const [first, ...others] = entries.map(({ kind, summary, options }) =>
    z.strictObject({ kind: z.literal(kind).describe(summary), ...options.shape }),
  )
  const notes: ChoiceNotes = {
    bareKinds: entries
      .filter(({ options }) => options.safeParse({}).success)
      .map(({ kind }) => kind),
    ...(defaultKind === undefined ? {} : { defaultKind }),
  }
  const choice = z
    .preprocess(
      (value) => expand(value, defaultKind),
      z.discriminatedUnion('kind', [first!, ...others]),
    )
    .meta({ ...notes })
  // The union is built in a loop, which hides from the compiler what the shelf's type says.
  const typed = choice as unknown as z.ZodType<Chosen<Entries>, unknown>
  return defaultKind === undefined ? typed : typed.prefault(defaultKind)
}

/** The record that a bare kind stands for, and one that names no kind with the default one. */
const expand = (value: unknown, defaultKind: string | undefined): unknown => {
  if (typeof value === 'string') return { kind: value }
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isMapping && defaultKind !== undefined ? { kind: defaultKind, ...value } : value
}
