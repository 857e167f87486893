import { describe, expect, it } from 'vitest'
import { createArray, dtypes, isFloat, viewArray } from './dtype.js'
import {
  copyTensor,
  createTensor,
  numbersOf,
  ofDtype,
  printType,
  tensorOf,
  zeroTensor,
} from './tensor.js'

describe('a tensor', () => {
  it('is refused when its data does not fill its shape', () => {
    expect(() => createTensor('float32', [2, 3], new Float32Array(5))).toThrow(
      'tensor: the shape [2, 3] has 6 elements, the data 5',
    )
  })

  it('is a vector when made of numbers without a shape', () => {
    expect(tensorOf('float32', [1, 2])).toEqual({
      dtype: 'float32',
      shape: [2],
      data: Float32Array.of(1, 2),
    })
  })

  it.each(dtypes)('of %s holds whole numbers and gives them back', (dtype) => {
    const tensor = tensorOf(dtype, [0, 1, 1], [3, 1])
    expect(numbersOf(tensor)).toEqual([0, 1, 1])
    expect(tensor.data).toHaveLength(3)
    expect(numbersOf(zeroTensor({ dtype, shape: [2] }))).toEqual([0, 0])
  })

  it('is of its own dtype and of no other', () => {
    const tensor = tensorOf('int32', [1, 2])
    expect(ofDtype(tensor, 'int32')).toBe(tensor)
    expect(() => ofDtype(tensor, 'float32')).toThrow('expected a tensor of float32, got int32[2]')
  })

  it('stays as it is when its copy changes', () => {
    const tensor = tensorOf('float32', [1, 2])
    const copy = copyTensor(tensor)
    copy.data[0] = 7
    expect([numbersOf(tensor), numbersOf(copy)]).toEqual([
      [1, 2],
      [7, 2],
    ])
  })

  it('wraps numbers that its dtype cannot hold, as typed arrays do', () => {
    expect(numbersOf(tensorOf('uint8', [257, -1]))).toEqual([1, 255])
    expect(numbersOf(tensorOf('int64', [-(2 ** 40)]))).toEqual([-(2 ** 40)])
  })

  it('prints its type as dtype and shape', () => {
    expect(printType(tensorOf('int64', [1], []))).toBe('int64[]')
    expect(printType({ dtype: 'bool', shape: [2, 3] })).toBe('bool[2, 3]')
  })
})

describe('arrays of a dtype', () => {
  it('can be views of existing bytes', () => {
    const bytes = createArray('float32', 4)
    viewArray('float32', bytes.buffer, 8, 2).fill(7)
    expect(Array.from(bytes)).toEqual([0, 0, 7, 7])
  })

  it('are floating point for two dtypes', () => {
    expect(dtypes.filter(isFloat)).toEqual(['float32', 'float64'])
  })
})
