import { describe, expect, test } from 'vitest'
import { createGraph, input, printGraph } from '../graph/graph.js'
import type { Value } from '../graph/value.js'
import { relu, reshape, transpose } from '../operations/index.js'
import { foldShapes } from './fold-shapes.js'

const x = input('x', { dtype: 'float32', shape: [1, 6, 4] })
const linesOf = (y: Value): string[] => printGraph(foldShapes(createGraph({ y }))).split('\n')

describe('what moves nothing', () => {
  test('is left out where the shape stays', () => {
    expect(linesOf(relu(reshape(relu(x), { shape: [1, 6, 4] })))).toEqual([
      'input %x: float32[1, 6, 4]',
      '%1: float32[1, 6, 4] = relu(%x)',
      '%2: float32[1, 6, 4] = relu(%1)',
      'output y = %2',
    ])
  })

  test('becomes one reshaping, transpositions of axes of size 1 among them', () => {
    const heads = transpose(reshape(x, { shape: [1, 6, 2, 2, 1] }), { axes: [1, 0, 4, 2, 3] })
    expect(linesOf(relu(reshape(heads, { shape: [6, 4] })))).toEqual([
      'input %x: float32[1, 6, 4]',
      '%1: float32[6, 4] = reshape(%x) {shape: [6, 4]}',
      '%2: float32[6, 4] = relu(%1)',
      'output y = %2',
    ])
  })

  test('there and back is nothing at all', () => {
    const there = reshape(x, { shape: [24] })
    expect(linesOf(relu(reshape(there, { shape: [1, 6, 4] })))).toEqual([
      'input %x: float32[1, 6, 4]',
      '%1: float32[1, 6, 4] = relu(%x)',
      'output y = %1',
    ])
  })

  test('stays where an output would be an input otherwise', () => {
    expect(linesOf(reshape(x, { shape: [1, 6, 4] }))).toContain(
      '%1: float32[1, 6, 4] = reshape(%x) {shape: [1, 6, 4]}',
    )
  })
})

test('a transposition that moves elements stays', () => {
  const graph = createGraph({ y: relu(transpose(x, { axes: [0, 2, 1] })) })
  expect(printGraph(foldShapes(graph))).toBe(printGraph(graph))
})
