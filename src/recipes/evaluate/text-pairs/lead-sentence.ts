/** The baseline of summaries: the first sentence of the text. */

export const leadSentenceName = 'first sentence of the source'

/** Up to the first mark that ends a sentence; Chinese papers end some with a plain period. */
export const leadSentence = (text: string): string =>
  /^.*?(?:[。！？!?]|\.(?=\s|$|[\u3400-\u9fff]))/su.exec(text.trim())?.[0] ?? text.trim()
