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
import type { Quantizer } from './quantizer.js'

export interface VectorOptions {
  readonly codes: number
  readonly channels: number
  /** How much of the averages is kept at each step. */
  readonly decay?: number
  /** The weight of the term that keeps the encoder near its codes. */
  readonly commitment?: number
  /** Entries whose average use a step falls below this are revived. */
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
    entries: parameter([codes, channels], normal(1)),
    // How many vectors chose an entry, and their sum, both averaged over steps.
    use: parameter([codes], ones),
    sums: parameter([codes, channels], normal(1)),
  },
  quantize(averages, vectors) {
    const [entries, use, sums] = [averages.entries!, averages.use!, averages.sums!]
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
    const weights = reshape(nextUse, { shape: [codes, 1] })
    const averaged = div(nextSums, add(weights, 1e-5))
    const isDead = less(weights, revivalUse)
    const candidates = repeatRows(fixed, codes)
    return {
      vectors: add(vectors, stopGradient(sub(nearest, vectors))),
      codes: cast(chosen, { to: 'int32' }),
      loss: mul(mean(mul(distance, distance)), commitment),
      updates: {
        entries: where(isDead, candidates, averaged),
        use: where(less(nextUse, revivalUse), 1, nextUse),
        sums: where(isDead, candidates, nextSums),
      },
    }
  },
  lookUp: ({ entries }, ids) => gather(entries!, ids),
})

/** The first `count` rows of x, starting again from the top where x has fewer. */
const repeatRows = (x: Value, count: number): Value => {
  const rows = x.shape[0]!
  if (count <= rows) return slice(x, { axis: 0, end: count })
  const indices = Array.from({ length: count }, (_, index) => index % rows)
  return gather(x, constant(tensorOf('int64', indices)))
}
