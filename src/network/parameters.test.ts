import { expect, test } from 'vitest'
import { numbersOf } from '../engine/tensor/tensor.js'
import { normal, ones } from './initializers.js'
import { block } from './layers/index.js'
import {
  countParameters,
  initializeParameters,
  listParameters,
  mapParameters,
  parameter,
  parameterInputs,
} from './parameters.js'

const tree = {
  table: parameter([5, 3], normal(1)),
  layers: [{ scale: parameter([3], ones) }, { scale: parameter([3], ones), bias: parameter([3]) }],
  none: [],
}

test('parameters are named by their path, in the order of the tree', () => {
  expect([...listParameters(tree).keys()]).toEqual([
    'table',
    'layers.0.scale',
    'layers.1.scale',
    'layers.1.bias',
  ])
  expect([...listParameters(tree, 'average/model').keys()][1]).toBe('average/model.layers.0.scale')
  expect([...listParameters(parameter([2]), 'alone').keys()]).toEqual(['alone'])
})

test('counts every element once', () => {
  expect(countParameters(tree)).toBe(5 * 3 + 3 + 3 + 3)
  // 12 · width² and two norms of a block, and the scales of queries and keys.
  expect(countParameters(block({ width: 8, heads: 2 }).parameters)).toBe(12 * 64 + 2 * 8 + 2 * 4)
})

test('first values are those of the initializers', () => {
  const tensors = initializeParameters(tree, { seed: 1 })
  expect(numbersOf(tensors['layers.0.scale']!)).toEqual([1, 1, 1])
  expect(numbersOf(tensors['layers.1.bias']!)).toEqual([0, 0, 0])
  expect(tensors.table!.shape).toEqual([5, 3])
})

test('first values depend on the seed and the name alone', () => {
  const { table } = initializeParameters(tree, { seed: 1 })
  const others = { before: parameter([7], normal(1)), ...tree }
  expect(initializeParameters(others, { seed: 1 }).table).toEqual(table)
  expect(initializeParameters(tree, { seed: 2 }).table).not.toEqual(table)
  const renamed = initializeParameters({ other: tree.table }, { seed: 1 })
  expect(renamed.other!.data).not.toEqual(table!.data)
  const { 'inner.table': inner } = initializeParameters(tree, { seed: 1, prefix: 'inner' })
  expect(inner!.data).not.toEqual(table!.data)
})

test('inputs stand where the parameters do and bear their names', () => {
  const { values, inputs } = parameterInputs(tree, 'model')
  expect(values.layers[1]!.bias).toBe(inputs.get('model.layers.1.bias'))
  expect(values.table.type).toEqual({ dtype: 'float32', shape: [5, 3] })
  expect(inputs.size).toBe(4)
})

test('a map keeps the form of the tree', () => {
  expect(mapParameters(tree, (name, { shape }) => `${name} ${shape}`)).toEqual({
    table: 'table 5,3',
    layers: [{ scale: 'layers.0.scale 3' }, { scale: 'layers.1.scale 3', bias: 'layers.1.bias 3' }],
    none: [],
  })
})
