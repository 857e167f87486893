import { ShapeError } from '../../../errors.js'
import { float, type OnnxEmitter } from '../../graph/operation.js'
import type { Value } from '../../graph/value.js'
import { broadcastShapes, printShape, type Shape, sizeOf } from '../../tensor/shape.js'
import { tensorOf } from '../../tensor/tensor.js'
import { defineOperation, type Primitive } from '../define.js'
import { requireSameDType } from '../types.js'

export interface MatrixProduct {
  /** Takes the first operand with its last two axes exchanged. */
  readonly transposeA?: boolean
  /** Takes the second operand with its last two axes exchanged. */
  readonly transposeB?: boolean
  /** A factor of the product; 1 when left out. */
  readonly scale?: number
}

const exchange = (shape: Shape): Shape => [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!]

const emitTransposed = (emit: OnnxEmitter, name: string, shape: Shape): string =>
  emit.node('Transpose', [name], { perm: exchange(shape.map((_, axis) => axis)) })

/**
 * Multiplications from which on the first operand of a product is better transposed by itself. The
 * kernel, which reads it transposed, does so again for every few columns of the result: gradients of
 * weights took a fifth to a third longer. Below there is no difference.
 */
const manyMultiplications = 2 ** 26

/** Whether a product without outer axes is that large. */
const isLarge = (a: Shape, product: Shape): boolean =>
  a.length === 2 && product.length === 2 && sizeOf(a) * product[1]! >= manyMultiplications

/**
 * scale · a × b over the last two axes, [..., M, K] × [..., K, N] → [..., M, N]; the outer axes
 * broadcast. The transposed forms cost nothing: the kernel reads the operand as it lies.
 */
export const matmul: Primitive<[a: Value, b: Value], MatrixProduct> = defineOperation({
  name: 'matmul',
  type: ([a, b], { transposeA = false, transposeB = false }) => {
    const dtype = requireSameDType([a!, b!])
    if (a!.shape.length < 2 || b!.shape.length < 2) {
      throw new ShapeError(
        `expected at least two axes, got ${printShape(a!.shape)} × ${printShape(b!.shape)}; reshape a vector to one row`,
      )
    }
    const left = transposeA ? exchange(a!.shape) : a!.shape
    const right = transposeB ? exchange(b!.shape) : b!.shape
    if (left.at(-1) !== right.at(-2)) {
      const mend =
        left.at(-1) === right.at(-1)
          ? `. The second operand should start with ${left.at(-1)}; transpose it?`
          : ''
      throw new ShapeError(
        `the inner sizes differ: ${printShape(left)} × ${printShape(right)}${mend}`,
      )
    }
    const outer = broadcastShapes(left.slice(0, -2), right.slice(0, -2))
    return { dtype, shape: [...outer, left.at(-2)!, right.at(-1)!] }
  },
  gradient: (
    { inputs: [a, b], upstream, attributes: { transposeA = false, transposeB = false, scale = 1 } },
    { matmul, reshape },
  ) => {
    // With C = A B: dA = dC Bᵀ and dB = Aᵀ dC; a transposed operand exchanges the factors.
    const first = transposeA
      ? matmul(b!, upstream, { transposeA: transposeB, transposeB: true, scale })
      : matmul(upstream, b!, { transposeB: !transposeB, scale })
    if (b!.shape.length === 2 && a!.shape.length > 2 && !transposeA) {
      // One matrix for a batch: sum over the batch inside of the product.
      const rows = (x: Value) => reshape(x, { shape: [-1, x.shape.at(-1)!] })
      const [left, right] = [rows(a!), rows(upstream)]
      return [
        first,
        transposeB
          ? matmul(right, left, { transposeA: true, scale })
          : matmul(left, right, { transposeA: true, scale }),
      ]
    }
    const second = transposeB
      ? matmul(upstream, a!, { transposeA: true, transposeB: transposeA, scale })
      : matmul(a!, upstream, { transposeA: !transposeA, scale })
    return [first, second]
  },
  scaled: (attributes, factor) => ({ ...attributes, scale: (attributes.scale ?? 1) * factor }),
  onnx: (
    {
      inputs: [a, b],
      inputTypes: [aType, bType],
      outputTypes: [outputType],
      attributes: { transposeA = false, transposeB = false, scale = 1 },
    },
    emit,
  ) => {
    if (!transposeA && !transposeB && scale === 1) return emit.node('MatMul', [a!, b!])
    const fused = (left: string, transA: boolean): string =>
      emit.node(
        'FusedMatMul',
        [left, b!],
        { transA: transA ? 1 : 0, transB: transposeB ? 1 : 0, alpha: float(scale) },
        { domain: 'com.microsoft' },
      )
    if (aType!.dtype === 'float32' && transposeA && isLarge(aType!.shape, outputType!.shape)) {
      const shape = exchange(aType!.shape)
      // Without the outer axis the runtime would merge the two again.
      const left = emit.node('Reshape', [
        emitTransposed(emit, a!, aType!.shape),
        emit.integers([1, ...shape]),
      ])
      return emit.node('Reshape', [fused(left, false), emit.integers(outputType!.shape)])
    }
    if (aType!.dtype === 'float32') return fused(a!, transposeA)
    const left = transposeA ? emitTransposed(emit, a!, aType!.shape) : a!
    const right = transposeB ? emitTransposed(emit, b!, bType!.shape) : b!
    const product = emit.node('MatMul', [left, right])
    if (scale === 1) return product
    return emit.node('Mul', [product, emit.constant(tensorOf(aType!.dtype, [scale], []))])
  },
})
