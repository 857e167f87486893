import { ShapeError } from '../../../errors.js'
import type { Value } from '../../graph/value.js'
import { isSameShape, printShape } from '../../tensor/shape.js'
import { defineOperation, type Primitive } from '../define.js'
import { onnxDataTypes } from '../onnx-data-types.js'
import { emitTurn } from '../turn.js'
import { requireFloat, requireInteger, requireSameDType } from '../types.js'

/**
 * Rotary positions (Su et al. 2021) that are not known before the graph runs: turns each pair
 * (xᵢ, xᵢ₊D/2) of x [batch, heads, time, D] by the angle of its token's place, a row [batch, time]
 * of the tables of cosines and sines [places, D/2]. The angles get no gradient.
 */
export const rotaryAt: Primitive<[x: Value, places: Value, cosines: Value, sines: Value]> =
  defineOperation({
    name: 'rotaryAt',
    type: ([x, places, cosines, sines]) => {
      requireFloat(x!)
      requireInteger(places!)
      requireSameDType([x!, cosines!, sines!])
      const [batch, , time, width] = x!.shape
      if (x!.shape.length !== 4 || width! % 2 !== 0) {
        throw new ShapeError(
          `expected [batch, heads, time, even width], got ${printShape(x!.shape)}`,
        )
      }
      if (!isSameShape(places!.shape, [batch!, time!])) {
        throw new ShapeError(
          `expected places of shape ${printShape([batch!, time!])}, got ${printShape(places!.shape)}`,
        )
      }
      for (const { shape } of [cosines!, sines!]) {
        if (shape.length !== 2 || shape[1] !== width! / 2 || shape[0] !== cosines!.shape[0]) {
          throw new ShapeError(
            `expected tables of shape [places, ${width! / 2}], got ${printShape(shape)}`,
          )
        }
      }
      return x!
    },
    // The transposed rotation is the rotation by the opposite angle.
    gradient: ({ inputs: [, places, cosines, sines], upstream }, { neg, rotaryAt }) => [
      rotaryAt(upstream, places!, cosines!, neg(sines!)),
      undefined,
      undefined,
      undefined,
    ],
    onnx: ({ inputs: [x, places, cosines, sines], inputTypes: [type, placesType] }, emit) => {
      if (type!.dtype === 'float32') {
        // The kernel takes int64 places alone.
        const rows =
          placesType!.dtype === 'int64'
            ? places!
            : emit.node('Cast', [places!], { to: onnxDataTypes.int64 })
        const inputs = [x!, rows, cosines!, sines!]
        return emit.node('RotaryEmbedding', inputs, {}, { domain: 'com.microsoft' })
      }
      /** [batch, time, D/2] → [batch, 1, time, D/2]. */
      const angles = (table: string) =>
        emit.node('Unsqueeze', [emit.node('Gather', [table, places!]), emit.integers([1])])
      return emitTurn(emit, x!, {
        half: type!.shape[3]! / 2,
        cosines: angles(cosines!),
        sines: angles(sines!),
      })
    },
  })
