/** The recipe schema as JSON Schema, with which editors complete keys and explain them. */

import { z } from 'zod'
import { recipeSchema } from './recipe.js'
import type { ChoiceNotes } from './schema/choice.js'

type JsonSchema = z.core.JSONSchema.BaseSchema

/** What recipes may contain, as draft 7, which editors of YAML read. */
export const recipeJsonSchema = (): JsonSchema =>
  z.toJSONSchema(recipeSchema, {
    target: 'draft-7',
    io: 'input',
    override: ({ jsonSchema }) => {
      dropSafeBounds(jsonSchema)
      // Zod copies what a choice notes of itself.
      if ('bareKinds' in jsonSchema) explainChoice(jsonSchema as JsonSchema & ChoiceNotes)
    },
  })

/** Every whole number has the bounds of exact integers, which tell a reader nothing. */
const dropSafeBounds = (schema: JsonSchema): void => {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
}

/** Allows a bare kind instead of a record, and records of the default kind that do not name it. */
const explainChoice = (schema: JsonSchema & Partial<ChoiceNotes>): void => {
  const { bareKinds = [], defaultKind, oneOf = [] } = schema
  // Notes may go that are not read again; the records of a choice are objects with a kind.
  delete (schema as { bareKinds?: unknown }).bareKinds
  delete (schema as { defaultKind?: unknown }).defaultKind
  delete schema.oneOf
  const records = (oneOf as JsonSchema[]).map((record) => {
    const kind = record.properties?.kind as JsonSchema
    return kind.const === defaultKind
      ? { ...record, required: (record.required ?? []).filter((key) => key !== 'kind') }
      : record
  })
  const bare = bareKinds.length === 0 ? [] : [{ type: 'string' as const, enum: [...bareKinds] }]
  schema.anyOf = [...bare, ...records]
}

/** The same as the text of a file. */
export const printRecipeJsonSchema = (): string =>
  `${JSON.stringify(recipeJsonSchema(), undefined, 2)}\n`
