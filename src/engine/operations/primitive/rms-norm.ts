import { ShapeError } from '../../../errors.js'
import { float } from '../../graph/operation.js'
import type { Value } from '../../graph/value.js'
import { isSameShape, printShape } from '../../tensor/shape.js'
import { defineOperation, type Primitive } from '../define.js'
import { emitInverseDeviation } from '../statistics.js'
import { requireFloat, requireSameDType } from '../types.js'

const defaultEpsilon = 1e-6

/**
 * The last axis scaled to unit root mean square (Zhang & Sennrich 2019): [..., width] and scale
 * [width] → [..., width].
 */
export const rmsNorm: Primitive<[x: Value, scale: Value], { epsilon?: number }> = defineOperation({
  name: 'rmsNorm',
  type: ([x, scale]) => {
    requireFloat(x!)
    requireSameDType([x!, scale!])
    if (!isSameShape(scale!.shape, x!.shape.slice(-1))) {
      throw new ShapeError(
        `expected a scale of shape ${printShape(x!.shape.slice(-1))}, got ${printShape(scale!.shape)}`,
      )
    }
    return x!
  },
  gradient: (
    { inputs: [x, scale], upstream, attributes: { epsilon = defaultEpsilon } },
    { add, matmul, mul, reshape, rsqrt, square, sub, sumOfSquares },
  ) => {
    // With r = 1 / rms: dx = r s dy - x r³ mean(s dy x), ds = r dy x. The kernel could hand out r
    // as well, but on WebGPU it hands out something else. Sums that are products with a vector
    // write nothing of the size of x.
    const width = scale!.shape[0]!
    const rows = { shape: [-1, width] }
    const [flat, flatUpstream] = [reshape(x!, rows), reshape(upstream, rows)]
    const squares = sumOfSquares(flat, { axes: [-1], keepAxes: true })
    const inverse = rsqrt(add(mul(squares, 1 / width), epsilon))
    const product = mul(flatUpstream, flat)
    const projection = matmul(product, reshape(scale!, { shape: [width, 1] }), { scale: 1 / width })
    const share = mul(projection, mul(square(inverse), inverse))
    const toX = sub(mul(mul(flatUpstream, scale!), inverse), mul(flat, share))
    const toScale = matmul(inverse, product, { transposeA: true })
    return [reshape(toX, { shape: x!.shape }), reshape(toScale, { shape: [width] })]
  },
  onnx: (
    { inputs: [x, scale], inputTypes: [type], attributes: { epsilon = defaultEpsilon } },
    emit,
  ) => {
    if (type!.dtype === 'float32') {
      const attributes = { axis: -1, epsilon: float(epsilon), stash_type: 1 }
      return emit.node('SimplifiedLayerNormalization', [x!, scale!], attributes)
    }
    // The kernel's statistics are float32; float64 takes the formula.
    const square = emit.node('Mul', [x!, x!])
    const inverse = emitInverseDeviation(emit, square, type!.dtype, epsilon)
    return emit.node('Mul', [emit.node('Mul', [x!, inverse]), scale!])
  },
})
