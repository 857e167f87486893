/** Products of matrices as ONNX has them, also of vectors. */

import * as o from '../../../../src/engine/operations/index.js'
import type { OnnxOperators } from '../node.js'

export const products: OnnxOperators = {
  Gemm: ([a, b, c], attributes) => {
    const product = o.matmul(a!.value, b!.value, {
      transposeA: attributes.flag('transA'),
      transposeB: attributes.flag('transB'),
      scale: attributes.number('alpha', 1),
    })
    return c === undefined ? product : o.add(product, o.mul(c.value, attributes.number('beta', 1)))
  },
  MatMul: ([a, b]) => {
    const row = a!.value.shape.length === 1
    const column = b!.value.shape.length === 1
    const left = row ? o.reshape(a!.value, { shape: [1, -1] }) : a!.value
    const right = column ? o.reshape(b!.value, { shape: [-1, 1] }) : b!.value
    const product = o.matmul(left, right)
    const shape = product.shape.filter(
      (_, axis, { length }) => !(row && axis === length - 2) && !(column && axis === length - 1),
    )
    return o.reshape(product, { shape })
  },
}
