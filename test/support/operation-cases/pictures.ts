/** Cases of convolutions, pools and changes of a picture's size. */

import * as o from '../../../src/engine/operations/index.js'
import {
  referenceAveragePool,
  referenceConv,
  referenceConvTranspose,
} from '../reference-convolution.js'
import { against, type OperationCases, on, type Shape } from './case.js'

const unpadded = { padding: [0, 0, 0, 0], strides: [1, 1], dilations: [1, 1] } as const
const uneven = { padding: [1, 0, 2, 1], strides: [2, 1], dilations: [1, 2] } as const
const same = { ...unpadded, padding: [1, 1, 1, 1] } as const

const convCase = (
  x: Shape,
  weights: Shape,
  window: typeof unpadded | typeof uneven | typeof same,
  groups = 1,
) => {
  const kernel = [weights[2]!, weights[3]!] as const
  return against(
    on([x, weights], (a, b) => o.conv(a!, b!, { ...window, groups })),
    (a, b) => referenceConv(a!, b!, { ...window, kernel }, groups),
  )
}

/** Poolings, and what they leave out spelt out. */
const poolings = [
  [{ size: 2 }, { ...unpadded, kernel: [2, 2], strides: [2, 2] }],
  [
    { size: [2, 3], strides: [3, 2] },
    { ...unpadded, kernel: [2, 3], strides: [3, 2] },
  ],
  [
    { size: 3, strides: [2, 1], padding: [1, 0, 2, 1] },
    { ...uneven, kernel: [3, 3], dilations: [1, 1] },
  ],
] as const

export const pictures: OperationCases = {
  averagePool: poolings.map(([pooling, window]) =>
    against(
      on([[2, 3, 7, 8]], (x) => o.averagePool(x!, pooling)),
      (x) => referenceAveragePool(x!, window),
    ),
  ),
  conv: [
    convCase([2, 3, 5, 7], [5, 3, 1, 1], unpadded),
    convCase([2, 3, 7, 5], [5, 3, 3, 2], uneven),
    convCase([2, 4, 7, 5], [6, 2, 3, 2], uneven, 2),
    // Large enough for the gradient of the weights to take each picture by itself.
    convCase([2, 3, 23, 23], [2, 3, 3, 3], same),
  ],
  convTranspose: [
    against(
      on(
        [
          [2, 3, 5, 4],
          [3, 5, 3, 2],
        ],
        (x, w) => o.convTranspose(x!, w!, unpadded),
      ),
      (x, w) => referenceConvTranspose(x!, w!, [7, 5], { ...unpadded, kernel: [3, 2] }),
    ),
    against(
      on(
        [
          [2, 4, 3, 5],
          [4, 3, 3, 2],
        ],
        (x, w) => o.convTranspose(x!, w!, { ...uneven, groups: 2, outputPadding: [1, 0] }),
      ),
      (x, w) => referenceConvTranspose(x!, w!, [5, 6], { ...uneven, kernel: [3, 2] }, 2),
    ),
  ],
  convWeightGradient: [
    on(
      [
        [2, 3, 5, 7],
        [2, 5, 4, 5],
      ],
      (x, upstream) => o.convWeightGradient(x!, upstream!, { kernel: [2, 3] }),
    ),
    on(
      [
        [2, 4, 5, 7],
        [2, 6, 3, 4],
      ],
      (x, upstream) =>
        o.convWeightGradient(x!, upstream!, { kernel: [2, 3], strides: 2, padding: 1, groups: 2 }),
    ),
  ],
  depthToSpace: [on([[2, 12, 3, 5]], (x) => o.depthToSpace(x!, { size: 2 }))],
  maxPool: poolings.map(([pooling]) => on([[2, 3, 7, 8]], (x) => o.maxPool(x!, pooling))),
  resizeBilinear: [
    on([[2, 3, 4, 5]], (x) => o.resizeBilinear(x!, { size: [8, 10] })),
    on([[1, 2, 5, 7]], (x) => o.resizeBilinear(x!, { size: [3, 11] })),
  ],
  spaceToDepth: [on([[2, 3, 4, 6]], (x) => o.spaceToDepth(x!, { size: 2 }))],
  upsample: [on([[2, 3, 5, 7]], (x) => o.upsample(x!, { factor: [2, 3] }))],
}
