/**
 * A hash table from pairs of token ids to slots 0, 1, 2, ... in the order of addition, so that
 * callers keep what belongs to a pair in arrays of their own. Open addressing over typed arrays:
 * a lookup makes no garbage, and a pair takes 16 to 24 bytes.
 */

export interface PairTable {
  /** Pairs added so far: the next new slot. */
  readonly size: number
  /** The slot of a pair, -1 where it was never added. */
  find(left: number, right: number): number
  /** The slot of a pair, new where it was never added. */
  add(left: number, right: number): number
  leftOf(slot: number): number
  rightOf(slot: number): number
}

/** A copy of an array with room for more, zeros behind the old values. */
export const grow = (array: Int32Array, length: number): Int32Array<ArrayBuffer> => {
  const grown = new Int32Array(length)
  grown.set(array)
  return grown
}

/** An empty table; `expected` pairs fit before it grows. */
export const createPairTable = (expected = 1024): PairTable => {
  let capacity = 2 ** Math.ceil(Math.log2(Math.max(expected, 16)))
  let lefts = new Int32Array(capacity)
  let rights = new Int32Array(capacity)
  // At most half full. A place holds a slot + 1; 0 is an empty place.
  let places = new Int32Array(2 * capacity)
  let size = 0

  const placeOf = (left: number, right: number): number => {
    const mask = places.length - 1
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)
    hash ^= hash >>> 15
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const slot = places[place]! - 1
      if (slot < 0 || (lefts[slot] === left && rights[slot] === right)) return place
    }
  }

  const enlarge = () => {
    capacity *= 2
    lefts = grow(lefts, capacity)
    rights = grow(rights, capacity)
    places = new Int32Array(2 * capacity)
    for (let slot = 0; slot < size; slot++) places[placeOf(lefts[slot]!, rights[slot]!)] = slot + 1
  }

  return {
    get size() {
      return size
    },
    find: (left, right) => places[placeOf(left, right)]! - 1,
    add: (left, right) => {
      let place = placeOf(left, right)
      if (places[place] !== 0) return places[place]! - 1
      if (size === capacity) {
        enlarge()
        place = placeOf(left, right)
      }
      lefts[size] = left
      rights[size] = right
      places[place] = ++size
      return size - 1
    },
    leftOf: (slot) => lefts[slot]!,
    rightOf: (slot) => rights[slot]!,
  }
}
