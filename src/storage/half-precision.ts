/**
 * The two 16-bit floating-point formats: IEEE 754 binary16 (F16) and the upper half of a float32
 * (BF16). Both widen to float32 exactly; float32 narrows to F16 with rounding.
 */

/** The float32 values of F16 bit patterns. */
export const widenFloat16 = (bits: Uint16Array): Float32Array<ArrayBuffer> => {
  // Looked up: millions of weights, computed one by one, would be most of what loading a model takes.
  allFloat16 ??= Float32Array.from({ length: 0x10000 }, (_, pattern) => float16(pattern))
  const table = allFloat16
  const wide = new Float32Array(bits.length)
  for (let index = 0; index < bits.length; index++) wide[index] = table[bits[index]!]!
  return wide
}

/** The number that each bit pattern means, once somebody has asked. */
let allFloat16: Float32Array | undefined

/** The float32 values of BF16 bit patterns. */
export const widenBfloat16 = (bits: Uint16Array): Float32Array<ArrayBuffer> => {
  const wide = new Uint32Array(bits.length)
  for (let index = 0; index < bits.length; index++) wide[index] = bits[index]! << 16
  return new Float32Array(wide.buffer)
}

/**
 * The F16 bit patterns nearest to float32 values, the even one of two that are equally near. From
 * 65520 on that is infinity; who must not have one compares.
 */
export const narrowFloat16 = (values: Float32Array): Uint16Array<ArrayBuffer> => {
  const bits = new Uint32Array(values.slice().buffer)
  return Uint16Array.from(bits, narrowBits)
}

const oneNumber = new Float32Array(1)
const bitsOfOne = new Uint32Array(oneNumber.buffer)

/** The number nearest to one of float32 that F16 has. */
export const roundToFloat16 = (value: number): number => {
  oneNumber[0] = value
  return float16(narrowBits(bitsOfOne[0]!))
}

/** float32: 1 bit sign, 8 bits exponent with bias 127, 23 bits fraction. */
const narrowBits = (bits: number): number => {
  const sign = (bits >>> 16) & 0x8000
  const magnitude = bits & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7e00 // not a number
  if (magnitude >= 0x38800000) {
    // From 2⁻¹⁴ on: 13 bits of fraction go, and rounding carries into the exponent by itself.
    const rounded = (magnitude + 0xfff + ((magnitude >>> 13) & 1)) >>> 13
    return sign | Math.min(rounded - ((127 - 15) << 10), 0x7c00)
  }
  // Subnormal: a whole number of 2⁻²⁴, which the fraction with its hidden bit is shifted to.
  const shift = 126 - (magnitude >>> 23)
  if (shift > 24) return sign // below half of 2⁻²⁴
  const fraction = (magnitude & 0x7fffff) | 0x800000
  const half = 2 ** (shift - 1)
  return sign | ((fraction + half - 1 + ((fraction >>> shift) & 1)) >>> shift)
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
