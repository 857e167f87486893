/** `pipeline('text-generation')`: the beginning of a text or a conversation in, how it goes on out. */

import { type ChatMessage, createChatTemplate } from '../text/chat-template.js'
import type { TextModel } from '../text/text-model.js'
import type { WriteOptions } from '../text/writer.js'

export interface TextGenerationOptions {
  /** 256 when left out. */
  readonly max_new_tokens?: number
  /** Whether tokens are drawn at random; the likeliest each time when left out. */
  readonly do_sample?: boolean
  readonly temperature?: number
  readonly top_k?: number
  readonly top_p?: number
  readonly min_p?: number
  readonly repetition_penalty?: number
  readonly no_repeat_ngram_size?: number
  readonly num_beams?: number
  readonly length_penalty?: number
  /** Texts for each input; 1 when left out. */
  readonly num_return_sequences?: number
  /** Whether the output begins with the input; it does when left out. */
  readonly return_full_text?: boolean
  readonly stop_strings?: string | readonly string[]
  /** The same seed draws the same text; 0 when left out. */
  readonly seed?: number
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

const writeOptions = (options: TextGenerationOptions): WriteOptions => {
  const { do_sample: isDrawn = false, stop_strings: stop } = options
  const given = {
    maxTokens: options.max_new_tokens,
    temperature: isDrawn ? options.temperature : 0,
    topK: options.top_k,
    topP: options.top_p,
    minP: options.min_p,
    repetitionPenalty: options.repetition_penalty,
    noRepeatNgram: options.no_repeat_ngram_size,
    beams: options.num_beams,
    lengthPenalty: options.length_penalty,
    seed: options.seed,
    stop: stop === undefined ? undefined : [stop].flat(),
  }
  // What is left out must not hide the model's defaults.
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

const isChat = (input: Input): input is Chat =>
  Array.isArray(input) && input.length > 0 && (input as Chat)[0]?.role !== undefined

export const createTextGeneration = (model: TextModel): TextGenerationPipeline => {
  const write = async (
    prompt: readonly number[],
    index: number,
    options: TextGenerationOptions,
  ): Promise<string> => {
    const { streamer, callback_function: callBack } = options
    const big = (ids: readonly number[]) => ids.map((id) => BigInt(id))
    streamer?.put([big(prompt)])
    let written = ''
    for await (const { text, ids } of model.write(prompt, { ...writeOptions(options), index })) {
      written += text
      if (ids.length > 0) streamer?.put([big(ids)])
      if (text !== '') callBack?.(text)
    }
    streamer?.end()
    return written
  }
  const generate = async (input: string | Chat, options: TextGenerationOptions) => {
    const { num_return_sequences: count = 1, return_full_text: isFull = true } = options
    const prompt =
      typeof input === 'string'
        ? model.promptOf(input)
        : createChatTemplate(model.config, model.text).encode(input)
    const outputs: object[] = []
    for (let index = 0; index < count; index++) {
      const written = await write(prompt, index, options)
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
  const call = async (input: Input, options: TextGenerationOptions = {}) => {
    if (typeof input === 'string' || isChat(input)) return generate(input, options)
    const outputs: object[] = []
    for (const one of input as readonly (string | Chat)[]) {
      outputs.push(await generate(one, options))
    }
    return outputs
  }
  return Object.assign(call, { dispose: () => model.close() }) as TextGenerationPipeline
}
