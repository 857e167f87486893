/** What a layer is: a tree of parameters and a pure function of their values. */

import { withScope } from '../../engine/graph/scope.js'
import type { Bound } from '../parameters.js'

export interface Layer<Tree, Inputs extends readonly unknown[], Result> {
  readonly parameters: Tree
  readonly apply: (parameters: Bound<Tree>, ...inputs: Inputs) => Result
}

/** Defines a layer; the nodes that it makes are marked with its name. */
export const defineLayer = <Tree, Inputs extends readonly unknown[], Result>(
  name: string,
  { parameters, apply }: Layer<Tree, Inputs, Result>,
): Layer<Tree, Inputs, Result> => ({
  parameters,
  apply: (values, ...inputs) => withScope(name, () => apply(values, ...inputs)),
})
