/** Cases of products of matrices. */

import * as o from '../../../src/engine/operations/index.js'
import { type OperationCases, on, truths } from './case.js'

export const products: OperationCases = {
  attention: [
    on(
      [
        [2, 3, 5, 7],
        [2, 3, 11, 7],
        [2, 3, 11, 2],
      ],
      (q, k, v) => o.attention(q!, k!, v!),
    ),
    on(
      [
        [2, 4, 5, 3],
        [2, 2, 5, 3],
        [2, 2, 5, 7],
      ],
      (q, k, v) => o.attention(q!, k!, v!, { isCausal: true }),
    ),
    on(
      [
        [2, 4, 3, 5],
        [2, 1, 7, 5],
        [2, 1, 7, 3],
      ],
      (q, k, v) => o.attention(q!, k!, v!, { isCausal: true, scale: 0.7 }),
    ),
    on(
      [
        [2, 3, 5, 2],
        [2, 3, 7, 2],
        [2, 3, 7, 2],
        [3, 1, 7],
      ],
      (q, k, v, mask) => o.attention(q!, k!, v!, { mask: mask! }),
    ),
    on(
      [
        [1, 2, 3, 5],
        [1, 2, 3, 5],
        [1, 2, 3, 5],
      ],
      (q, k, v, mask) => o.attention(q!, k!, v!, { mask: mask! }),
      { fixed: [truths([1, 0, 1, 1, 1, 0, 0, 0, 1], [3, 3])] },
    ),
  ],
  matmul: [
    on(
      [
        [3, 5],
        [5, 7],
      ],
      (a, b) => o.matmul(a!, b!),
    ),
    on(
      [
        [2, 3, 5],
        [5, 7],
      ],
      (a, b) => o.matmul(a!, b!, { scale: 0.3 }),
    ),
    on(
      [
        [2, 3, 5],
        [7, 5],
      ],
      (a, b) => o.matmul(a!, b!, { transposeB: true }),
    ),
    on(
      [
        [2, 5, 3],
        [5, 7],
      ],
      (a, b) => o.matmul(a!, b!, { transposeA: true }),
    ),
    on(
      [
        [2, 5, 3],
        [2, 7, 5],
      ],
      (a, b) => o.matmul(a!, b!, { transposeA: true, transposeB: true, scale: 2 }),
    ),
    on(
      [
        [5, 3],
        [2, 7, 5],
      ],
      (a, b) => o.matmul(a!, b!, { transposeA: true, transposeB: true }),
    ),
    on(
      [
        [3, 1, 2, 5],
        [7, 5, 2],
      ],
      (a, b) => o.matmul(a!, b!),
    ),
    on(
      [
        [2, 5],
        [3, 5, 7],
      ],
      (a, b) => o.matmul(a!, b!),
    ),
  ],
}
