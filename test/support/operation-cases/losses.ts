/** Cases of losses. */

import * as o from '../../../src/engine/operations/index.js'
import { ids, type OperationCases, on } from './case.js'

export const losses: OperationCases = {
  crossEntropy: [
    on([[3, 5]], (logits, labels) => o.crossEntropy(logits!, labels!), { fixed: [ids([1, 4, 1])] }),
  ],
}
