import { describe, expect, test } from 'vitest'
import { createGraph, input, printGraph } from '../graph/graph.js'
import { matmul, mul, relu } from '../operations/index.js'
import { foldFactors } from './fold-factors.js'

const matrix = (name: string) => input(name, { dtype: 'float32', shape: [2, 2] })
const product = (scale?: number) =>
  matmul(matrix('a'), matrix('b'), scale === undefined ? {} : { scale })

describe('a product of matrices', () => {
  test('takes on a factor from either side, besides its own', () => {
    const y = relu(mul(3, mul(product(0.5), 2)))
    expect(printGraph(foldFactors(createGraph({ y })))).toBe(
      [
        'input %a: float32[2, 2]',
        'input %b: float32[2, 2]',
        '%2: float32[2, 2] = matmul(%a, %b) {scale: 3}',
        '%3: float32[2, 2] = relu(%2)',
        'output y = %3',
      ].join('\n'),
    )
  })

  test('keeps out of it where something else reads the product as it is', () => {
    const shared = product()
    const graph = createGraph({ y: mul(shared, 2), z: relu(shared) })
    expect(printGraph(foldFactors(graph))).toBe(printGraph(graph))
  })

  test('keeps out of it where the product is an output itself', () => {
    const shared = product()
    const graph = createGraph({ y: mul(shared, 2), shared })
    expect(printGraph(foldFactors(graph))).toBe(printGraph(graph))
  })

  test('does not take a tensor for a factor', () => {
    const graph = createGraph({ y: mul(product(), matrix('c')) })
    expect(printGraph(foldFactors(graph))).toBe(printGraph(graph))
  })
})
