import type { Value } from '../../engine/graph/value.js'
import { add, div, matmul, mul, sqrt, sub, sum, transpose } from '../../engine/operations/index.js'
import type { Shape } from '../../engine/tensor/shape.js'
import { roleOf } from '../../network/models/parameter-role.js'
import { type AdamWOptions, adamW } from './adamw.js'
import type { OptimizedParameter, Optimizer } from './optimizer.js'

export interface MuonOptions extends AdamWOptions {
  readonly momentum?: number
}

/** The quintic iteration's coefficients (Jordan et al. 2024), chosen for speed over accuracy. */
const [linear, cubic, quintic] = [3.4445, -4.775, 2.0315]
const iterations = 5

/** Makes all singular values of a matrix about 1. */
const orthogonalize = (matrix: Value): Value => {
  const [rows, columns] = matrix.shape as [number, number]
  const isTall = rows > columns
  const wide = isTall ? transpose(matrix, { axes: [1, 0] }) : matrix
  let x = div(wide, add(sqrt(sum(mul(wide, wide))), 1e-7))
  for (let iteration = 0; iteration < iterations; iteration++) {
    const gram = matmul(x, x, { transposeB: true })
    const polynomial = add(mul(gram, cubic), matmul(gram, gram, { scale: quintic }))
    x = add(mul(x, linear), matmul(polynomial, x))
  }
  return isTall ? transpose(x, { axes: [1, 0] }) : x
}

/** Floating-point operations of that: three products an iteration. */
const orthogonalizeFlops = (shape: Shape): number => {
  const [short, long] = [Math.min(...shape), Math.max(...shape)]
  return iterations * (4 * short * short * long + 2 * short ** 3)
}

/** Matrices between hidden states; tables of embeddings and scores are left to AdamW. */
const isHiddenMatrix = ({ name, shape }: OptimizedParameter): boolean =>
  shape.length === 2 && !['embedding', 'table', 'head', 'classifier'].includes(roleOf(name))

/**
 * Muon (Jordan et al. 2024): the momentum of a hidden matrix, made orthogonal, is its update; it is
 * scaled to the size of AdamW's (Liu et al. 2025), so one learning rate serves both.
 */
export const muon = ({ momentum = 0.95, ...options }: MuonOptions = {}): Optimizer => {
  const { weightDecay = 0.1 } = options
  const others = adamW({ ...options, weightDecay })
  return {
    state: (parameter) => (isHiddenMatrix(parameter) ? ['momentum'] : others.state(parameter)),
    flops: (parameter) => (isHiddenMatrix(parameter) ? orthogonalizeFlops(parameter.shape) : 0),
    scalars: (step, learningRate) => ({ ...others.scalars(step, learningRate), learningRate }),
    update: (context) => {
      const { parameter, value, gradient, state, scalars } = context
      if (!isHiddenMatrix(parameter)) return others.update(context)
      const next = add(mul(state.momentum!, momentum), gradient)
      // Nesterov's look ahead: where the momentum will be after the same gradient once more.
      const direction = orthogonalize(add(gradient, mul(next, momentum)))
      const size = 0.2 * Math.sqrt(Math.max(...parameter.shape))
      const change = mul(direction, mul(scalars.learningRate!, size))
      return { value: sub(mul(value, scalars.keep!), change), state: { momentum: next } }
    },
  }
}
