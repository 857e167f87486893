/** Turns the record of an operation into the function that applies it. */

import { ShapeError } from '../../errors.js'
import { constant } from '../graph/graph.js'
import type { Operation } from '../graph/operation.js'
import { currentScope, locateError } from '../graph/scope.js'
import { createNode, isValue, type Value } from '../graph/value.js'
import { type DType, isFloat } from '../tensor/dtype.js'
import { numbersOf, tensorOf } from '../tensor/tensor.js'
import type { Vocabulary } from './vocabulary.js'

/**
 * A value, or a number that becomes a scalar constant of the other operands' dtype, truth values
 * aside; float32 when all operands are numbers or truth values.
 */
export type Operand = Value | number

type Arguments<Inputs extends readonly Operand[], Attributes> =
  Record<never, never> extends Attributes
    ? [...inputs: Inputs, ...attributes: [] | [Attributes]]
    : [...inputs: Inputs, attributes: Attributes]

/** A primitive operation: a function of values that carries its own record. */
export interface Primitive<
  Inputs extends readonly Operand[] = readonly Operand[],
  Attributes extends object = Record<never, never>,
  Result extends Value | readonly Value[] = Value,
> {
  (...operands: Arguments<Inputs, Attributes>): Result
  readonly operation: Operation<Attributes, Vocabulary>
}

/** A function of one value. */
export type Unary = Primitive<[x: Operand]>

/** A function of two values that broadcast. */
export type Binary = Primitive<[a: Operand, b: Operand]>

/** Throws ShapeError for a number that the dtype, one of integers, does not have. */
const scalarOf = (dtype: DType, number: number): Value => {
  const isHeld = () =>
    Number.isInteger(number) && numbersOf(tensorOf(dtype, [number]))[0] === number
  if (!isFloat(dtype) && !isHeld()) {
    throw new ShapeError(`expected a whole number that ${dtype} can hold, got ${number}`)
  }
  return constant(tensorOf(dtype, [number], []))
}

const toValues = (operands: readonly Operand[]): Value[] => {
  const dtype = operands.filter(isValue).find((value) => value.dtype !== 'bool')?.dtype ?? 'float32'
  return operands.map((operand) => (isValue(operand) ? operand : scalarOf(dtype, operand)))
}

const apply = <Attributes extends object>(
  operation: Operation<Attributes, Vocabulary>,
  operands: readonly unknown[],
): readonly Value[] => {
  const last = operands[operands.length - 1]
  const hasAttributes = typeof last === 'object' && last !== null && !isValue(last)
  // Whoever calls was held to the type of the operation, here and below.
  const attributes = (hasAttributes ? last : {}) as Attributes
  try {
    const inputs = toValues((hasAttributes ? operands.slice(0, -1) : operands) as Operand[])
    const types = operation.type(
      inputs.map(({ type }) => type),
      attributes,
    )
    const outputTypes = 'dtype' in types ? [types] : types
    return createNode({ operation, inputs, attributes, scope: currentScope() }, outputTypes).outputs
  } catch (error) {
    throw locateError(error, operation.name)
  }
}

/** Defines an operation with one output. */
export const defineOperation = <
  Inputs extends readonly Operand[],
  Attributes extends object = Record<never, never>,
>(
  operation: Operation<Attributes, Vocabulary>,
): Primitive<Inputs, Attributes> =>
  Object.assign((...operands: unknown[]) => apply(operation, operands)[0]!, { operation })

/** Defines an operation with several outputs. */
export const defineOperationWithOutputs = <
  Inputs extends readonly Operand[],
  Attributes extends object,
  Outputs extends readonly Value[],
>(
  operation: Operation<Attributes, Vocabulary>,
): Primitive<Inputs, Attributes, Outputs> =>
  // There are as many outputs as the operation has types for.
  Object.assign((...operands: unknown[]) => apply(operation, operands) as Outputs, { operation })
