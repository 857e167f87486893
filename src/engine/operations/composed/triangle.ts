import { constant } from '../../graph/graph.js'
import type { Value } from '../../graph/value.js'
import { ofRank } from '../../tensor/shape.js'
import { tensorOf } from '../../tensor/tensor.js'
import { where } from '../primitive/where.js'

interface Triangle {
  /** The last diagonal that is kept, counted from the main one upwards; 0 when left out. */
  readonly diagonal?: number
}

const keep = (x: Value, isKept: (row: number, column: number) => boolean): Value => {
  const [rows, columns] = ofRank(x.shape.slice(-2), 2)
  const kept = Array.from({ length: rows * columns }, (_, index) =>
    Number(isKept(Math.floor(index / columns), index % columns)),
  )
  return where(constant(tensorOf('bool', kept, [rows, columns])), x, 0)
}

/** x with zeros above a diagonal of its last two axes. */
export const lowerTriangle = (x: Value, { diagonal = 0 }: Triangle = {}): Value =>
  keep(x, (row, column) => column - row <= diagonal)

/** x with zeros below a diagonal of its last two axes. */
export const upperTriangle = (x: Value, { diagonal = 0 }: Triangle = {}): Value =>
  keep(x, (row, column) => column - row >= diagonal)
