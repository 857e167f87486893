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

export interface TrainTextTokenizerOptions {
  /** What it is trained on. */
  readonly texts: Iterable<string> | AsyncIterable<string>
  /** Those of models of texts when left out. */
  readonly specialTokens?: readonly string[]
  readonly environment: Pick<RunEnvironment, 'onProgress' | 'signal'>
}

/** A new tokenizer, as a recipe wants it. */
export const trainTextTokenizer = (
  { kind, vocabulary }: TextTokenizerRecipe,
  {
    texts,
    specialTokens = tokensOfTexts,
    environment: { onProgress, signal },
  }: TrainTextTokenizerOptions,
): Promise<TextTokenizer> =>
  kind === 'characters'
    ? trainCharacterTokenizer({ texts, specialTokens, unknownToken: '<mask>' })
    : trainBytePairEncoding({
        texts,
        vocabularySize: vocabulary,
        specialTokens,
        signal,
        onProgress: (progress) =>
          progress.stage === 'counting'
            ? onProgress('characters', progress.characters)
            : onProgress('merges', progress.done, progress.merges),
      })

export interface PrepareTextTokenizerOptions extends Omit<TrainTextTokenizerOptions, 'texts'> {
  /** What it is trained on, unless there is one. */
  readonly texts: () => Iterable<string> | AsyncIterable<string>
  readonly path: string
  readonly environment: Pick<RunEnvironment, 'files' | 'onProgress' | 'signal'>
}

export const prepareTextTokenizer = async (
  recipe: TextTokenizerRecipe,
  { texts, path, ...options }: PrepareTextTokenizerOptions,
): Promise<TextTokenizer> => {
  const { files } = options.environment
  if ((await files.stat(path)) !== undefined) return readTextTokenizer(files, path)
  const text = await trainTextTokenizer(recipe, { texts: texts(), ...options })
  await writeTextTokenizer(files, path, text)
  return text
}
