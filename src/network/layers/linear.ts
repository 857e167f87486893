import type { Value } from '../../engine/graph/value.js'
import { add, matmul } from '../../engine/operations/index.js'
import { fanIn, type Initializer } from '../initializers.js'
import { parameter } from '../parameters.js'
import { defineLayer } from './layer.js'

interface LinearOptions {
  readonly inputs: number
  readonly outputs: number
  readonly initialize?: Initializer
}

/** x W without a bias: [rows, inputs] → [rows, outputs]. */
export const linear = ({ inputs, outputs, initialize = fanIn() }: LinearOptions) =>
  defineLayer('linear', {
    parameters: { weight: parameter([inputs, outputs], initialize) },
    apply: ({ weight }, x: Value) => matmul(x, weight),
  })

/** x W + b: [rows, inputs] → [rows, outputs]. */
export const affine = ({ inputs, outputs, initialize = fanIn() }: LinearOptions) =>
  defineLayer('affine', {
    parameters: { weight: parameter([inputs, outputs], initialize), bias: parameter([outputs]) },
    apply: ({ weight, bias }, x: Value) => add(matmul(x, weight), bias),
  })
