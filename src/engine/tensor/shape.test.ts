import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../errors.js'
import {
  broadcastShapes,
  isSameShape,
  ofRank,
  resolveAxes,
  resolveAxis,
  type Shape,
  sizeOf,
} from './shape.js'

describe('sizeOf', () => {
  it('is the number of elements, 1 for a scalar', () => {
    expect([sizeOf([]), sizeOf([7]), sizeOf([2, 3, 5]), sizeOf([2, 0])]).toEqual([1, 7, 30, 0])
  })
})

describe('isSameShape', () => {
  it('compares ranks as well as sizes', () => {
    expect(isSameShape([2, 3], [2, 3])).toBe(true)
    expect(isSameShape([2, 3], [3, 2])).toBe(false)
    expect(isSameShape([1], [])).toBe(false)
  })
})

describe('axes', () => {
  it('may count from the end', () => {
    expect(resolveAxis(-1, 3)).toBe(2)
    expect(resolveAxes([-1, 0], 3)).toEqual([0, 2])
    expect(resolveAxes(undefined, 2)).toEqual([0, 1])
    expect(resolveAxes([], 2)).toEqual([])
  })

  it('are refused out of range, as fractions and twice', () => {
    expect(() => resolveAxis(3, 3)).toThrow(new ShapeError('axis 3 is out of range for 3 axes'))
    expect(() => resolveAxis(-4, 3)).toThrow('axis -4 is out of range')
    expect(() => resolveAxis(0.5, 3)).toThrow('axis 0.5 is out of range')
    expect(() => resolveAxes([1, -1], 2)).toThrow('an axis is named twice: [1, -1]')
  })
})

describe('broadcastShapes', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 })

  it('aligns at the end and repeats sizes of 1', () => {
    expect(broadcastShapes([2, 1, 5], [3, 1])).toEqual([2, 3, 5])
    expect(broadcastShapes([], [2], [3, 1])).toEqual([3, 2])
    expect(broadcastShapes()).toEqual([])
  })

  it('names the shapes that do not fit', () => {
    expect(() => broadcastShapes([2, 3], [2])).toThrow(
      'the shapes do not broadcast: [2, 3] and [2]; aligned at the end, sizes must be equal or 1',
    )
  })

  it('gives back any shape from two halves that were made from it', () => {
    fc.assert(
      fc.property(sizes, fc.array(fc.boolean()), fc.nat(4), (shape, ones, dropped) => {
        const some: Shape = shape.map((size, axis) => (ones[axis] ? 1 : size))
        const others: Shape = shape.map((size, axis) => (ones[axis] ? size : 1))
        const lead = others.findIndex((size) => size !== 1)
        const shorter = others.slice(Math.min(dropped, lead < 0 ? others.length : lead))
        expect(broadcastShapes(some, shorter)).toEqual(shape)
        expect(broadcastShapes(shorter, some)).toEqual(shape)
      }),
    )
  })

  it('agrees with a naive rule about whether shapes fit', () => {
    fc.assert(
      fc.property(sizes, sizes, (a, b) => {
        const rank = Math.max(a.length, b.length)
        const at = (shape: Shape, axis: number) => shape[axis - rank + shape.length] ?? 1
        const axes = Array.from({ length: rank }, (_, axis) => axis)
        const isFitting = axes.every((axis) => {
          const pair = new Set([at(a, axis), at(b, axis)])
          return pair.size === 1 || pair.has(1)
        })
        if (!isFitting) expect(() => broadcastShapes(a, b)).toThrow(ShapeError)
        else {
          const larger = axes.map((axis) => Math.max(at(a, axis), at(b, axis)))
          expect(broadcastShapes(a, b)).toEqual(larger)
        }
      }),
    )
  })
})

describe('a shape of a rank', () => {
  it('is told by its sizes, and no other shape is', () => {
    const [rows, columns] = ofRank([2, 3], 2)
    expect([rows, columns]).toEqual([2, 3])
    expect(() => ofRank([2, 3], 4)).toThrow('expected a shape of 4 axes, got [2, 3]')
  })
})
