/** CRC-32C (Castagnoli), the checksum of TFRecord files. Specification: RFC 3720, appendix B.4. */

/** The polynomial 0x1EDC6F41 with its bits in reverse. */
const polynomial = 0x82f63b78

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder >>> 1) ^ (remainder & 1 ? polynomial : 0)
  }
  return remainder
})

/** The checksum of bytes, 0 to 2^32 - 1. */
export const crc32c = (bytes: Uint8Array): number => {
  let remainder = 0xffffffff
  for (const byte of bytes) remainder = (remainder >>> 8) ^ table[(remainder ^ byte) & 0xff]!
  return (remainder ^ 0xffffffff) >>> 0
}
