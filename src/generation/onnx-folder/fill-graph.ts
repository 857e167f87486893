/** The graph that fills gaps: it reads a text from both sides and scores every token. */

import { createGraph, input } from '../../engine/graph/graph.js'
import { reshape } from '../../engine/operations/index.js'
import type { TransformerParameters } from '../../network/models/transformer.js'
import type { Bound } from '../../network/parameters.js'
import { type LanguageConfig, languageModelOf } from '../text/config.js'
import { type ClientGraph, fixedSizes, flat, readingInputs } from './client-graph.js'

/** The graph of a language model whose parameters are bound to values. */
export const fillGraph = (
  config: LanguageConfig,
  bind: (parameters: TransformerParameters) => Bound<TransformerParameters>,
): ClientGraph => {
  const { context, vocabularySize, segments = 0 } = config.network
  const model = languageModelOf(config)
  const fixed = [...fixedSizes(model.parameters), context]
  const { batch, ids, attended, places, dimensions } = readingInputs(fixed)
  const values = bind(model.parameters)
  const states = model.read(
    values,
    {
      ids: flat(ids),
      documents: flat(attended),
      places: flat(places),
      ...(segments > 1 ? { segments: flat(input('token_type_ids', ids.type)) } : {}),
    },
    { batch, sight: 'bidirectional' },
  )
  const logits = reshape(model.score(values, states), { shape: [batch, -1, vocabularySize] })
  return { graph: createGraph({ logits }), dimensions }
}
