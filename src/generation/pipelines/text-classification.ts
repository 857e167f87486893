/** `pipeline('text-classification')`: a text in, its labels out. */

import { checkOptions } from '../check-options.js'
import type { TextClassifierModel } from '../text-classification/text-classifier.js'

export interface TextClassificationOptions {
  /** How many labels, best first; 1 when left out, all for null. */
  readonly top_k?: number | null
}

export interface TextClassificationOutput {
  readonly label: string
  readonly score: number
}

export interface TextClassificationPipeline {
  /** The likeliest labels of a text, best first. Throws DataError for an empty text. */
  (text: string, options?: TextClassificationOptions): Promise<TextClassificationOutput[]>
  /** The likeliest label of each of several texts. */
  (
    texts: readonly string[],
    options?: TextClassificationOptions & { readonly top_k?: 1 },
  ): Promise<TextClassificationOutput[]>
  /** The likeliest labels of each of several texts. */
  (
    texts: readonly string[],
    options: TextClassificationOptions,
  ): Promise<TextClassificationOutput[][]>
  dispose(): Promise<void>
}

export const createTextClassification = (
  model: TextClassifierModel,
): TextClassificationPipeline => {
  const { labels } = model.config
  const call = async (
    texts: string | readonly string[],
    { top_k: topK = 1 }: TextClassificationOptions = {},
  ) => {
    const count = topK ?? labels.length
    checkOptions({ count }, { count: 'top_k' })
    const found = await model.classify([texts].flat())
    const outputs = found.map(({ probabilities }) =>
      labels
        .map((label, place) => ({ label, score: probabilities[place]! }))
        .sort((a, b) => b.score - a.score)
        .slice(0, count),
    )
    // As in transformers.js, one label for each text is a flat list.
    if (typeof texts === 'string') return outputs[0]!
    return topK === 1 ? outputs.flat() : outputs
  }
  // One input has one answer, and a list has a list of them.
  return Object.assign(call, { dispose: () => model.close() }) as TextClassificationPipeline
}
