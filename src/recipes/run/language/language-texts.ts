/** Plain texts as what a language model learns from: windows of the stream of their tokens. */

import { printFault } from '../../../data/source.js'
import type { Documents } from '../../../data/text/document.js'
import {
  type DocumentSplit,
  splitAtEnd,
  splitDocuments,
} from '../../../data/text/split-documents.js'
import { createTokenStream, type TokenStream } from '../../../data/text/token-stream.js'
import { createWindows, type Windows } from '../../../data/text/windows.js'
import { hashOf } from '../../../engine/tensor/random.js'
import { DataError } from '../../../errors.js'
import { endsOf } from '../../../generation/text/config.js'
import { joinPath } from '../../../storage/files.js'
import { printTokenizerJson } from '../../../tokenizers/text/index.js'
import type { RowSource } from '../../../training/tasks/row-source.js'
import type { LanguageModelRecipe } from '../../tasks/language-model.js'
import type { RunEnvironment } from '../environment.js'
import type { DataNotes, LanguageData } from './language-data.js'
import { type PreparedTexts, prepareTexts, type TextEnvironment } from './prepare-texts.js'

/** The file of a run's folder that tells what its texts are and what was left out of them. */
const textReportName = 'texts.json'

/** The texts of a recipe, divided, and what changes when they do. */
export const divideTexts = (
  { length, documents, key }: PreparedTexts,
  { data, seed }: LanguageModelRecipe,
): DocumentSplit & { key: string } => {
  const { share, from } = data.validation
  const split =
    from === 'end'
      ? splitAtEnd(documents, { share, characters: length })
      : splitDocuments(documents, { share, seed })
  return { ...split, key: hashOf(seed, key).toString(16) }
}

export async function* textsOf(documents: Documents): AsyncGenerator<string> {
  for await (const { text } of documents()) yield text
}

/** How much text a stream holds, for a manifest. */
const describeStream = ({ documents, bytes, length }: TokenStream) => ({
  documents,
  bytes,
  tokens: length,
})

const rowsOf = (windows: Windows): RowSource => ({
  count: windows.count,
  read: async (row) => ({ ids: await windows.read(row) }),
})

export const prepareLanguageTexts = async (
  recipe: LanguageModelRecipe,
  notes: DataNotes,
  environment: TextEnvironment & Pick<RunEnvironment, 'cacheFolder'>,
): Promise<LanguageData> => {
  const { files, cacheFolder, onProgress } = environment
  const { seed, data } = recipe
  const prepared = await prepareTexts(data, environment)
  await notes.record(textReportName, prepared.report)
  const texts = divideTexts(prepared, recipe)
  // One text from which the end was cut off has no other documents to be told from.
  const isOneText = data.validation.from === 'end' && prepared.report.kept === 1
  return {
    isOneText,
    key: texts.key,
    texts: () => textsOf(texts.training),
    async rowsOf({ text, config, time }) {
      const { bos } = config.tokens
      const [eos] = endsOf(config)
      const marks = {
        ...(bos === undefined ? {} : { before: bos }),
        // Where one token does both, the next document's stands for the end of the one before.
        ...(eos === undefined || eos === bos ? {} : { after: eos }),
      }
      const key = `${texts.key} ${hashOf(0, printTokenizerJson(text), JSON.stringify(marks))}`
      // What a run reads stays as it is while another one reads the same texts in other tokens.
      const name = `tokens-${hashOf(0, key).toString(16)}`
      const streamOf = (part: 'training' | 'validation') =>
        createTokenStream({
          files,
          folder: joinPath(cacheFolder, `${name}-${part}`),
          key,
          documents: texts[part],
          text,
          ...(isOneText ? {} : { surroundings: marks }),
          onProgress: ({ tokens }) => onProgress(`${part} tokens`, tokens),
        })
      const streams = {
        training: await streamOf('training'),
        validation: await streamOf('validation'),
      }
      for (const [part, { length }] of Object.entries(streams)) {
        if (length > 1) continue
        const { documents, kept, faults } = prepared.report
        const [fault] = faults.first
        throw new DataError(
          `${[data.path].flat().join(', ')}: there is no text for the ${part} part; add texts, or ` +
            'change data.validation (its share, or "from: end" for few long texts)' +
            (kept < documents
              ? `; filters dropped ${documents - kept} of ${documents} documents`
              : '') +
            (fault === undefined
              ? ''
              : `; ${faults.count} with faults, first ${printFault(fault)}`),
        )
      }
      return {
        training: rowsOf(createWindows(streams.training, { time, isShifted: true, seed })),
        validation: rowsOf(createWindows(streams.validation, { time })),
        hasDocuments: !isOneText,
        about: {
          training: describeStream(streams.training),
          validation: describeStream(streams.validation),
        },
      }
    },
  }
}
