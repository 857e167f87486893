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
