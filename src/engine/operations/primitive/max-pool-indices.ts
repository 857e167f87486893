import type { Value } from '../../graph/value.js'
import { defineOperation, type Primitive } from '../define.js'
import { type Pooling, poolingAttributes, poolingType } from '../pooling.js'

/** The int64 positions in the flattened x of the elements that `maxPool` chooses. */
export const maxPoolIndices: Primitive<[x: Value], Pooling> = defineOperation({
  name: 'maxPoolIndices',
  type: (inputs, attributes) => ({ ...poolingType(inputs, attributes), dtype: 'int64' }),
  gradient: 'none',
  onnx: ({ inputs, attributes }, emit) =>
    emit.nodes('MaxPool', inputs, poolingAttributes(attributes), { outputs: 2 })[1]!,
})
