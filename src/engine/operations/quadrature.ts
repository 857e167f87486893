/**
 * The error function in float64, for which there is no kernel: erf x = 2x/√π ∫₀¹ e^(-x²u²) du by
 * Gauss-Legendre quadrature, exact to about 1e-14.
 */

import type { OnnxEmitter } from '../graph/operation.js'
import { tensorOf } from '../tensor/tensor.js'

/** Beyond, erf is ±1 to the last bit. */
const bound = 6
const points = 32

/** Nodes and weights of Gauss-Legendre quadrature over [0, 1]: roots of Pₙ by Newton's method. */
const gaussLegendre = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    let root = Math.cos((Math.PI * (index + 0.75)) / (count + 0.5))
    let slope = 0
    for (let round = 0; round < 8; round++) {
      let [previous, value] = [1, root]
      for (let degree = 2; degree <= count; degree++) {
        const next = ((2 * degree - 1) * root * value - (degree - 1) * previous) / degree
        previous = value
        value = next
      }
      slope = (count * (root * value - previous)) / (root * root - 1)
      root -= value / slope
    }
    return { node: (1 + root) / 2, weight: 1 / ((1 - root * root) * slope * slope) }
  })

/** erf of a float64 value, element by element. */
export const emitErf64 = (emit: OnnxEmitter, x: string): string => {
  const constant = (values: readonly number[], shape: readonly number[]) =>
    emit.constant(tensorOf('float64', values, shape))
  const rule = gaussLegendre(points)
  const clipped = emit.node('Clip', [x, constant([-bound], []), constant([bound], [])])
  const column = emit.node('Unsqueeze', [clipped, emit.integers([-1])])
  const squares = emit.node('Mul', [column, column])
  const exponents = emit.node('Mul', [
    squares,
    constant(
      rule.map(({ node }) => -node * node),
      [points],
    ),
  ])
  const weights = constant(
    rule.map(({ weight }) => (weight * 2) / Math.sqrt(Math.PI)),
    [points],
  )
  const weighted = emit.node('Mul', [emit.node('Exp', [exponents]), weights])
  const integral = emit.node('ReduceSum', [weighted, emit.integers([-1])], { keepdims: 0 })
  return emit.node('Mul', [clipped, integral])
}
