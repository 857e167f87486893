/** The tokenizer of a run that reads texts: found in its folder, or trained at the first start. */

import {
  readTextTokenizer,
  type TextTokenizer,
  trainBytePairEncoding,
  trainCharacterTokenizer,
  writeTextTokenizer,
} from '../../tokenizers/text/index.js'
import type { TextTokenizerRecipe } from '../schema/text-tokenizer.js'
import type { RunEnvironment } from './environment.js'

/** Special tokens of models of texts; their ids are their places. */
const specialTokens = ['<pad>', '<bos>', '<eos>', '<mask>'] as const

export const idOf = (token: (typeof specialTokens)[number]): number => specialTokens.indexOf(token)

export interface PrepareTextTokenizerOptions {
  /** What it is trained on. */
  readonly texts: () => Iterable<string> | AsyncIterable<string>
  readonly path: string
  readonly environment: Pick<RunEnvironment, 'files' | 'onProgress'>
}

export const prepareTextTokenizer = async (
  { kind, vocabulary }: TextTokenizerRecipe,
  { texts, path, environment: { files, onProgress } }: PrepareTextTokenizerOptions,
): Promise<TextTokenizer> => {
  if ((await files.stat(path)) !== undefined) return readTextTokenizer(files, path)
  const special = { specialTokens: [...specialTokens] }
  const text =
    kind === 'characters'
      ? await trainCharacterTokenizer({ texts: texts(), ...special, unknownToken: '<mask>' })
      : await trainBytePairEncoding({
          texts: texts(),
          vocabularySize: vocabulary,
          ...special,
          onProgress: (progress) =>
            progress.stage === 'counting'
              ? onProgress('characters', progress.characters)
              : onProgress('merges', progress.done, progress.merges),
        })
  await writeTextTokenizer(files, path, text)
  return text
}
