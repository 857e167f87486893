import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createHeap } from './heap.js'

test('values come out in order, whatever the order of pushes and pops', () => {
  const step = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant('pop' as const))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = createHeap((a, b) => a > b)
      const sorted: number[] = []
      for (const value of steps) {
        if (value !== 'pop') {
          heap.push(value)
          sorted.push(value)
          sorted.sort((a, b) => b - a)
        } else if (sorted.length > 0) {
          expect(heap.pop()).toBe(sorted.shift())
        }
        expect(heap.size).toBe(sorted.length)
      }
    }),
    { seed: 1 },
  )
})
