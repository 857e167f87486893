/** Overrides of a recipe's values: `model.depth=4`. */

import { parseDocument } from 'yaml'
import { RecipeError } from '../errors.js'

export interface Override {
  /** As it was written. */
  readonly text: string
  readonly path: readonly string[]
  readonly value: unknown
}

/** Reads `key.key=value`, the value as YAML. Throws RecipeError where it has another form. */
export const parseOverride = (text: string): Override => {
  const [, keys, written] = /^([^=\s.]+(?:\.[^=\s.]+)*)=(.*)$/s.exec(text) ?? []
  if (keys === undefined || written === undefined) {
    throw new RecipeError(
      `override ${text}: expected a key and a value, such as training.steps=500. Write them with = between and no spaces around it.`,
    )
  }
  const document = parseDocument(written, { prettyErrors: false })
  const [fault] = [...document.errors, ...document.warnings]
  if (fault !== undefined) {
    throw new RecipeError(`override ${text}: the value is not valid YAML: ${fault.message}.`)
  }
  return { text, path: keys.split('.'), value: document.toJS() }
}

/** The keys of which a training has one: how long it is. */
const lengths = ['steps', 'minutes', 'epochs']

/** The same overrides, in which a length of a training takes away those that it had before. */
export const replaceLengths = (overrides: readonly Override[]): Override[] =>
  overrides.flatMap((override) => {
    const { text, path, value } = override
    const [section, key = ''] = path.slice(-2)
    if (section !== 'training' || !lengths.includes(key) || value === null) return [override]
    const others = lengths.filter((length) => length !== key)
    const removals = others.map((other) => {
      return { text, path: [...path.slice(0, -1), other], value: null }
    })
    return [...removals, override]
  })
