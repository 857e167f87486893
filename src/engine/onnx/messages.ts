/** The messages of ONNX files that the engine writes, by the field numbers of onnx.proto (IR 10). */

import type { OnnxAttribute } from '../graph/operation.js'
import { onnxDataTypes } from '../operations/onnx-data-types.js'
import type { DType } from '../tensor/dtype.js'
import type { Tensor } from '../tensor/tensor.js'
import { createMessage, type MessageWriter } from './protobuf.js'

/** AttributeProto.AttributeType */
const attributeTypes = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7 } as const

const bytesOf = ({ data }: Tensor): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/** TensorProto; the elements as raw little-endian bytes. */
export const tensorMessage = (name: string, tensor: Tensor): MessageWriter =>
  createMessage()
    .packedVarints(1, tensor.shape)
    .varint(2, onnxDataTypes[tensor.dtype])
    .string(8, name)
    .bytes(9, bytesOf(tensor))

/** What an input or output is; sizes that a model takes as they come have names. */
export interface OnnxType {
  readonly dtype: DType
  readonly shape: readonly (number | string)[]
}

/** ValueInfoProto: a name with a dtype and a shape. */
export const valueInfoMessage = (name: string, { dtype, shape }: OnnxType): MessageWriter => {
  const shapeMessage = createMessage()
  for (const size of shape) {
    const dimension = createMessage()
    shapeMessage.message(
      1,
      typeof size === 'string' ? dimension.string(2, size) : dimension.varint(1, size),
    )
  }
  const tensorType = createMessage().varint(1, onnxDataTypes[dtype]).message(2, shapeMessage)
  return createMessage().string(1, name).message(2, createMessage().message(1, tensorType))
}

const attributeMessage = (name: string, value: OnnxAttribute): MessageWriter => {
  const message = createMessage().string(1, name)
  const finish = (type: keyof typeof attributeTypes) => message.varint(20, attributeTypes[type])
  if (typeof value === 'string') {
    message.string(4, value)
    return finish('string')
  }
  if (typeof value === 'number' || typeof value === 'boolean') {
    message.varint(3, Number(value))
    return finish('int')
  }
  if ('float' in value) {
    if (typeof value.float === 'number') {
      message.float(2, value.float)
      return finish('float')
    }
    message.packedFloats(7, value.float)
    return finish('floats')
  }
  if ('dtype' in value) {
    message.message(5, tensorMessage('', value))
    return finish('tensor')
  }
  message.packedVarints(8, value)
  return finish('ints')
}

export interface OnnxNode {
  readonly type: string
  readonly name: string
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, OnnxAttribute | undefined>>
}

/** NodeProto */
export const nodeMessage = (node: OnnxNode): MessageWriter => {
  const message = createMessage()
  for (const name of node.inputs) message.string(1, name)
  for (const name of node.outputs) message.string(2, name)
  message.string(3, node.name).string(4, node.type)
  for (const [name, value] of Object.entries(node.attributes)) {
    if (value !== undefined) message.message(5, attributeMessage(name, value))
  }
  return node.domain === '' ? message : message.string(7, node.domain)
}

export interface OnnxModel {
  readonly nodes: readonly OnnxNode[]
  readonly initializers: ReadonlyMap<string, Tensor>
  readonly inputs: Readonly<Record<string, OnnxType>>
  readonly outputs: Readonly<Record<string, OnnxType>>
  /** The version of each operator set in use, by domain; the standard one is ''. */
  readonly operatorSets: Readonly<Record<string, number>>
}

const irVersion = 10

/** The bytes of a ModelProto. */
export const encodeModel = (model: OnnxModel): Uint8Array<ArrayBuffer> => {
  const graph = createMessage()
  for (const node of model.nodes) graph.message(1, nodeMessage(node))
  graph.string(2, 'tesserae')
  for (const [name, tensor] of model.initializers) graph.message(5, tensorMessage(name, tensor))
  for (const [name, type] of Object.entries(model.inputs)) {
    graph.message(11, valueInfoMessage(name, type))
  }
  for (const [name, type] of Object.entries(model.outputs)) {
    graph.message(12, valueInfoMessage(name, type))
  }
  const message = createMessage().varint(1, irVersion).string(2, 'tesserae').message(7, graph)
  for (const [domain, version] of Object.entries(model.operatorSets)) {
    message.message(8, createMessage().string(1, domain).varint(2, version))
  }
  return message.finish()
}
