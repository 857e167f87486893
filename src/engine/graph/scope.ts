/** Where in a model a node is made: a stack of names, kept while functions are traced. */

import { ShapeError } from '../../errors.js'

const names: string[] = []

/** The names of the open scopes joined with dots. */
export const currentScope = (): string => names.join('.')

/** Runs a function whose nodes, and whose errors, are marked with `name`. */
export const withScope = <Result>(name: string, compute: () => Result): Result => {
  names.push(name)
  try {
    return compute()
  } finally {
    names.pop()
  }
}

/** The error with the operation and the place where it was applied in its message. */
export const locateError = (error: unknown, operation: string): unknown => {
  if (!(error instanceof ShapeError)) return error
  const place = currentScope()
  return new ShapeError(
    `${operation}: ${error.message}${place === '' ? '' : `\n  while applying ${place}`}`,
  )
}
