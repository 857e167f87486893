/**
 * `pipeline('text2text-generation')`, `('translation')` and `('summarization')`: a text in, the text
 * that the model writes from it out. They differ in what the output is called, and translation asks
 * for a language.
 */

import { DataError } from '../../errors.js'
import type { PairModel } from '../text-pairs/pair-model.js'
import { type GenerationOptions, writeOptions } from './generation-options.js'

export interface TranslationOptions extends GenerationOptions {
  /** Taken as it is: what a source begins with follows from the language that is wanted. */
  readonly src_lang?: string
  /** The language that is wanted; needed where the model writes several. */
  readonly tgt_lang?: string
}

/** A text, or several, to one output for each. */
interface TextToText<Options, Output> {
  /** Throws DataError for an empty text; of one that is too long the beginning is read. */
  (texts: string | readonly string[], options?: Options): Promise<Output[]>
  dispose(): Promise<void>
}

export type Text2TextPipeline = TextToText<TranslationOptions, { readonly generated_text: string }>
export type TranslationPipeline = TextToText<
  TranslationOptions,
  { readonly translation_text: string }
>
export type SummarizationPipeline = TextToText<GenerationOptions, { readonly summary_text: string }>

/** Throws DataError where a language has to be named and is not. */
const checkLanguage = ({ tgt_lang: to }: TranslationOptions, { config }: PairModel): void => {
  if (to !== undefined || !config.isBothWays) return
  throw new DataError(`tgt_lang: expected ${config.languages.join(' or ')}, got none`)
}

const create =
  <const Name extends string>(name: Name) =>
  (model: PairModel) => {
    const call = async (
      texts: string | readonly string[],
      options: TranslationOptions = {},
    ): Promise<Record<Name, string>[]> => {
      checkLanguage(options, model)
      const outputs: Record<Name, string>[] = []
      for (const text of [texts].flat()) {
        const { ids } = model.sourceOf(text, options.tgt_lang)
        const written = await model.writeWhole(ids, writeOptions(options))
        // A computed key loses its name.
        outputs.push({ [name]: written.text } as Record<Name, string>)
      }
      return outputs
    }
    return Object.assign(call, { dispose: () => model.close() })
  }

export const createText2Text: (model: PairModel) => Text2TextPipeline = create('generated_text')
export const createTranslation: (model: PairModel) => TranslationPipeline =
  create('translation_text')
export const createSummarization: (model: PairModel) => SummarizationPipeline =
  create('summary_text')
