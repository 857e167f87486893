/**
 * What an optimizer is: extra state for each parameter, numbers fed at each step, and an update; and
 * how recipes choose one, a record of its kind and options that makes it.
 */

import type { z } from 'zod'
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

export interface OptimizerKind<
  Kind extends string = string,
  Options extends z.ZodObject = z.ZodObject,
> {
  /** The optimizer with these options, and with the defaults of those that are left out. */
  (options?: Partial<z.output<Options>>): Optimizer
  readonly kind: Kind
  readonly summary: string
  /** All of them have defaults. */
  readonly options: Options
}

export const defineOptimizer = <const Kind extends string, Options extends z.ZodObject>({
  create,
  ...described
}: Pick<OptimizerKind<Kind, Options>, 'kind' | 'summary' | 'options'> & {
  create(options: z.output<Options>): Optimizer
}): OptimizerKind<Kind, Options> => {
  const defaults = described.options.parse({})
  return Object.assign(
    (options: Partial<z.output<Options>> = {}) => create({ ...defaults, ...options }),
    described,
  )
}
