import { ShapeError } from '../../../errors.js'
import type { Value } from '../../graph/value.js'
import { printShape, resolveAxis } from '../../tensor/shape.js'
import { defineOperationWithOutputs, type Primitive } from '../define.js'

type Splitting = Primitive<[x: Value], { axis: number; sizes: readonly number[] }, readonly Value[]>

/** The same with as many results as there are sizes. */
interface Split {
  <const Sizes extends readonly number[]>(
    x: Value,
    attributes: { readonly axis: number; readonly sizes: Sizes },
  ): { readonly [Part in keyof Sizes]: Value }
  readonly operation: Splitting['operation']
}

const splitting: Splitting = defineOperationWithOutputs({
  name: 'split',
  type: ([x], { axis, sizes }) => {
    const { dtype, shape } = x!
    const resolved = resolveAxis(axis, shape.length)
    if (sizes.reduce((sum, size) => sum + size, 0) !== shape[resolved]) {
      throw new ShapeError(
        `the sizes ${printShape(sizes)} do not add up to axis ${axis} of ${printShape(shape)}`,
      )
    }
    return sizes.map((size) => ({
      dtype,
      shape: shape.map((old, other) => (other === resolved ? size : old)),
    }))
  },
  gradient: ({ outputs, upstreams, attributes: { axis } }, { concat, fill }) => [
    concat(...outputs.map(({ type }, index) => upstreams[index] ?? fill(type, 0)), { axis }),
  ],
  onnx: ({ inputs: [x], attributes: { axis, sizes } }, emit) =>
    emit.nodes('Split', [x!, emit.integers(sizes)], { axis }, { outputs: sizes.length }),
})

/** x cut along an axis into parts of the given sizes. */
// The type rule gives each size a part.
export const split = splitting as Split
