/** Measures an encoder-decoder on pairs of texts that it has not seen. */

import { spreadOver } from '../../../data/order/spread-over.js'
import { createGraph } from '../../../engine/graph/graph.js'
import type { Program, Runtime, Tensors } from '../../../engine/runtime/runtime.js'
import { whileOpen } from '../../../engine/runtime/while-open.js'
import { numbersOf } from '../../../engine/tensor/tensor.js'
import type { PairIds } from '../../objectives/text-pairs.js'
import { bucketOf, type PairBucket } from './pair-buckets.js'
import type { PairObjective } from './pair-objective.js'

/** Pairs that are measured during a run, spread over all. */
const measured = 512

export interface MeasurePairsOptions {
  readonly runtime: Runtime
  readonly tensors: Tensors
  readonly pairs: readonly PairIds[]
  /** One of them has room for each pair. */
  readonly buckets: readonly PairBucket[]
}

/** The loss in nats and the share of right guesses, over all tokens of targets. */
export const measurePairs = async (
  objective: PairObjective,
  { runtime, tensors, pairs, buckets }: MeasurePairsOptions,
): Promise<{ readonly loss: number; readonly accuracy: number }> => {
  const chosen = spreadOver(pairs, measured)
  const total = { loss: 0, right: 0, labels: 0 }
  await whileOpen(runtime.createBuffers(tensors), async (buffers) => {
    for (const [place, bucket] of buckets.entries()) {
      const members = chosen.filter((pair) => bucketOf(pair, buckets) === place)
      if (members.length === 0) continue
      const { loss, metrics } = objective.loss(bucket).loss
      const graph = createGraph({ loss, accuracy: metrics!.accuracy! })
      const found = await whileOpen(runtime.createProgram(graph, { buffers }), (program) =>
        sumOver(members, bucket, { program, objective }),
      )
      total.loss += found.loss
      total.right += found.right
      total.labels += found.labels
    }
  })
  return { loss: total.loss / total.labels, accuracy: total.right / total.labels }
}

/** Sums of the loss and of right guesses over the tokens of a bucket's pairs. */
const sumOver = async (
  pairs: readonly PairIds[],
  bucket: PairBucket,
  {
    program,
    objective: { batch, feeds },
  }: { readonly program: Program; readonly objective: PairObjective },
) => {
  const sums = { loss: 0, right: 0, labels: 0 }
  for (let first = 0; first < pairs.length; first += batch) {
    const fed = feeds(pairs.slice(first, first + batch), bucket)
    const labels = numbersOf(fed['total weight']!)[0]!
    const { loss, accuracy } = await program.run(fed)
    sums.loss += numbersOf(loss!)[0]! * labels
    sums.right += numbersOf(accuracy!)[0]! * labels
    sums.labels += labels
  }
  return sums
}
