import { describe, expect, test } from 'vitest'
import { factorSize, standInsFor } from './free-dimension.js'

describe('stand-ins', () => {
  test('are told from fixed sizes, from each other and from their sums', () => {
    const usual = standInsFor([], 3)
    const fixed = [usual[0]!, 3 * usual[1]!, usual[1]! + usual[2]!, 768, 0]
    const found = standInsFor(fixed, 4)
    expect(found).toHaveLength(4)
    const sums = found.flatMap((a, index) => found.slice(index + 1).map((b) => a + b))
    for (const size of [...found, ...sums]) {
      for (const other of [...fixed.filter((size) => size > 0), ...found, ...sums]) {
        if (other !== size) expect(`${other} % ${size} = ${other % size}`).not.toMatch(/ = 0$/)
      }
    }
  })
})

describe('a size', () => {
  const [batch, time] = standInsFor([], 2) as [number, number]
  const dimensions = [
    { name: 'batch', standIn: batch, input: 'ids', axis: 0 },
    { name: 'time', standIn: time, input: 'ids', axis: 1 },
  ]
  const partsOf = (size: number) => {
    const { factor, free } = factorSize(size, dimensions)
    return [factor, ...free.map(({ name }) => name)]
  }

  test('is a fixed factor times free dimensions', () => {
    expect(partsOf(7 * batch * time)).toEqual([7, 'batch', 'time'])
    expect(partsOf(time * time)).toEqual([1, 'time', 'time'])
    expect(partsOf(768)).toEqual([768])
    expect(partsOf(0)).toEqual([0])
  })
})
