/**
 * An encoder that reads a source from both sides and a decoder that writes a target token by token
 * and looks at what the encoder made of the source (Vaswani et al. 2017). Both share one vocabulary
 * and one table of embeddings.
 */

import type { Value } from '../../engine/graph/value.js'
import { causalMask } from '../../engine/operations/index.js'
import {
  type AttentionContext,
  crossAttention,
  type KeysAndValues,
  type Memory,
  type RotaryAngles,
  rotaryAngles,
} from '../layers/index.js'
import type { Bound } from '../parameters.js'
import { paddingMask } from './padding-mask.js'
import { scoreIds, type TransformerOptions, transformer } from './transformer.js'

export interface EncoderDecoderOptions
  extends Omit<
    TransformerOptions,
    'places' | 'segments' | 'hasMemory' | 'hasHeadTransform' | 'hasNumbers'
  > {
  /** Blocks of the encoder; as many as the decoder's when left out. */
  readonly encoderDepth?: number
  /** The id that fills up rows. */
  readonly pad: number
}

/** What the encoder has made of a source: states [batch · length, width] and where they count. */
export interface EncodedSource extends Memory {
  readonly source: { readonly states: Value }
  readonly mask: Value
}

export interface ReadOptions {
  readonly batch: number
  /** Drops a random share of what a layer adds, while training. */
  readonly drop?: AttentionContext['drop']
}

export const encoderDecoder = ({ encoderDepth, pad, ...options }: EncoderDecoderOptions) => {
  const { depth, width, heads, headWidth = width / heads, vocabularySize } = options
  const memoryLayer = crossAttention(options)
  const encoder = transformer({ ...options, depth: encoderDepth ?? depth, hasTiedHead: true })
  const decoder = transformer({ ...options, hasMemory: true })
  const { embedding: _shared, ...ownOfEncoder } = encoder.parameters
  const parameters = { encoder: ownOfEncoder, decoder: decoder.parameters }
  type Parameters = Bound<typeof parameters>

  const anglesOf = (time: number): RotaryAngles =>
    rotaryAngles(
      Array.from({ length: time }, (_, place) => [place]),
      { headWidth },
    )

  return {
    options: { ...options, pad },
    parameters,
    /** Source ids [batch · length], padded → what the decoder looks at. */
    encode(values: Parameters, ids: Value, { batch, drop }: ReadOptions): EncodedSource {
      const mask = paddingMask(ids, { batch, pad })
      const context: AttentionContext = {
        batch,
        mask,
        angles: anglesOf(ids.shape[0]! / batch),
        ...(drop === undefined ? {} : { drop }),
      }
      const { embedding } = values.decoder
      const states = encoder.apply({ ...values.encoder, embedding }, { ids }, () => context)
      return { source: { states }, mask }
    },

    /**
     * What each layer of the decoder looks at, [batch, key-value heads, length, head width] each: it
     * is the same for all tokens of a target, so a decoder with a cache makes it once.
     */
    remember: (values: Parameters, states: Value, { batch }: ReadOptions): KeysAndValues[] =>
      values.decoder.layers.map(({ memory }) =>
        memoryLayer.readMemory(memory[0]!.attention, states, batch),
      ),

    /** Target ids [batch · time] → hidden states of the same rows, [batch · time, width]. */
    read(values: Parameters, ids: Value, memory: Memory, { batch, drop }: ReadOptions): Value {
      const time = ids.shape[0]! / batch
      const context: AttentionContext = {
        batch,
        memory,
        mask: causalMask({ queries: time, keys: time }),
        angles: anglesOf(time),
        ...(drop === undefined ? {} : { drop }),
      }
      return this.readWith(values, ids, () => context)
    },

    /** The same where the caller says what each layer sees, such as a cache. */
    readWith: (
      values: Parameters,
      ids: Value,
      contextOf: (layer: number) => AttentionContext,
    ): Value => decoder.apply(values.decoder, { ids }, contextOf),

    /** Hidden states [rows, width] → scores of all ids, [rows, vocabulary]. */
    score: (values: Parameters, states: Value): Value =>
      scoreIds(values.decoder, states, { start: 0, end: vocabularySize }),
  }
}

export type EncoderDecoder = ReturnType<typeof encoderDecoder>
