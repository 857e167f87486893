import { expect, test } from 'vitest'
import { crc32c } from './crc32c.js'

const hexadecimal = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))

test.each<[string, Uint8Array, number]>([
  ['32 zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['32 ascending bytes', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
  ['32 descending bytes', Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
  [
    'an iSCSI read command',
    hexadecimal(
      '01c00000000000000000000000000000140000000000040000000014000000182800000000000000' +
        '0200000000000000',
    ),
    0xd9963a56,
  ],
])('the checksum of %s is the one of RFC 3720, appendix B.4', (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected)
})

test('the check value of the catalogue of CRC algorithms', () => {
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283)
  expect(crc32c(new Uint8Array())).toBe(0)
})
