import { ShapeError } from '../../../errors.js'
import type { Value } from '../../graph/value.js'
import { isSameShape, printShape } from '../../tensor/shape.js'
import { defineOperation, type Primitive } from '../define.js'
import { emitTurn } from '../turn.js'
import { requireFloat, requireSameDType } from '../types.js'

/**
 * Rotary positions (Su et al. 2021): turns each pair (xᵢ, xᵢ₊D/2) of x [batch, heads, time, D] by an
 * angle of its place, given as cosines and sines [time, D/2]. The angles get no gradient.
 */
export const rotary: Primitive<[x: Value, cosines: Value, sines: Value]> = defineOperation({
  name: 'rotary',
  type: ([x, cosines, sines]) => {
    requireFloat(x!)
    requireSameDType([x!, cosines!, sines!])
    const [, , time, width] = x!.shape
    if (x!.shape.length !== 4 || width! % 2 !== 0) {
      throw new ShapeError(`expected [batch, heads, time, even width], got ${printShape(x!.shape)}`)
    }
    for (const { shape } of [cosines!, sines!]) {
      if (!isSameShape(shape, [time!, width! / 2])) {
        throw new ShapeError(
          `expected angles of shape ${printShape([time!, width! / 2])}, got ${printShape(shape)}`,
        )
      }
    }
    return x!
  },
  // The transposed rotation is the rotation by the opposite angle.
  gradient: ({ inputs: [, cosines, sines], upstream }, { neg, rotary }) => [
    rotary(upstream, cosines!, neg(sines!)),
    undefined,
    undefined,
  ],
  onnx: ({ inputs: [x, cosines, sines], inputTypes: [type] }, emit) => {
    if (type!.dtype === 'float32') {
      // The second operand is the place of the first row: the angles are those of x already.
      const inputs = [x!, emit.integers([0]), cosines!, sines!]
      return emit.node('RotaryEmbedding', inputs, {}, { domain: 'com.microsoft' })
    }
    return emitTurn(emit, x!, { half: type!.shape[3]! / 2, cosines: cosines!, sines: sines! })
  },
})
