/** A language model that says what it is told to, at once. */

import type { TextModel } from '../../src/generation/text/text-model.js'
import type { WriteOptions } from '../../src/generation/text/writer.js'

/** What the model was asked, beside the model; its pieces are one token each. */
export const createFakeTextModel = (pieces: readonly string[] = ['one', ' two']) => {
  const calls = {
    write: [] as { prompt: string; options: WriteOptions | undefined }[],
    isClosed: false,
  }
  const model = {
    config: { network: { context: 64 }, tokens: { pad: 0 } },
    promptOf: (text: string) => Array.from(text, (letter) => letter.codePointAt(0)!),
    async *write(prompt: readonly number[], options?: WriteOptions) {
      calls.write.push({ prompt: String.fromCodePoint(...prompt), options })
      for (const [place, text] of pieces.entries()) {
        const isLast = place === pieces.length - 1
        yield { text, ids: [place], ...(isLast ? { finish: 'length' as const } : {}) }
      }
    },
    close: async () => {
      calls.isClosed = true
    },
  }
  // The rest of a model, its tokenizer and network, is no concern of the command line.
  return { model: model as unknown as TextModel, calls }
}
