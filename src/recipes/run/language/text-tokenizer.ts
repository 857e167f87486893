/** The tokenizer of a run that reads texts: found in its folder, or trained at the first start. */

import {
  readTextTokenizer,
  type TextTokenizer,
  trainBytePairEncoding,
  trainCharacterTokenizer,
  writeTextTokenizer,
} from '../../../tokenizers/text/index.js'
import type { TextTokenizerRecipe } from '../../schema/text-tokenizer.js'
import type { RunEnvironment } from '../environment.js'

/** What it is called in a run's folder. */
export const textTokenizerName = 'tokenizer.json'

/** Special tokens of models of texts; their ids are their places. */
const tokensOfTexts = ['<pad>', '<bos>', '<eos>', '<mask>'] as const

export const idOf = (token: (typeof tokensOfTexts)[number]): number => tokensOfTexts.indexOf(token)

export interface PrepareTextTokenizerOptions {
  /** What it is trained on. */
  readonly texts: () => Iterable<string> | AsyncIterable<string>
  readonly path: string
  /** Those of models of texts when left out. */
  readonly specialTokens?: readonly string[]
  readonly environment: Pick<RunEnvironment, 'files' | 'onProgress' | 'signal'>
}

export const prepareTextTokenizer = async (
  { kind, vocabulary }: TextTokenizerRecipe,
  { texts, path, specialTokens = tokensOfTexts, environment }: PrepareTextTokenizerOptions,
): Promise<TextTokenizer> => {
  const { files, onProgress, signal } = environment
  if ((await files.stat(path)) !== undefined) return readTextTokenizer(files, path)
  const text =
    kind === 'characters'
      ? await trainCharacterTokenizer({ texts: texts(), specialTokens, unknownToken: '<mask>' })
      : await trainBytePairEncoding({
          texts: texts(),
          vocabularySize: vocabulary,
          specialTokens,
          signal,
          onProgress: (progress) =>
            progress.stage === 'counting'
              ? onProgress('characters', progress.characters)
              : onProgress('merges', progress.done, progress.merges),
        })
  await writeTextTokenizer(files, path, text)
  return text
}
