/** What the counterparts of ONNX operators are given, and how they refuse. */

import type { Value } from '../../../src/engine/graph/value.js'
import type { Tensor } from '../../../src/engine/tensor/tensor.js'

/** Why a case has no counterpart in the vocabulary. */
export class Unsupported extends Error {}

export const refuse = (reason: string): never => {
  throw new Unsupported(reason)
}

/** The attributes of a node, read by name with their defaults. */
export const readAttributes = (values: Readonly<Record<string, unknown>>) => ({
  number: (name: string, otherwise = 0) => (values[name] as number | undefined) ?? otherwise,
  flag: (name: string, otherwise = false) => Boolean(values[name] ?? otherwise),
  text: (name: string, otherwise = '') => (values[name] as string | undefined) ?? otherwise,
  list: (name: string) => values[name] as readonly number[] | undefined,
  has: (name: string) => values[name] !== undefined,
})

export type Attributes = ReturnType<typeof readAttributes>

/** An input of a node: as a value, and as the tensor that is fed for it. */
export interface OnnxInput {
  readonly value: Value
  readonly tensor: Tensor
}

export type Inputs = readonly (OnnxInput | undefined)[]

/** The node's outputs; undefined ones are not compared. */
export type OnnxOperator = (
  inputs: Inputs,
  attributes: Attributes,
  /** How many outputs the node asks for. */
  outputs: number,
) => Value | readonly (Value | undefined)[]

/** Operators by name. */
export type OnnxOperators = Readonly<Record<string, OnnxOperator>>
