/**
 * Widens the two 16-bit floating-point formats to float32, exactly: IEEE 754 binary16 (F16) and the
 * upper half of a float32 (BF16).
 */

/** The float32 values of F16 bit patterns. */
export const widenFloat16 = (bits: Uint16Array): Float32Array<ArrayBuffer> => {
  const wide = new Float32Array(bits.length)
  for (let index = 0; index < bits.length; index++) wide[index] = float16(bits[index]!)
  return wide
}

/** The float32 values of BF16 bit patterns. */
export const widenBfloat16 = (bits: Uint16Array): Float32Array<ArrayBuffer> => {
  const wide = new Uint32Array(bits.length)
  for (let index = 0; index < bits.length; index++) wide[index] = bits[index]! << 16
  return new Float32Array(wide.buffer)
}

/** 1 bit sign, 5 bits exponent with bias 15, 10 bits fraction. */
const float16 = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >>> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
