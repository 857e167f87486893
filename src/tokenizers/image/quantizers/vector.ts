/**
 * Vector quantization (van den Oord et al. 2017): the code of a vector is the nearest entry of a
 * code book. Entries follow the exponential average of the vectors that chose them; an entry that
 * nobody chooses is moved onto a vector of the batch.
 */

import { constant } from '../../../engine/graph/graph.js'
import type { Value } from '../../../engine/graph/value.js'
import {
  add,
  argMax,
  cast,
  div,
  equal,
  gather,
  less,
  matmul,
  mean,
  mul,
  reshape,
  slice,
  stopGradient,
  sub,
  sum,
  where,
} from '../../../engine/operations/index.js'
import { tensorOf } from '../../../engine/tensor/tensor.js'
import { normal, ones } from '../../../network/initializers.js'
import { parameter } from '../../../network/parameters.js'
import type { Averages, Quantizer } from './quantizer.js'

export interface VectorOptions {
  readonly codes: number
  readonly channels: number
  /** How much of the averages is kept at each step. */
  readonly decay?: number
  /** The weight of the term that keeps the encoder near its codes. */
  readonly commitment?: number
  /** Entries whose average use a step falls below this, which is above 0, are revived. */
  readonly revivalUse?: number
}

export const vector = ({
  codes,
  channels,
  decay = 0.99,
  commitment = 0.25,
  revivalUse = 0.05,
}: VectorOptions): Quantizer => ({
  channels,
  codes,
  averages: {
    // How many vectors chose an entry, and their sum, both averaged over steps.
    use: parameter([codes], ones),
    sums: parameter([codes, channels], normal(1)),
  },
  quantize(averages, vectors) {
    const [use, sums] = [averages.use!, averages.sums!]
    const entries = entriesOf(averages)
    // Largest x·e - |e|²/2 is smallest |x - e|².
    const products = matmul(vectors, entries, { transposeB: true })
    const halfNorms = mul(sum(mul(entries, entries), { axes: [1] }), 0.5)
    const chosen = argMax(sub(products, halfNorms), { axis: 1 })
    const nearest = gather(entries, chosen)
    const distance = sub(vectors, stopGradient(nearest))

    const column = reshape(chosen, { shape: [-1, 1] })
    const ids = constant(
      tensorOf(
        'int64',
        Array.from({ length: codes }, (_, id) => id),
      ),
    )
    const choices = cast(equal(column, ids), { to: 'float32' })
    const fixed = stopGradient(vectors)
    const nextUse = add(mul(use, decay), mul(sum(choices, { axes: [0] }), 1 - decay))
    const chosenSums = matmul(choices, fixed, { transposeA: true })
    const nextSums = add(mul(sums, decay), mul(chosenSums, 1 - decay))
    const isDead = less(nextUse, revivalUse)
    const isDeadRow = reshape(isDead, { shape: [codes, 1] })
    return {
      vectors: add(vectors, stopGradient(sub(nearest, vectors))),
      codes: cast(chosen, { to: 'int32' }),
      loss: mul(mean(mul(distance, distance)), commitment),
      updates: {
        use: where(isDead, 1, nextUse),
        sums: where(isDeadRow, repeatRows(fixed, codes), nextSums),
      },
    }
  },
  lookUp: (averages, ids) => gather(entriesOf(averages), ids),
})

/** An entry is the mean of the vectors that chose it: [codes, channels]. */
const entriesOf = ({ use, sums }: Averages): Value => div(sums!, reshape(use!, { shape: [-1, 1] }))

/** The first `count` rows of x, starting again from the top where x has fewer. */
const repeatRows = (x: Value, count: number): Value => {
  const rows = x.shape[0]!
  if (count <= rows) return slice(x, { axis: 0, end: count })
  const indices = Array.from({ length: count }, (_, index) => index % rows)
  return gather(x, constant(tensorOf('int64', indices)))
}
