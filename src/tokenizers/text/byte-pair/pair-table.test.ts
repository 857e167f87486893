import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPairTable } from './pair-table.js'

test('pairs get slots in the order of addition and keep them while the table grows', () => {
  const id = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2 ** 31 - 1 }))
  fc.assert(
    fc.property(fc.array(fc.tuple(id, id), { maxLength: 300 }), (pairs) => {
      const table = createPairTable(1)
      const slots = new Map<string, number>()
      for (const [left, right] of pairs) {
        const key = `${left} ${right}`
        expect(table.find(left, right)).toBe(slots.get(key) ?? -1)
        if (!slots.has(key)) slots.set(key, slots.size)
        expect(table.add(left, right)).toBe(slots.get(key))
      }
      expect(table.size).toBe(slots.size)
      for (const [key, slot] of slots) {
        expect(`${table.leftOf(slot)} ${table.rightOf(slot)}`).toBe(key)
      }
    }),
    { seed: 1 },
  )
})
