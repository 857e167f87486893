/**
 * What the graphs of a folder for npm's @huggingface/transformers have in common: inputs and outputs
 * named and shaped as that client feeds and reads them, with sizes that it decides.
 */

import { type FreeDimension, standInsFor } from '../../engine/graph/free-dimension.js'
import { type Graph, input } from '../../engine/graph/graph.js'
import type { Value } from '../../engine/graph/value.js'
import { add, cumulativeSum, mul, reshape, sub } from '../../engine/operations/index.js'
import { ofRank } from '../../engine/tensor/shape.js'
import { listParameters, type ParameterTree } from '../../network/parameters.js'

export interface ClientGraph {
  readonly graph: Graph
  readonly dimensions: readonly FreeDimension[]
}

/** All sizes of a network's parameters, none of which may stand for a free one. */
export const fixedSizes = (tree: ParameterTree): number[] =>
  Array.from(listParameters(tree).values()).flatMap(({ shape }) => [...shape])

interface Rows {
  readonly batch: number
  readonly ids: Value
  readonly attended: Value
  /** Where tokens stand, from 0 on. */
  readonly places: Value
  readonly dimensions: readonly FreeDimension[]
}

/** The inputs of graphs that read whole texts, padded on the right: int64 [batch, time] each. */
export const readingInputs = (fixed: readonly number[]): Rows => {
  const [batch, time] = ofRank(standInsFor(fixed, 2), 2)
  const row = (name: string) => input(name, { dtype: 'int64', shape: [batch, time] })
  const ids = row('input_ids')
  return {
    batch,
    ids,
    attended: row('attention_mask'),
    places: sub(countAlong(ids), 1),
    dimensions: [
      { name: 'batch_size', standIn: batch, input: 'input_ids', axis: 0 },
      { name: 'sequence_length', standIn: time, input: 'input_ids', axis: 1 },
    ],
  }
}

/** One row of all: [batch, time] → [batch · time]. */
export const flat = (x: Value): Value => reshape(x, { shape: [-1] })

/** 1, 2, 3 and so on along the rows of anything int64, [batch, time]. */
export const countAlong = (rows: Value): Value => cumulativeSum(add(mul(rows, 0), 1), { axis: 1 })
