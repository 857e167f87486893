import { expect, test } from 'vitest'
import { StorageError } from '../../../errors.js'
import { byteCharacters, readSpelling } from './byte-level.js'

const spellBytes = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byteCharacters[byte]).join('')

test('bytes are spelt as in the vocabulary of GPT-2', () => {
  // ids 0 to 255 of GPT-2 are the printable bytes and then the others, each in order
  expect(spellBytes(new TextEncoder().encode('Hi all\n'))).toBe('HiĠallĊ')
  expect(spellBytes(new TextEncoder().encode('你好'))).toBe('ä½łå¥½')
  expect(byteCharacters[0]).toBe('Ā')
  expect(byteCharacters[0x20]).toBe('Ġ')
  expect(byteCharacters[0x7f]).toBe('ġ')
  expect(byteCharacters[0xa0]).toBe('ł')
  expect(byteCharacters[0xad]).toBe('Ń')
  expect(byteCharacters[0xff]).toBe('ÿ')
})

test('every byte has a character of its own and comes back from it', () => {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte)
  expect(new Set(byteCharacters).size).toBe(256)
  expect(readSpelling(spellBytes(all))).toEqual(all)
})

test('a spelling with other characters is refused', () => {
  expect(() => readSpelling('Ġ中')).toThrow(StorageError)
  expect(() => readSpelling('Ġ中')).toThrow(/"Ġ中".+found "中"/)
})
