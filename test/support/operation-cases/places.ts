/** Cases of operations that move, pick and cast elements. */

import * as o from '../../../src/engine/operations/index.js'
import { randomTensor } from '../check-gradient.js'
import { ids, longIds, type OperationCases, on } from './case.js'

export const places: OperationCases = {
  cast: [on([[3, 5]], (x) => o.cast(x!, { to: 'float64' }))],
  concat: [
    on(
      [
        [3, 2],
        [3, 5],
        [3, 7],
      ],
      (a, b, c) => o.concat(a!, b!, c!, { axis: -1 }),
    ),
    on([[3, 2]], (x) => o.concat(x!, x!, { axis: 0 })),
  ],
  expand: [
    on([[3, 1]], (x) => o.expand(x!, { shape: [2, 3, 5] })),
    on([[]], (x) => o.expand(x!, { shape: [2] })),
  ],
  flip: [on([[3, 5, 2]], (x) => o.flip(x!, { axis: 1 }))],
  gather: [
    // A table small enough for a product with one-hot rows, and one that is scattered to.
    on([[7, 3]], (table, places) => o.gather(table!, places!), {
      fixed: [ids([1, 6, 1, 0], [2, 2])],
    }),
    on([[521, 2]], (table, places) => o.gather(table!, places!), { fixed: [ids([520, 3, 520])] }),
    on([[3, 7, 5]], (x, places) => o.gather(x!, places!, { axis: 1 }), {
      fixed: [longIds([1, 6, 1, 0], [2, 2])],
    }),
    on([[3, 5]], (x, place) => o.gather(x!, place!, { axis: -1 }), { fixed: [ids([2], [])] }),
  ],
  gatherElements: [
    on([[3, 5]], (x, places) => o.gatherElements(x!, places!, { axis: 1 }), {
      fixed: [longIds([0, 4, 4, 1, 1, 1], [3, 2])],
    }),
  ],
  lowerTriangle: [on([[2, 3, 5]], (x) => o.lowerTriangle(x!, { diagonal: 1 }))],
  pad: [on([[3, 5]], (x) => o.pad(x!, { before: [1, 0], after: [2, 3], value: 7 }))],
  reshape: [on([[2, 3, 5]], (x) => o.reshape(x!, { shape: [5, -1] }))],
  rotary: [
    on([[2, 3, 5, 14]], (x, cosines, sines) => o.rotary(x!, cosines!, sines!), {
      fixed: [randomTensor([5, 7], { seed: 3 }), randomTensor([5, 7], { seed: 4 })],
    }),
  ],
  rotaryAt: [
    on([[2, 3, 5, 14]], (x, cosines, sines, places) => o.rotaryAt(x!, places!, cosines!, sines!), {
      fixed: [
        randomTensor([11, 7], { seed: 3 }),
        randomTensor([11, 7], { seed: 4 }),
        ids([0, 1, 2, 3, 4, 10, 3, 0, 3, 7], [2, 5]),
      ],
    }),
  ],
  scatter: [
    on(
      [
        [3, 5],
        [3, 2],
      ],
      (x, updates, places) => o.scatter(x!, places!, updates!, { axis: 1 }),
      {
        fixed: [longIds([0, 4, 2, 1, 3, 0], [3, 2])],
      },
    ),
    on(
      [
        [5, 3],
        [2, 3],
      ],
      (x, updates, places) => o.scatter(x!, places!, updates!, { axis: 0, reduction: 'add' }),
      {
        fixed: [ids([0, 4, 2, 0, 3, 2], [2, 3])],
      },
    ),
  ],
  slice: [
    on([[3, 7]], (x) => o.slice(x!, { axis: 1, start: 2, end: -1 })),
    on([[7, 3]], (x) => o.slice(x!, { axis: 0, start: -6, step: 3 })),
  ],
  split: [
    on([[3, 7]], (x) => o.split(x!, { axis: 1, sizes: [2, 5] })),
    // One part does not reach the loss.
    on([[10, 3]], (x) => o.split(x!, { axis: 0, sizes: [2, 3, 5] }).slice(1)),
  ],
  transpose: [on([[2, 3, 5, 7]], (x) => o.transpose(x!, { axes: [2, 0, 3, 1] }))],
  upperTriangle: [on([[5, 3]], (x) => o.upperTriangle(x!))],
}
