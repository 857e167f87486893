/**
 * How much the texts of a recipe are, as its run would read them. Of many texts a part tells about
 * the whole, by a tokenizer that was trained on that part.
 */

import type { Files } from '../../storage/files.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import type { TextTokenizerRecipe } from '../schema/text-tokenizer.js'
import type { RunEnvironment } from './environment.js'
import { trainTextTokenizer } from './language/text-tokenizer.js'
import { readStartTokenizer } from './start-config.js'

export interface TextAmounts {
  /** What was found, and what of it a run leaves out. */
  readonly found: FoundRows | FoundDocuments
  /** Examples of an epoch. */
  readonly examples: number
  /** Ids of the tokenizer. */
  readonly vocabulary: number
  /** Of texts that are classified: different labels. */
  readonly labels?: number
  /** Tokens of the rows in which examples are read: of texts, or of sources and of targets. */
  readonly lengths?: readonly RowLengths[]
}

export interface FoundRows {
  readonly unit: 'rows' | 'conversations'
  readonly training: number
  readonly validation: number
  readonly leftOut: number
}

export interface FoundDocuments {
  readonly unit: 'documents'
  readonly kept: number
  readonly characters: number
  readonly leftOut: number
}

export interface RowLengths {
  readonly mean: number
  readonly longest: number
}

/** What counting texts needs of the world. */
export type CountEnvironment = Pick<
  RunEnvironment,
  'files' | 'dataFolder' | 'onProgress' | 'signal'
>

/** Characters that tell about all others. */
const enough = 2 ** 21

/** Rows from here and there with about `enough` characters, or all. */
export const spreadRows = <Row>(rows: readonly Row[], textOf: (row: Row) => string): Row[] => {
  const characters = rows.reduce((sum, row) => sum + textOf(row).length, 0)
  const every = Math.max(1, Math.ceil(characters / enough))
  return rows.filter((_, index) => index % every === 0)
}

/** The same of texts of which only so many characters in all are known. */
export const spreadTexts = async (
  texts: AsyncIterable<string>,
  characters: number,
): Promise<string[]> => {
  const chosen: string[] = []
  let [seen, taken] = [0, 0]
  for await (const text of texts) {
    if (taken <= Math.min(enough, (seen / Math.max(1, characters)) * enough)) {
      chosen.push(text)
      taken += text.length
    }
    seen += text.length
  }
  return chosen
}

/** The tokenizer of the model to start from, or one as the run would train it, of these texts. */
export const tokenizerFor = async (
  { start, text }: { readonly start?: string | undefined; readonly text: TextTokenizerRecipe },
  texts: Iterable<string>,
  environment: Pick<RunEnvironment, 'onProgress' | 'signal'> & { readonly files: Files },
): Promise<TextTokenizer> =>
  (start === undefined ? undefined : await readStartTokenizer(environment.files, start)) ??
  trainTextTokenizer(text, { texts, environment })
