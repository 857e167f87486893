/**
 * Hashes of 64 bits, of texts that come in pieces, and a table of them whose memory is bounded.
 * Two lanes of 32 bits with other multipliers each, finished like MurmurHash3 (Appleby, public domain).
 */

export interface Hash64 {
  /** Both 0 to 2^32 - 1. */
  readonly high: number
  readonly low: number
}

export interface TextHash {
  add(text: string): void
  /** Adds a whole number of 32 bits. */
  addNumber(value: number): void
  value(): Hash64
}

const finish = (hash: number): number => {
  let x = hash
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}

/** Does not depend on where a text is cut. */
export const createTextHash = (): TextHash => {
  let high = 0x243f6a88
  let low = 0x85a308d3
  const addNumber = (value: number) => {
    high = Math.imul(high ^ value, 0x9e3779b1)
    high = (high << 13) | (high >>> 19)
    low = Math.imul(low ^ value, 0x01000193)
    low = ((low << 7) | (low >>> 25)) + 0x6d2b79f5
  }
  return {
    addNumber,
    add: (text) => {
      for (let index = 0; index < text.length; index++) addNumber(text.charCodeAt(index))
    },
    value: () => ({ high: finish(high), low: finish(low ^ (high >>> 1)) }),
  }
}

export interface HashTable {
  /** The number that was kept with a hash. */
  get(hash: Hash64): number | undefined
  /** Keeps a number with a hash that is new; false when the table is full. */
  add(hash: Hash64, value: number): boolean
}

/** Open addressing in typed arrays, 12 bytes a slot, which grow up to the bound. */
export const createHashTable = ({ mostEntries }: { mostEntries: number }): HashTable => {
  let slots = 2 ** 10
  let keys = new Uint32Array(2 * slots)
  let values = new Uint32Array(slots) // one more than the value; 0 is free
  let entries = 0
  const slotOf = ({ high, low }: Hash64): number => {
    let slot = (low ^ Math.imul(high, 0x9e3779b1)) & (slots - 1)
    while (values[slot] !== 0 && (keys[2 * slot] !== high || keys[2 * slot + 1] !== low)) {
      slot = (slot + 1) & (slots - 1)
    }
    return slot
  }
  const put = (slot: number, { high, low }: Hash64, value: number) => {
    keys[2 * slot] = high
    keys[2 * slot + 1] = low
    values[slot] = value
  }
  const grow = () => {
    const [oldKeys, oldValues] = [keys, values]
    slots *= 2
    keys = new Uint32Array(2 * slots)
    values = new Uint32Array(slots)
    for (const [slot, value] of oldValues.entries()) {
      if (value === 0) continue
      const hash = { high: oldKeys[2 * slot]!, low: oldKeys[2 * slot + 1]! }
      put(slotOf(hash), hash, value)
    }
  }
  return {
    get: (hash) => {
      const value = values[slotOf(hash)]!
      return value === 0 ? undefined : value - 1
    },
    add: (hash, value) => {
      const slot = slotOf(hash)
      if (values[slot] !== 0) return true
      if (entries >= mostEntries) return false
      entries++
      put(slot, hash, value + 1)
      if (entries > 0.7 * slots) grow()
      return true
    },
  }
}
