import type { LanguageParts } from './model-folder.js'

/** Another project's model as a language model of ours. */
export interface ImportedModel extends LanguageParts {
  /** What it was: an architecture or a format. */
  readonly format: string
  /** Tensors that there is no place for, such as heads for other tasks. */
  readonly leftOut: readonly string[]
}
