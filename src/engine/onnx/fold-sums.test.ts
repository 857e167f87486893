import { describe, expect, test } from 'vitest'
import { createGraph, input, printGraph } from '../graph/graph.js'
import { add, mul, relu, rmsNorm } from '../operations/index.js'
import { foldSums } from './fold-sums.js'

const rows = (name: string) => input(name, { dtype: 'float32', shape: [4, 2] })
const scale = input('scale', { dtype: 'float32', shape: [2] })

const operationsOf = (...args: Parameters<typeof createGraph>): string[] =>
  foldSums(createGraph(...args))
    .nodes.map(({ operation }) => operation.name)
    .filter((name) => name !== 'input' && name !== 'constant')

describe('a sum of rows', () => {
  test('is one with its norm, and is there for others', () => {
    const sum = add(rows('a'), rows('b'))
    const y = add(sum, relu(rmsNorm(sum, scale, { epsilon: 0.1 })))
    expect(printGraph(foldSums(createGraph({ y })))).toBe(
      [
        'input %a: float32[4, 2]',
        'input %b: float32[4, 2]',
        'input %scale: float32[2]',
        '%3: float32[4, 2], %4: float32[4, 2] = addRmsNorm(%a, %b, %scale) {epsilon: 0.1}',
        '%5: float32[4, 2] = relu(%3)',
        '%6: float32[4, 2] = add(%4, %5)',
        'output y = %6',
      ].join('\n'),
    )
  })

  test('is one with the first of several norms', () => {
    const sum = add(rows('a'), rows('b'))
    const [y, z] = [rmsNorm(sum, scale), rmsNorm(sum, scale, { epsilon: 0.1 })]
    expect(operationsOf({ y, z })).toEqual(['addRmsNorm', 'rmsNorm'])
  })

  test('stays by itself where it broadcasts, has no two axes, or the scale is computed', () => {
    const broadcast = add(rows('a'), input('row', { dtype: 'float32', shape: [2] }))
    expect(operationsOf({ y: rmsNorm(broadcast, scale) })).toEqual(['add', 'rmsNorm'])
    const cube = (name: string) => input(name, { dtype: 'float32', shape: [3, 4, 2] })
    expect(operationsOf({ y: rmsNorm(add(cube('c'), cube('d')), scale) })).toEqual([
      'add',
      'rmsNorm',
    ])
    const sum = add(rows('a'), rows('b'))
    expect(operationsOf({ y: rmsNorm(sum, mul(scale, 2)) })).toEqual(['add', 'mul', 'rmsNorm'])
  })
})
