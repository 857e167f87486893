/** The reference of recipe keys as Markdown, printed from the schema itself. */

import type { z } from 'zod'
import { createFactor, type ScheduleOptions } from '../training/schedules/create-factor.js'
import * as schedules from '../training/schedules/index.js'
import type { Schedule } from '../training/schedules/schedule.js'
import { recipeJsonSchema } from './json-schema.js'
import { parseRecipe } from './parse-recipe.js'

/** Parts of the schema are cast to it: none is a bare `true` or `false`, as JSON Schema would allow. */
type JsonSchema = z.core.JSONSchema.BaseSchema
type Properties = Readonly<Record<string, JsonSchema>>

/**
 * All keys with their values, defaults and meaning, the schedules as numbers, and some recipes, given
 * as texts by the names of their files.
 */
export const printRecipeReference = (recipes: ReadonlyMap<string, string>): string => {
  const tasks = (recipeJsonSchema().oneOf as JsonSchema[]).map(propertiesOf)
  const [first = {}, ...others] = tasks
  const isCommon = (key: string) =>
    others.every((properties) => JSON.stringify(properties[key]) === JSON.stringify(first[key]))
  const common = Object.keys(first).filter(isCommon)
  return `${[
    '# Keys of recipes',
    '<!-- Written by scripts/write-recipe-reference.mjs from the schema in src/recipes and the recipes. -->',
    introduction,
    '## The recipes of the package',
    'Each is trained by its name, `tesserae train shakespeare-nano`; those of your own data once a copy names that.',
    [
      '| name | task | what it trains |',
      '|---|---|---|',
      ...Array.from(recipes, ([name, text]) => {
        const { task, summary } = parseRecipe(text, { name })
        return `| \`${name.replace(/\.yaml$/, '')}\` | \`${task}\` | ${summary} |`
      }),
    ].join('\n'),
    ...tasks.flatMap(({ task, ...properties }) => [
      `## \`task: ${task!.const}\``,
      `It ${task!.description}. Beside the keys of every task:`,
      printTable(
        Object.keys(properties).filter((key) => !common.includes(key)),
        properties,
      ),
    ]),
    '## Every task',
    printTable(common, first),
    '## Schedules',
    'The factor of the learning rate after a share of the run, with the default options.',
    printSchedules(),
  ].join('\n\n')}\n`
}

const introduction = `A recipe is a YAML file that describes a run. Keys that are not listed here are errors.
\`--set key.key=value\` on the command line takes the place of any value. Where a key has kinds, a
kind alone stands for that kind with its default options: \`schedule: cosine\`.`

interface Row {
  readonly key: string
  readonly value: string
  readonly fallback: string
  readonly meaning: string
}

const printTable = (keys: readonly string[], properties: Properties): string =>
  [
    '| key | value | default | meaning |',
    '|---|---|---|---|',
    ...keys
      .flatMap((key) => rowsOf(key, properties[key]!))
      .map(
        ({ key, value, fallback, meaning }) =>
          `| \`${key}\` | ${value} | ${fallback} | ${meaning} |`,
      ),
  ].join('\n')

const propertiesOf = ({ properties = {} }: JsonSchema): Properties => properties as Properties

/** The keys below a key: its own, or those of a record that may stand in the place of a value. */
const keysBelow = (schema: JsonSchema): [string, JsonSchema][] =>
  [schema, ...((schema.anyOf ?? []) as JsonSchema[])]
    .filter((record) => kindOf(record) === undefined)
    .flatMap((record) => Object.entries(propertiesOf(record)))

/** The row of a key and those of the keys below it. */
const rowsOf = (key: string, schema: JsonSchema): Row[] => {
  const kinds = kindsOf(schema)
  const below = keysBelow(schema)
  const row = {
    key,
    value: describeValue(schema),
    fallback:
      schema.default === undefined || schema.properties !== undefined ? '' : code(schema.default),
    meaning: [schema.description ?? '', ...kinds.map(summaryOf)].filter(Boolean).join('<br>'),
  }
  return [
    row,
    ...below.flatMap(([name, child]) => rowsOf(`${key}.${name}`, child)),
    ...optionRows(key, kinds),
  ]
}

