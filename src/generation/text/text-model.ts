/** A language model at work: it continues texts, and reads them. */

import { orClose } from '../../engine/runtime/or-close.js'
import type { Buffers, Runtime, Tensors } from '../../engine/runtime/runtime.js'
import { DataError } from '../../errors.js'
import type { TextTokenizer } from '../../tokenizers/text/index.js'
import { endsOf, type LanguageConfig } from './config.js'
import { createEncoder, type Encoder } from './encoder.js'
import { createReader } from './reader.js'
import { createWriter, type WriteOptions, type WrittenPiece } from './writer.js'

export interface TextModel extends Omit<Encoder, 'close'> {
  readonly config: LanguageConfig
  readonly text: TextTokenizer
  /** The ids of a prompt as the model expects it: what starts a document, then the text. */
  promptOf(text: string): number[]
  /**
   * Continues a prompt piece by piece; a character is never divided, and nothing of a stop string
   * is shown. Throws DataError for a prompt that is empty or longer than the context.
   */
  write(prompt: readonly number[], options?: WriteOptions): AsyncGenerator<WrittenPiece>
  close(): Promise<void>
}

export interface TextModelOptions {
  readonly runtime: Runtime
  readonly config: LanguageConfig
  readonly tensors: Tensors
  readonly text: TextTokenizer
}

export const createTextModel = async (options: TextModelOptions): Promise<TextModel> => {
  const buffers = await options.runtime.createBuffers(options.tensors)
  return orClose(buffers, () => modelOn(buffers, options))
}

/** The model on buffers with its parameters, which are closed with it. */
const modelOn = (buffers: Buffers, { runtime, config, text }: TextModelOptions): TextModel => {
  const { tokens, network } = config
  const reader = createReader({ runtime, config, buffers })
  const encoder = createEncoder({ runtime, config, buffers })
  const write = createWriter({
    ...{ text, reader, ends: endsOf(config), defaults: config.defaults },
    heedsPrompt: true,
  })

  const checkPrompt = (prompt: readonly number[], shouldKeepEnd: boolean): readonly number[] => {
    if (prompt.length === 0) {
      throw new DataError('the prompt is empty: give the text that is to be continued')
    }
    if (prompt.length > network.context && !shouldKeepEnd) {
      throw new DataError(
        `the prompt: expected at most ${network.context} tokens, the model’s context, got ` +
          `${prompt.length}. Shorten it, or have only its end read by the option shouldKeepEnd`,
      )
    }
    return prompt.slice(-network.context)
  }

  return {
    config,
    text,
    states: encoder.states,
    scoresAt: encoder.scoresAt,
    promptOf: (given) => [...(tokens.bos === undefined ? [] : [tokens.bos]), ...text.encode(given)],
    async *write(given, options = {}) {
      yield* write(checkPrompt(given, options.shouldKeepEnd ?? false), options)
    },
    async close() {
      await reader.close()
      await encoder.close()
      await buffers.close()
    },
  }
}
