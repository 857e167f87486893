/**
 * Parameters as a tree of named tensors: what a layer needs is described once and can then be
 * listed, initialised, counted, or bound to the values of a graph.
 */

import { input } from '../engine/graph/graph.js'
import type { Value } from '../engine/graph/value.js'
import { type Shape, sizeOf } from '../engine/tensor/shape.js'
import { type Tensor, tensorOf } from '../engine/tensor/tensor.js'
import { type Initializer, zeros } from './initializers.js'

/** One trainable float32 tensor. */
export interface Parameter {
  readonly kind: 'parameter'
  readonly shape: Shape
  readonly initialize: Initializer
}

export type ParameterTree =
  | Parameter
  | { readonly [name: string]: ParameterTree }
  | readonly ParameterTree[]

/** The same tree with another thing, such as a value, in the place of each parameter. */
export type Bound<Tree, Leaf = Value> = Tree extends Parameter
  ? Leaf
  : { readonly [Name in keyof Tree]: Bound<Tree[Name], Leaf> }

export const parameter = (shape: Shape, initialize: Initializer = zeros): Parameter => ({
  kind: 'parameter',
  shape,
  initialize,
})

const isParameter = (tree: ParameterTree): tree is Parameter =>
  'kind' in tree && tree.kind === 'parameter'

/** The tree with each parameter replaced by what `replace` makes of its name and itself. */
export const mapParameters = <Tree, Leaf>(
  tree: Tree,
  replace: (name: string, parameter: Parameter) => Leaf,
  prefix = '',
): Bound<Tree, Leaf> => {
  const visit = (node: ParameterTree, path: string): unknown => {
    if (isParameter(node)) return replace(path, node)
    const join = (name: string | number) => (path === '' ? `${name}` : `${path}.${name}`)
    return Array.isArray(node)
      ? node.map((child, index) => visit(child, join(index)))
      : Object.fromEntries(
          Object.entries(node).map(([name, child]) => [name, visit(child, join(name))]),
        )
  }
  // Whatever has parameters for leaves is a tree of them, and what comes out has its form.
  return visit(tree as ParameterTree, prefix) as Bound<Tree, Leaf>
}

/** The parameters by name, such as `layers.3.attention.output`, in the order of the tree. */
export const listParameters = (
  tree: ParameterTree,
  prefix = '',
): ReadonlyMap<string, Parameter> => {
  const list = new Map<string, Parameter>()
  mapParameters<unknown, unknown>(tree, (name, leaf) => list.set(name, leaf), prefix)
  return list
}

/** The number of trainable elements. */
export const countParameters = (tree: ParameterTree): number =>
  Array.from(listParameters(tree).values()).reduce((sum, { shape }) => sum + sizeOf(shape), 0)

/** First values of all parameters; each depends on the seed and the parameter's name alone. */
export const initializeParameters = (
  tree: ParameterTree,
  { seed, prefix = '' }: { seed: number; prefix?: string },
): Record<string, Tensor> => {
  const tensors: Record<string, Tensor> = {}
  for (const [name, { shape, initialize }] of listParameters(tree, prefix)) {
    tensors[name] = tensorOf('float32', initialize(shape, { seed, name }), shape)
  }
  return tensors
}

/** A tree as inputs of a graph, named after the parameters, and the same inputs by name. */
export interface ParameterInputs<Tree> {
  readonly values: Bound<Tree>
  readonly inputs: ReadonlyMap<string, Value>
}

export const parameterInputs = <Tree>(tree: Tree, prefix = ''): ParameterInputs<Tree> => {
  const inputs = new Map<string, Value>()
  const values = mapParameters<Tree, Value>(
    tree,
    (name, { shape }) => {
      const value = input(name, { dtype: 'float32', shape })
      inputs.set(name, value)
      return value
    },
    prefix,
  )
  return { values, inputs }
}
