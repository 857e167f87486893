/** What an optimizer is: extra state for each parameter, numbers fed at each step, and an update. */

import type { Value } from '../../engine/graph/value.js'
import type { Shape } from '../../engine/tensor/shape.js'

/** A parameter as an optimizer sees it. */
export interface OptimizedParameter {
  readonly name: string
  readonly shape: Shape
}

export interface Optimizer {
  /** The names of the state tensors of a parameter; each has its shape and starts at zero. */
  state(parameter: OptimizedParameter): readonly string[]
  /** Floating-point operations of an update, where they grow faster than the parameter. */
  flops?(parameter: OptimizedParameter): number
  /** The scalars that its updates read, at a step counted from 1. */
  scalars(step: number, learningRate: number): Readonly<Record<string, number>>
  /** The new value of a parameter and of its state, by the names of `state`. */
  update(context: {
    readonly parameter: OptimizedParameter
    readonly value: Value
    /** Already clipped. */
    readonly gradient: Value
    readonly state: Readonly<Record<string, Value>>
    readonly scalars: Readonly<Record<string, Value>>
  }): { readonly value: Value; readonly state: Readonly<Record<string, Value>> }
}
