/**
 * The table of GPT-2 (Radford et al. 2019) that writes every byte as one printable character, so
 * that any byte string can stand in a JSON vocabulary: a space is Ġ, a line feed is Ċ.
 */

import { StorageError } from '../../../errors.js'

/** Printable bytes of Latin-1 stand for themselves. */
const isPrintable = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae

/** The character of every byte, by byte; those that cannot be printed follow U+0100 in order. */
export const byteCharacters: readonly string[] = (() => {
  let unprintable = 0
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(isPrintable(byte) ? byte : 0x100 + unprintable++),
  )
})()

const bytesByCharacter = new Map(byteCharacters.map((character, byte) => [character, byte]))

/** The bytes that byte-level characters spell. Throws StorageError on any other character. */
export const readSpelling = (spelling: string): Uint8Array =>
  Uint8Array.from(spelling.split(''), (character) => {
    const byte = bytesByCharacter.get(character)
    if (byte === undefined) {
      throw new StorageError(
        `token ${JSON.stringify(spelling)}: expected byte-level characters, found ` +
          `${JSON.stringify(character)}. A token that is not spelt in bytes must be a special token.`,
      )
    }
    return byte
  })
