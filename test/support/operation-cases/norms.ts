/** Cases of norms. */

import * as o from '../../../src/engine/operations/index.js'
import { against, type OperationCases, on } from './case.js'

export const norms: OperationCases = {
  addRmsNorm: [
    against(
      on([[3, 5], [3, 5], [5]], (x, y, scale) => o.addRmsNorm(x!, y!, scale!, { epsilon: 0.1 })),
      (x, y, scale) => {
        const sum = o.add(x!, y!)
        return [o.rmsNorm(sum, scale!, { epsilon: 0.1 }), sum]
      },
    ),
    against(
      on([[3, 5], [3, 5], [5]], (x, y, scale) => o.addRmsNorm(x!, y!, scale!)[0]),
      (x, y, scale) => o.rmsNorm(o.add(x!, y!), scale!),
    ),
  ],
  batchNorm: [
    on([[3, 2, 5], [2], [2]], (x, scale, bias) => o.batchNorm(x!, scale!, bias!)),
    on([[2, 3, 5, 2], [3], [3]], (x, scale, bias) => o.batchNorm(x!, scale!, bias!)),
  ],
  frozenBatchNorm: [
    on(
      [[2, 3, 5], [3], [3], [3], [3]],
      (x, scale, bias, mean, variance) => o.frozenBatchNorm(x!, scale!, bias!, mean!, variance!),
      { positive: true },
    ),
  ],
  groupNorm: [on([[2, 6, 5, 3], [6], [6]], (x, s, b) => o.groupNorm(x!, s!, b!, { groups: 2 }))],
  layerNorm: [on([[3, 5], [5], [5]], (x, scale, bias) => o.layerNorm(x!, scale!, bias!))],
  layerNormalization: [
    on([[2, 3, 5], [5], [5]], (x, s, b) => o.layerNormalization(x!, s!, b!, { epsilon: 0.1 })[0]),
  ],
  rmsNorm: [
    on([[3, 5], [5]], (x, scale) => o.rmsNorm(x!, scale!)),
    on([[2, 3, 5], [5]], (x, scale) => o.rmsNorm(x!, scale!, { epsilon: 0.1 })),
  ],
}
