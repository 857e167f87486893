/** A model that writes what it is told to, at once. */

import type { PromptWriter } from '../../src/generation/prompt-writer.js'
import type { WriteOptions } from '../../src/generation/text/writer.js'

/** What the model was asked, beside the model; its pieces are one token each. */
export const createFakeTextModel = (pieces: readonly string[] = ['one', ' two']) => {
  const calls = {
    write: [] as { prompt: string; options: WriteOptions | undefined }[],
    isClosed: false,
  }
  async function* write(prompt: string, options?: WriteOptions) {
    calls.write.push({ prompt, options })
    for (const [place, text] of pieces.entries()) {
      const isLast = place === pieces.length - 1
      yield { text, ids: [place], ...(isLast ? { finish: 'length' as const } : {}) }
    }
  }
  const model: PromptWriter = {
    read: (prompt, { to } = {}) => ({
      ...(prompt.length > 64 ? { notice: 'the text is longer than 64 tokens' } : {}),
      write: (options) => write(to === undefined ? prompt : `${to}: ${prompt}`, options),
    }),
    close: async () => {
      calls.isClosed = true
    },
  }
  return { model, calls }
}
