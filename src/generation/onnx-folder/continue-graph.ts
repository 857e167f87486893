/**
 * The graph that continues texts, with the cache of keys and values as inputs and outputs. Prompts
 * may be padded on the left; padding is what the attention mask leaves out.
 */

import { standInsFor } from '../../engine/graph/free-dimension.js'
import { createGraph, input } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import {
  attention,
  concat,
  equal,
  greater,
  lessOrEqual,
  logicalAnd,
  logicalOr,
  max,
  reshape,
  sub,
  where,
} from '../../engine/operations/index.js'
import { ofRank } from '../../engine/tensor/shape.js'
import { type AttentionContext, unseen } from '../../network/layers/index.js'
import { languageNetwork, placesIn } from '../../network/models/language-model.js'
import { type TransformerParameters, transformer } from '../../network/models/transformer.js'
import type { Bound } from '../../network/parameters.js'
import type { LanguageConfig } from '../text/config.js'
import { type ClientGraph, countAlong, fixedSizes, flat } from './client-graph.js'

/**
 * What new tokens see of all, [batch, 1, time, total], added to scores: what is no padding and stands
 * at or before them; of a prompt that is read from both sides, also what stands after them.
 */
const maskOf = (
  ids: Value,
  attended: Value,
  { isCausal }: { readonly isCausal: boolean },
): Value => {
  const [batch, time] = ofRank(ids.shape, 2)
  const last = (counts: Value) => max(counts, { axes: [1], keepAxes: true })
  const [keys, queries] = [countAlong(attended), countAlong(ids)]
  // The new tokens are the last ones; `before` is how many there were.
  const before = sub(last(keys), last(queries))
  const asKeys = (x: Value) => reshape(x, { shape: [batch, 1, 1, -1] })
  const asQueries = (x: Value) => reshape(x, { shape: [batch, 1, -1, 1] })
  const isEarlier = lessOrEqual(sub(asKeys(keys), asQueries(before)), asQueries(queries))
  const isInSight = isCausal ? isEarlier : logicalOr(isEarlier, asQueries(equal(before, 0)))
  const isSeen = logicalAnd(isInSight, asKeys(greater(attended, 0)))
  return reshape(where(isSeen, 0, unseen), { shape: [batch, 1, time, -1] })
}

/** The graph of a language model whose parameters are bound to values. */
export const continueGraph = (
  { network, prefixes }: Pick<LanguageConfig, 'network' | 'prefixes'>,
  bind: (parameters: TransformerParameters) => Bound<TransformerParameters>,
): ClientGraph => {
  const model = transformer(languageNetwork(network))
  const { width, heads, keyValueHeads = heads, headWidth = width / heads, vocabularySize } = network
  const fixed = [...fixedSizes(model.parameters), network.context]
  const [batch, time, past] = ofRank(standInsFor(fixed, 3), 3)
  const total = past + time
  const row = (name: string, length: number) =>
    input(name, { dtype: 'int64', shape: [batch, length] })
  const ids = row('input_ids', time)
  const attended = row('attention_mask', total)
  const cached = (layer: number, what: 'key' | 'value') =>
    input(`past_key_values.${layer}.${what}`, {
      dtype: 'float32',
      shape: [batch, keyValueHeads, past, headWidth],
    })
  const { rows, angles } = placesIn(network, flat(row('position_ids', time)), batch)
  const mask = maskOf(ids, attended, { isCausal: prefixes === 'causal' })
  const outputs: Record<string, Value> = {}
  const contextOf = (layer: number): AttentionContext => ({
    batch,
    mask,
    ...(angles === undefined ? {} : { angles }),
    withCache: (queries, fresh) => {
      const keys = concat(cached(layer, 'key'), fresh.keys, { axis: 2 })
      const values = concat(cached(layer, 'value'), fresh.values, { axis: 2 })
      outputs[`present.${layer}.key`] = keys
      outputs[`present.${layer}.value`] = values
      return attention(queries, keys, values, { mask })
    },
  })
  const values = bind(model.parameters)
  const places = rows === undefined ? {} : { places: rows }
  const states = model.apply(values, { ids: flat(ids), ...places }, contextOf)
  const scores = model.score(values, states, { start: 0, end: vocabularySize })
  const logits = reshape(scores, { shape: [batch, time, vocabularySize] })
  return {
    graph: createGraph({ logits, ...outputs }),
    dimensions: [
      { name: 'batch_size', standIn: batch, input: 'input_ids', axis: 0 },
      { name: 'sequence_length', standIn: time, input: 'input_ids', axis: 1 },
      {
        name: 'past_sequence_length',
        standIn: past,
        input: 'past_key_values.0.key',
        axis: 2,
      },
      { name: 'total_sequence_length', standIn: total, input: 'attention_mask', axis: 1 },
    ],
  }
}
