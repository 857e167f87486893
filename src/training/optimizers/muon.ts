import { z } from 'zod'
import type { Value } from '../../engine/graph/value.js'
import { add, div, matmul, mul, sqrt, sub, sum, transpose } from '../../engine/operations/index.js'
import { ofRank, type Shape } from '../../engine/tensor/shape.js'
import { type ParameterRole, roleOf } from '../../network/models/parameter-role.js'
import { adamW } from './adamw.js'
import { defineOptimizer, type OptimizedParameter } from './optimizer.js'

/** The quintic iteration's coefficients (Jordan et al. 2024), chosen for speed over accuracy. */
const [linear, cubic, quintic] = [3.4445, -4.775, 2.0315]
const iterations = 5

/** Makes all singular values of a matrix about 1. */
const orthogonalize = (matrix: Value): Value => {
  const [rows, columns] = ofRank(matrix.shape, 2)
  const isTall = rows > columns
  const wide = isTall ? transpose(matrix, { axes: [1, 0] }) : matrix
  const start = div(wide, add(sqrt(sum(mul(wide, wide))), 1e-7))
  const x = isLong(matrix.shape) ? iterateOnGram(start) : iterate(start)
  return isTall ? transpose(x, { axes: [1, 0] }) : x
}

const iterate = (start: Value): Value => {
  let x = start
  for (let iteration = 0; iteration < iterations; iteration++) {
    x = add(mul(x, linear), matmul(higherPowers(matmul(x, x, { transposeB: true })), x))
  }
  return x
}

/** The cubic and the quintic part of the iteration's factor, for a gram matrix. */
const higherPowers = (gram: Value): Value =>
  add(mul(gram, cubic), matmul(gram, gram, { scale: quintic }))

/**
 * The same result for fewer products where rows are long. All factors are polynomials of the gram
 * matrix, so they are gathered without the rows: as `share · 1 + factor`, which the rows then meet
 * once. In float32 this is exact to about 5e-5 of the result.
 */
const iterateOnGram = (start: Value): Value => {
  let gram = matmul(start, start, { transposeB: true })
  let powers = higherPowers(gram)
  let [factor, share] = [powers, linear]
  for (let iteration = 1; iteration < iterations; iteration++) {
    // The new rows are the old ones times their factor, so the gram matrix meets it from both sides.
    const half = add(mul(gram, linear), matmul(powers, gram))
    gram = add(mul(half, linear), matmul(powers, half))
    powers = higherPowers(gram)
    factor = add(add(mul(factor, linear), mul(powers, share)), matmul(powers, factor))
    share *= linear
  }
  return add(mul(start, share), matmul(factor, start))
}

/** Whether rows are so long that the gram matrix alone is the cheaper one to iterate on. */
const isLong = (shape: Shape): boolean => Math.max(...shape) >= 2 * Math.min(...shape)

/** Floating-point operations of its products. */
const orthogonalizeFlops = (shape: Shape): number => {
  const [short, long] = [Math.min(...shape), Math.max(...shape)]
  const [withRows, square] = [2 * short * short * long, 2 * short ** 3]
  return isLong(shape)
    ? 2 * withRows + (1 + 4 * (iterations - 1)) * square
    : iterations * (2 * withRows + square)
}

/** The ends of networks, which are left to AdamW: tables of embeddings, scores, pixels. */
const ends: readonly ParameterRole[] = ['embedding', 'table', 'head', 'classifier', 'pixels']

/** Matrices between hidden states. */
const isHiddenMatrix = ({ name, shape }: OptimizedParameter): boolean =>
  shape.length === 2 && !ends.includes(roleOf(name))

const { betas, weightDecay } = adamW.options.shape

/**
 * Muon (Jordan et al. 2024): the momentum of a hidden matrix, made orthogonal, is its update; it is
 * scaled to the size of AdamW's (Liu et al. 2025), so one learning rate serves both.
 */
export const muon = defineOptimizer({
  kind: 'muon',
  summary: 'orthogonal updates for matrices, AdamW for all else',
  options: z.strictObject({
    momentum: z
      .number()
      .min(0)
      .lt(1)
      .default(0.95)
      .describe('how much of the average of gradients is kept'),
    betas: betas.describe('the same for what AdamW updates'),
    weightDecay,
  }),
  create: ({ momentum, ...options }) => {
    const others = adamW(options)
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
  },
})
