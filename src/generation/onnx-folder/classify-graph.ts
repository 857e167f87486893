/** The graph that classifies texts: the scores of their labels, as the network alone gives them. */

import { createGraph, input } from '../../engine/graph/graph.js'
import type { TextClassifier } from '../../network/models/text-classifier.js'
import type { Bound } from '../../network/parameters.js'
import { type TextClassificationConfig, textClassifierOf } from '../text-classification/config.js'
import { type ClientGraph, fixedSizes, flat, readingInputs } from './client-graph.js'

/** The graph of a classifier whose parameters are bound to values. */
export const classifyGraph = (
  config: TextClassificationConfig,
  bind: (parameters: TextClassifier['parameters']) => Bound<TextClassifier['parameters']>,
): ClientGraph => {
  const { network } = config
  const model = textClassifierOf(config)
  const fixed = [...fixedSizes(model.parameters), network.context]
  const { batch, ids, attended, places, dimensions } = readingInputs(fixed)
  const logits = model.score(
    bind(model.parameters),
    {
      ids: flat(ids),
      documents: flat(attended),
      places: flat(places),
      ...((network.segments ?? 0) > 1 ? { segments: flat(input('token_type_ids', ids.type)) } : {}),
    },
    { batch },
  )
  return { graph: createGraph({ logits }), dimensions }
}
