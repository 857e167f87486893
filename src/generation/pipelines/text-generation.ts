/** `pipeline('text-generation')`: the beginning of a text or a conversation in, how it goes on out. */

import { checkOptions } from '../check-options.js'
import { type ChatMessage, createChatTemplate } from '../text/chat/chat-template.js'
import { checkContinues } from '../text/check-continues.js'
import type { TextModel } from '../text/text-model.js'
import type { WriteOptions } from '../text/writer.js'
import { type GenerationOptions, writeOptions } from './generation-options.js'
import { oneOrSeveral } from './one-or-several.js'

export interface TextGenerationOptions extends GenerationOptions {
  /** Texts for each input; 1 when left out. */
  readonly num_return_sequences?: number
  /** Whether the output begins with the input; it does when left out. */
  readonly return_full_text?: boolean
  /** Is given the prompt's ids, then those of each token, and is told the end. */
  readonly streamer?: { put(ids: bigint[][]): void; end(): void }
  /** Is given each piece of text as it is written. */
  readonly callback_function?: (text: string) => void
}

export interface TextGenerationOutput {
  readonly generated_text: string
}

export interface ChatGenerationOutput {
  /** The conversation with the answer at its end; the answer alone without `return_full_text`. */
  readonly generated_text: ChatMessage[]
}

export interface TextGenerationPipeline {
  /** How a text goes on. Throws DataError for one that is longer than the context. */
  (text: string, options?: TextGenerationOptions): Promise<TextGenerationOutput[]>
  (texts: readonly string[], options?: TextGenerationOptions): Promise<TextGenerationOutput[][]>
  /** The answer in a conversation, by the model's chat template. Throws DataError without one. */
  (chat: readonly ChatMessage[], options?: TextGenerationOptions): Promise<ChatGenerationOutput[]>
  (
    chats: readonly (readonly ChatMessage[])[],
    options?: TextGenerationOptions,
  ): Promise<ChatGenerationOutput[][]>
  dispose(): Promise<void>
}

type Chat = readonly ChatMessage[]
type Input = string | Chat | readonly string[] | readonly Chat[]

/** What the likeliest token each time needs to be told: a model may draw by default. */
const withoutChance = ({ do_sample: isDrawn = false }: TextGenerationOptions): WriteOptions =>
  isDrawn ? {} : { temperature: 0 }

const isChat = (input: Input): input is Chat =>
  typeof input !== 'string' && typeof input[0] === 'object' && 'role' in input[0]

/** Throws DataError for a model that only fills gaps. */
export const createTextGeneration = (model: TextModel): TextGenerationPipeline => {
  checkContinues(model.config, 'text-generation')
  const write = async (
    prompt: readonly number[],
    place: Pick<WriteOptions, 'index'>,
    options: TextGenerationOptions,
  ): Promise<string> => {
    const { streamer, callback_function: callBack } = options
    const big = (ids: readonly number[]) => ids.map((id) => BigInt(id))
    streamer?.put([big(prompt)])
    const given = { ...withoutChance(options), ...writeOptions(options), ...place }
    let written = ''
    for await (const { text, ids } of model.write(prompt, given)) {
      written += text
      if (ids.length > 0) streamer?.put([big(ids)])
      if (text !== '') callBack?.(text)
    }
    streamer?.end()
    return written
  }
  const generate = async (input: string | Chat, options: TextGenerationOptions) => {
    const { num_return_sequences: count = 1, return_full_text: isFull = true } = options
    checkOptions({ count }, { count: 'num_return_sequences' })
    const prompt =
      typeof input === 'string'
        ? model.promptOf(input)
        : createChatTemplate(model.config, model.text).encode(input)
    const outputs: object[] = []
    for (let index = 0; index < count; index++) {
      const written = await write(prompt, count > 1 ? { index } : {}, options)
      const answer = { role: 'assistant', content: written }
      outputs.push({
        generated_text:
          typeof input === 'string'
            ? (isFull ? input : '') + written
            : [...(isFull ? input : []), answer],
      })
    }
    return outputs
  }
  const call = async (input: Input, options: TextGenerationOptions = {}) =>
    isChat(input)
      ? generate(input, options)
      : oneOrSeveral<string | Chat, object[]>(input, (one) => generate(one, options))
  // One input has one answer, and a list has a list of them.
  return Object.assign(call, { dispose: () => model.close() }) as TextGenerationPipeline
}
