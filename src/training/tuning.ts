/**
 * Which parameters of a network are trained: all, its head, its last blocks, those of some names,
 * or low-rank adapters beside matrices that stand still (Hu et al. 2022). An adapter is added to its
 * matrix inside of the graph, so no layer knows of it.
 */

import { input } from '../engine/graph/graph.js'
import type { Value } from '../engine/graph/value.js'
import { add, matmul } from '../engine/operations/index.js'
import type { Tensors } from '../engine/runtime/runtime.js'
import { ofRank } from '../engine/tensor/shape.js'
import { ofDtype } from '../engine/tensor/tensor.js'
import { RecipeError } from '../errors.js'
import {
  type AdapterOptions,
  adapterFactor,
  adapterNames,
  isAdapterName,
  mergeAdapter,
} from '../network/adapters.js'
import { fanIn, zeros } from '../network/initializers.js'
import { blockOf, roleOf } from '../network/models/parameter-role.js'
import {
  type Bound,
  listParameters,
  mapParameters,
  type Parameter,
  type ParameterTree,
  parameter,
} from '../network/parameters.js'

export type Tuning =
  | { readonly kind: 'all' }
  /** What stands above the last block. */
  | { readonly kind: 'head' }
  /** What stands above the last block, and the last blocks: of an encoder-decoder, of each half. */
  | { readonly kind: 'last'; readonly blocks: number }
  | ({ readonly kind: 'adapters' } & AdapterOptions)

export interface TuningOptions {
  readonly tuning: Tuning
  /** Parameters that stand still in any case; `*` stands for any part of a name. */
  readonly frozen?: readonly string[]
}

export interface TunedParameters<Tree> {
  readonly values: Bound<Tree>
  /** The inputs that are trained, by their names: of the tree, and of adapters. */
  readonly trained: ReadonlyMap<string, Value>
  /** Parameters beside those of the tree. */
  readonly adapters: Readonly<Record<string, Parameter>>
}

/** How many blocks each stack has. */
const depthsOf = (names: readonly string[]): ReadonlyMap<string, number> => {
  const depths = new Map<string, number>()
  for (const name of names) {
    const place = blockOf(name)
    if (place === undefined) continue
    const { stack, block } = place
    depths.set(stack, Math.max(depths.get(stack) ?? 0, block + 1))
  }
  return depths
}

/** What comes after the blocks: the last norm and whatever makes scores. */
const isAboveBlocks = (name: string): boolean =>
  ['head', 'classifier', 'top'].includes(roleOf(name))

/** The matrices of blocks, which adapters stand beside. */
const isAdapted = (name: string, { shape }: Parameter): boolean =>
  roleOf(name) === 'block' && shape.length === 2

const patternOf = (glob: string): RegExp =>
  new RegExp(`^${glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`)

/**
 * The inputs of a tree of parameters, and which of them are trained. Throws RecipeError when nothing
 * is, and for patterns that no parameter has.
 */
export const tuneParameters = <Tree>(
  tree: Tree,
  { tuning, frozen = [] }: TuningOptions,
): TunedParameters<Tree> => {
  // Whatever has parameters for leaves is a tree of them.
  const list = listParameters(tree as ParameterTree)
  const names = [...list.keys()]
  const patterns = frozen.map(patternOf)
  for (const [index, pattern] of patterns.entries()) {
    if (names.some((name) => pattern.test(name))) continue
    throw new RecipeError(
      `frozen: no parameter is called ${frozen[index]}; there are ${names.slice(0, 6).join(', ')} and others`,
    )
  }
  const depths = depthsOf(names)
  const isChosen = (name: string): boolean => {
    if (patterns.some((pattern) => pattern.test(name))) return false
    if (tuning.kind === 'all') return true
    if (tuning.kind === 'last') {
      const place = blockOf(name)
      return place === undefined
        ? isAboveBlocks(name)
        : place.block >= depths.get(place.stack)! - tuning.blocks
    }
    // Adapters leave the rest alone but for a head that nobody has trained yet.
    return tuning.kind === 'head' ? isAboveBlocks(name) : roleOf(name) === 'classifier'
  }
  const trained = new Map<string, Value>()
  const adapters: Record<string, Parameter> = {}
  const values = mapParameters<Tree, Value>(tree, (name, described) => {
    const { shape } = described
    const value = input(name, { dtype: 'float32', shape })
    if (isChosen(name)) trained.set(name, value)
    const isFrozen = patterns.some((pattern) => pattern.test(name))
    if (tuning.kind !== 'adapters' || isFrozen || !isAdapted(name, described)) return value
    const [rows, columns] = ofRank(shape, 2)
    const { down: downName, up: upName } = adapterNames(name)
    adapters[downName] = parameter([rows, tuning.rank], fanIn())
    adapters[upName] = parameter([tuning.rank, columns], zeros)
    const down = input(downName, { dtype: 'float32', shape: [rows, tuning.rank] })
    const up = input(upName, { dtype: 'float32', shape: [tuning.rank, columns] })
    trained.set(downName, down).set(upName, up)
    return add(value, matmul(down, up, { scale: adapterFactor(tuning) }))
  })
  if (trained.size === 0) {
    throw new RecipeError(
      `tuning: nothing would be trained of ${names.length} parameters; choose another kind, or freeze fewer`,
    )
  }
  return { values, trained, adapters }
}

/** Tensors with the adapters added to their matrices, and without them. */
export const mergeAdapters = (tensors: Tensors, tuning: Tuning): Tensors => {
  if (tuning.kind !== 'adapters') return tensors
  const merged: Record<string, Tensors[string]> = {}
  for (const [name, tensor] of Object.entries(tensors)) {
    if (isAdapterName(name)) continue
    const { down: downName, up: upName } = adapterNames(name)
    const [down, up] = [tensors[downName], tensors[upName]]
    merged[name] =
      down === undefined || up === undefined
        ? tensor
        : mergeAdapter(
            ofDtype(tensor, 'float32'),
            { down: ofDtype(down, 'float32'), up: ofDtype(up, 'float32') },
            tuning,
          )
  }
  return merged
}
