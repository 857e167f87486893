/**
 * The few kinds of errors that Tesserae throws on purpose. A message names the subject, what was
 * expected, what was found and what to do, in one line; anything else that is thrown is a bug.
 */

/** An error that its reader can mend. The command line prints its message and exits with 1. */
export class TesseraeError extends Error {
  override readonly name: string = 'TesseraeError'
}

/** Shapes or dtypes that do not fit an operation. */
export class ShapeError extends TesseraeError {
  override readonly name = 'ShapeError'
}

export interface RecipeErrorOptions extends ErrorOptions {
  /** The keys that lead to the value at fault; the message begins with them. */
  readonly keys?: readonly string[]
}

/** A recipe that does not follow the schema or does not fit its data, or a flag that contradicts it. */
export class RecipeError extends TesseraeError {
  override readonly name = 'RecipeError'
  /** For who knows where in the recipe's text the value stands. */
  readonly keys: readonly string[] | undefined

  constructor(message: string, { keys, ...options }: RecipeErrorOptions = {}) {
    super(keys === undefined ? message : `${keys.join('.')}: ${message}`, options)
    this.keys = keys
  }
}

/** A data set, picture or record that is missing, damaged or of the wrong form. */
export class DataError extends TesseraeError {
  override readonly name = 'DataError'
}

/** A file or folder that cannot be read, written or trusted: weights, checkpoints, model folders. */
export class StorageError extends TesseraeError {
  override readonly name = 'StorageError'
}

/** A device, session or run that failed: a missing adapter, a loss that is not finite. */
export class RuntimeError extends TesseraeError {
  override readonly name = 'RuntimeError'
}
