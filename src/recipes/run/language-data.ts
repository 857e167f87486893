/** The texts of a recipe, divided, and as the tokens of a model's tokenizer. */

import { printFault } from '../../data/source.js'
import { type DocumentSplit, splitAtEnd, splitDocuments } from '../../data/text/split-documents.js'
import { createTokenStream, type TokenStream } from '../../data/text/token-stream.js'
import type { Windows } from '../../data/text/windows.js'
import { hashOf } from '../../engine/tensor/random.js'
import { DataError } from '../../errors.js'
import { endsOf, type LanguageConfig } from '../../generation/text/config.js'
import { joinPath } from '../../storage/files.js'
import { printTokenizerJson, type TextTokenizer } from '../../tokenizers/text/index.js'
import type { RowSource } from '../../training/tasks/row-source.js'
import type { LanguageModelRecipe } from '../tasks/language-model.js'
import type { RunEnvironment } from './environment.js'
import type { PreparedTexts } from './prepare-texts.js'

/** Documents to learn from and to measure on; the key changes when they do. */
export type DividedTexts = DocumentSplit & { readonly key: string }

export const divideTexts = (
  { length, documents, key }: PreparedTexts,
  { data, seed }: LanguageModelRecipe,
): DividedTexts => {
  const { share, from } = data.validation
  const split =
    from === 'end'
      ? splitAtEnd(documents, { share, characters: length })
      : splitDocuments(documents, { share, seed })
  return { ...split, key: hashOf(seed, key).toString(16) }
}

/** One text from which the end was cut off has no other documents to be told from. */
export const isOneTextOf = ({ data }: LanguageModelRecipe, { hasTables }: PreparedTexts): boolean =>
  data.documents === 'file' && data.validation.from === 'end' && !hasTables

export interface Streams {
  readonly training: TokenStream
  readonly validation: TokenStream
}

/** Both parts as tokens, from the cache where they are there already. */
export const openStreams = async ({
  texts,
  config,
  text,
  isOneText,
  environment: { files, cacheFolder, onProgress },
}: {
  readonly texts: DividedTexts
  readonly config: LanguageConfig
  readonly text: TextTokenizer
  readonly isOneText: boolean
  readonly environment: Pick<RunEnvironment, 'files' | 'cacheFolder' | 'onProgress'>
}): Promise<Streams> => {
  const { bos } = config.tokens
  const [eos] = endsOf(config)
  const marks = {
    ...(bos === undefined ? {} : { before: bos }),
    ...(eos === undefined ? {} : { after: eos }),
  }
  const streamOf = (part: 'training' | 'validation') =>
    createTokenStream({
      files,
      folder: joinPath(cacheFolder, `tokens-${texts.key}-${part}`),
      key: `${texts.key} ${hashOf(0, printTokenizerJson(text))}`,
      documents: texts[part],
      text,
      ...(isOneText ? {} : { surroundings: marks }),
      onProgress: ({ tokens }) => onProgress(`${part} tokens`, tokens),
    })
  return { training: await streamOf('training'), validation: await streamOf('validation') }
}

/** Throws DataError for a part without text, and says what became of it. */
export const checkStreams = (
  streams: Streams,
  { data }: LanguageModelRecipe,
  { report: { documents, kept, faults } }: PreparedTexts,
): void => {
  for (const [part, { length }] of Object.entries(streams)) {
    if (length > 1) continue
    const [fault] = faults.first
    throw new DataError(
      `${[data.path].flat().join(', ')}: there is no text for the ${part} part; add texts, or ` +
        'change data.validation (its share, or "from: end" for few long texts)' +
        (kept < documents
          ? `; filters dropped ${documents - kept} of ${documents} documents`
          : '') +
        (fault === undefined ? '' : `; ${faults.count} with faults, first ${printFault(fault)}`),
    )
  }
}

/** The windows of a stream as rows. */
export const rowsOf = (windows: Windows): RowSource => ({
  count: windows.count,
  read: async (row) => ({ ids: await windows.read(row) }),
})
