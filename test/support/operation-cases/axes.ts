/** Cases of operations over one or several axes. */

import type { Value } from '../../../src/engine/graph/value.js'
import * as o from '../../../src/engine/operations/index.js'
import type { Reduction } from '../../../src/engine/operations/reduction.js'
import { type OperationCases, on } from './case.js'

const reduction = (operation: (x: Value, reduction: Reduction) => Value) => [
  on([[2, 3, 5]], (x) => operation(x!, {})),
  on([[2, 3, 5]], (x) => operation(x!, { axes: [1] })),
  on([[2, 3, 5]], (x) => operation(x!, { axes: [-1, 0], keepAxes: true })),
  on([[2, 3, 5]], (x) => operation(x!, { axes: [] })),
]

export const axes: OperationCases = {
  cumulativeSum: [false, true].flatMap((exclusive) =>
    [false, true].map((reverse) =>
      on([[2, 5, 3]], (x) => o.cumulativeSum(x!, { axis: -2, exclusive, reverse })),
    ),
  ),
  logSoftmax: [
    on([[3, 5]], (x) => o.logSoftmax(x!)),
    on([[2, 3, 5]], (x) => o.logSoftmax(x!, { axis: 1 })),
  ],
  logSumExp: reduction(o.logSumExp),
  max: reduction(o.max),
  mean: reduction(o.mean),
  min: reduction(o.min),
  softmaxProduct: [
    on(
      [
        [3, 5],
        [5, 2],
      ],
      (scores, values) => o.softmaxProduct(scores!, values!),
    ),
    on(
      [
        [2, 3, 5],
        [2, 5, 7],
      ],
      (scores, values) => o.softmaxProduct(scores!, values!),
    ),
  ],
  softmax: [on([[3, 5]], (x) => o.softmax(x!)), on([[2, 3, 5]], (x) => o.softmax(x!, { axis: 1 }))],
  standardize: [
    on([[2, 3, 5]], (x) => o.standardize(x!)),
    on([[2, 3, 5]], (x) => o.standardize(x!, { axes: [1], epsilon: 0.01 })),
  ],
  sum: reduction(o.sum),
  sumOfSquares: reduction(o.sumOfSquares),
  sumTo: [on([[2, 3, 5]], (x) => o.sumTo(x!, [3, 1])), on([[2, 3, 5]], (x) => o.sumTo(x!, []))],
  topK: [
    on([[3, 7]], (x) => o.topK(x!, { count: 2 })),
    on([[3, 7, 2]], (x) => o.topK(x!, { count: 3, axis: 1, isSmallest: true })),
  ],
  variance: reduction(o.variance),
}