/** The records that a `kind` tells apart. */
const kindsOf = ({ anyOf, oneOf }: JsonSchema): JsonSchema[] =>
  [...(anyOf ?? []), ...(oneOf ?? [])].filter((record) => kindOf(record) !== undefined)

const kindOf = (record: JsonSchema): string | undefined =>
  // Kinds are texts.
  propertiesOf(record).kind?.const as string | undefined

const summaryOf = (record: JsonSchema): string =>
  `${code(kindOf(record))}: ${propertiesOf(record).kind!.description ?? record.description}`

/** The options of the kinds; one that several kinds share has one row. */
const optionRows = (key: string, kinds: readonly JsonSchema[]): Row[] => {
  const shared = new Map<string, { readonly rows: Row[]; readonly owners: string[] }>()
  for (const record of kinds) {
    const { kind, ...options } = propertiesOf(record)
    for (const [name, option] of Object.entries(options)) {
      const rows = rowsOf(`${key}.${name}`, option)
      const identity = JSON.stringify(rows)
      const known = shared.get(identity)
      if (known === undefined) shared.set(identity, { rows, owners: [code(kind!.const)] })
      else known.owners.push(code(kind!.const))
    }
  }
  return Array.from(shared.values()).flatMap(({ rows: [row, ...below], owners }) => {
    const owned = owners.length === kinds.length ? '' : `with ${owners.join(', ')}: `
    return [{ ...row!, meaning: `${owned}${row!.meaning}` }, ...below]
  })
}

const code = (value: unknown): string =>
  `\`${typeof value === 'string' && value !== '' ? value : JSON.stringify(value)?.replaceAll(/[,:]/g, '$& ')}\``

/** "numbers by name": a record whose keys are the user's. */
const namedValues = ({ additionalProperties }: JsonSchema): string => {
  const value = additionalProperties as JsonSchema | undefined
  return `${value?.type === 'string' ? 'texts' : 'numbers'} by name`
}

const describeValue = (schema: JsonSchema): string => {
  if (kindsOf(schema).length > 0) return 'a kind, or its options'
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ')
  if (schema.const !== undefined) return code(schema.const)
  if (schema.anyOf?.some(({ type }) => type === 'array')) return 'text, or list of texts'
  if (schema.anyOf !== undefined) {
    const values = schema.anyOf as JsonSchema[]
    // Of all values only times have a pattern.
    const isInterval = values.some(({ pattern }) => pattern !== undefined)
    return isInterval ? 'steps or a time' : values.map(describeValue).join(' or ')
  }
  switch (schema.type) {
    case 'integer':
      return `whole number${rangeOf(schema)}`
    case 'number':
      return `number${rangeOf(schema)}`
    case 'boolean':
      return 'true or false'
    case 'array':
      return Array.isArray(schema.items)
        ? `list of ${schema.items.length} ${describeSeveral(schema.items[0] as JsonSchema)}`
        : `list of ${describeSeveral(schema.items as JsonSchema)}`
    case 'object':
      return schema.properties === undefined ? namedValues(schema) : 'keys below'
    default:
      return 'text'
  }
}

const describeSeveral = (schema: JsonSchema): string =>
  describeValue(schema).replace(/number|text/, '$&s')

const rangeOf = ({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string => {
  if (minimum !== undefined && maximum !== undefined) return `, ${minimum} to ${maximum}`
  const bounds = [
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`above ${exclusiveMinimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
    ...(exclusiveMaximum === undefined ? [] : [`below ${exclusiveMaximum}`]),
  ]
  return bounds.map((bound) => `, ${bound}`).join('')
}

const shownShares = [0.01, 0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 1]
const shownSteps = 10_000

const printSchedules = (): string => {
  const all = Object.values<Schedule>(schedules)
  const rows = all.map(({ kind, options }) => {
    // The options are what the schedule of that kind makes of none.
    const factor = createFactor({ kind, ...options.parse({}) } as ScheduleOptions, shownSteps)
    const factors = shownShares.map((share) => factor(share * shownSteps).toFixed(2))
    return `| \`${kind}\` | ${factors.join(' | ')} |`
  })
  return [
    `| kind | ${shownShares.map((share) => `${100 * share} %`).join(' | ')} |`,
    `|---|${'---|'.repeat(shownShares.length)}`,
    ...rows,
  ].join('\n')
}
