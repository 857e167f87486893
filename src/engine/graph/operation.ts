/**
 * What an operation is: a record of its type rule, its gradient and its ONNX form. Walkers give the
 * record meaning; this file knows no operation by name.
 */

import type { Tensor, TensorType } from '../tensor/tensor.js'
import type { Value } from './value.js'

/** What a gradient rule may look at. */
export interface GradientContext<Attributes> {
  readonly inputs: readonly Value[]
  /** The first output, the only one of most operations. */
  readonly output: Value
  readonly outputs: readonly Value[]
  /** The gradient of the loss with respect to `output`. */
  readonly upstream: Value
  /** One for each output; undefined where the loss does not depend on it. */
  readonly upstreams: readonly (Value | undefined)[]
  readonly attributes: Attributes
}

/**
 * The gradient of the loss with respect to each input; undefined where there is none. A gradient
 * may have the broadcast shape of the output: the reverse walk sums it back to the input's shape.
 */
export type GradientRule<Attributes, Vocabulary> = (
  context: GradientContext<Attributes>,
  vocabulary: Vocabulary,
) => readonly (Value | undefined)[]

export type OnnxAttribute = number | string | boolean | readonly number[] | Tensor | OnnxFloat

/** A floating-point attribute; plain numbers are emitted as integers. */
export interface OnnxFloat {
  readonly float: number | readonly number[]
}

/** Marks an attribute as floating point. */
export const float = (value: number | readonly number[]): OnnxFloat => ({ float: value })

export interface OnnxNodeOptions {
  readonly domain?: string
  readonly outputs?: number
}

/** Writes ONNX nodes; values are known by name. */
export interface OnnxEmitter {
  /** Adds a node and returns the name of its first output. An empty input name is left out. */
  node(
    type: string,
    inputs: readonly string[],
    attributes?: Record<string, OnnxAttribute | undefined>,
    options?: OnnxNodeOptions,
  ): string
  /** Adds a node and returns the names of all of its outputs. */
  nodes(
    type: string,
    inputs: readonly string[],
    attributes: Record<string, OnnxAttribute | undefined>,
    options: OnnxNodeOptions & { readonly outputs: number },
  ): readonly string[]
  /** The name of a constant; equal constants share one. */
  constant(tensor: Tensor): string
  /** The name of a constant int64 vector, the form in which ONNX takes axes and shapes. */
  integers(values: readonly number[]): string
}

export interface OnnxContext<Attributes> {
  readonly inputs: readonly string[]
  readonly inputTypes: readonly TensorType[]
  readonly outputTypes: readonly TensorType[]
  readonly attributes: Attributes
}

/** The ONNX form of an operation: emits its nodes and returns the names of its outputs. */
export type OnnxForm<Attributes> = (
  context: OnnxContext<Attributes>,
  emit: OnnxEmitter,
) => string | readonly string[]

/** An operation as a record. */
export interface Operation<Attributes, Vocabulary> {
  readonly name: string
  /** The types of the outputs. Throws ShapeError when the inputs do not fit. */
  readonly type: (
    inputs: readonly TensorType[],
    attributes: Attributes,
  ) => TensorType | readonly TensorType[]
  /** `'none'`: the outputs do not depend on the inputs in a differentiable way. */
  readonly gradient: GradientRule<Attributes, Vocabulary> | 'none'
  /**
   * The attributes with which the operation's one result is a constant times as large, for those
   * that can take on a factor without extra work.
   */
  readonly scaled?: (attributes: Attributes, factor: number) => object
  /** The type of the one ONNX node that equals the operation, or how to emit several. */
  readonly onnx: string | OnnxForm<Attributes>
}

/**
 * An operation whose attributes are not known. Walkers may pass it only the attributes of a node of
 * its own, `as never`.
 */
export type AnyOperation = Operation<never, never>
