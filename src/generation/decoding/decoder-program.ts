/**
 * The programs of a decoder: one over the tokens of prompts, and one over a token and a cache. Both
 * hand the keys and values of what they read on to the cache.
 */

import { standInsFor } from '../../engine/graph/free-dimension.js'
import { createGraph, input } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import { add, gather, mul, reshape } from '../../engine/operations/index.js'
import type { Append, Buffers, Program, Runtime } from '../../engine/runtime/runtime.js'
import { type AttentionContext, cachedAttention } from '../../network/layers/index.js'
import {
  type IdRange,
  type TransformerOptions,
  transformer,
} from '../../network/models/transformer.js'
import { listParameters, parameterInputs } from '../../network/parameters.js'
import type { DecoderCache } from './decoder-cache.js'

export interface DecoderNetwork {
  readonly runtime: Runtime
  readonly network: TransformerOptions
  /** They hold the network's parameters by name, and take the cache. */
  readonly buffers: Buffers
  readonly batch: number
  /** Of rotary positions: the base of their wavelengths; `null` for a network without them. */
  readonly rotaryBase?: number | null
  /** Whether the tokens of a prompt see only what is before them; all of it when left out. */
  readonly isCausal?: boolean
  /** The ids that are scored. */
  readonly range: IdRange
}

/** Places that the cache grows by: attention reads all of it, filled or not. */
export const cacheStep = 64

/** A program over the tokens of prompts of any length, or over one token and a cache of any length. */
export const createDecoderProgram = async (
  kind: 'prompt' | 'step',
  { runtime, network, buffers, batch, rotaryBase, isCausal = false, range }: DecoderNetwork,
  cache: DecoderCache,
): Promise<Program> => {
  const { width, heads, headWidth = width / heads, places = 0 } = network
  const model = transformer(network)
  const fixed = Array.from(listParameters(model.parameters).values()).flatMap(({ shape }) => shape)
  const anyLength = standInsFor([...fixed, batch, range.start, range.end], 1)[0]!
  const { values } = parameterInputs(model.parameters)
  const isPrompt = kind === 'prompt'
  const time = isPrompt ? anyLength : 1
  const ids = input('ids', { dtype: 'int32', shape: [batch * time] })
  const anglesType = { dtype: 'float32' as const, shape: [time, headWidth / 2] }
  const scale = 1 / Math.sqrt(headWidth)
  const angles = ((): Pick<AttentionContext, 'angles' | 'queryAngles'> => {
    if (rotaryBase === null) return {}
    const [cosines, sines] = [input('cosines', anglesType), input('sines', anglesType)]
    return {
      angles: { cosines, sines },
      ...(!isPrompt && { queryAngles: { cosines: mul(cosines, scale), sines: mul(sines, scale) } }),
    }
  })()
  const placeRows =
    places === 0 ? {} : { places: input('places', { dtype: 'int32', shape: [batch * time] }) }
  const padding = input('mask', { dtype: 'float32', shape: [batch, 1, 1, anyLength] })
  const mask =
    isPrompt && isCausal
      ? add(padding, input('causal', { dtype: 'float32', shape: [anyLength, anyLength] }))
      : padding
  const outputs: Record<string, Value> = {}
  const appends: Record<string, Append> = {}
  const hand = (buffer: string, value: Value, append: Partial<Append>) => {
    outputs[`new ${buffer}`] = value
    appends[`new ${buffer}`] = { buffer, axis: 2, step: cacheStep, ...append }
  }
  const earlier = isPrompt ? [] : cache.inputs(anyLength)
  const contextOf = (layer: number): AttentionContext => ({
    batch,
    ...angles,
    mask,
    observe: (fresh) => {
      hand(cache.namesOf(layer).keys, fresh.keys, { axis: 3, transposed: true })
      hand(cache.namesOf(layer).values, fresh.values, {})
    },
    ...(isPrompt
      ? {}
      : {
          withCache: (queries, fresh) =>
            cachedAttention(queries, fresh, earlier[layer]!, {
              mask: padding,
              scale: rotaryBase === null ? scale : 1,
            }),
        }),
  })
  const states = model.apply(values, { ids, ...placeRows }, contextOf)
  const sequences = reshape(states, { shape: [batch, time, width] })
  const last = isPrompt
    ? gather(sequences, input('last', { dtype: 'int32', shape: [1] }), { axis: 1 })
    : sequences
  outputs.scores = model.score(values, reshape(last, { shape: [batch, width] }), range)
  return runtime.createProgram(createGraph(outputs), {
    buffers,
    appends,
    dimensions: [{ name: 'length', standIn: anyLength, input: 'mask', axis: 3 }],
  })
}
