/** The numbers by which ONNX knows element types: TensorProto.DataType of onnx.proto. */

import type { DType } from '../tensor/dtype.js'

export const onnxDataTypes: { readonly [D in DType]: number } = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
  uint32: 12,
}
