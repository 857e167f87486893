/**
 * Puts `<phone>` in the place of telephone numbers: Chinese mobile, land-line and service numbers,
 * North American ones, and any with a plus and country code. Other runs of digits stay: dates,
 * versions, sums, book numbers. A national number of another country without its code is not seen.
 */

import { replaceCounted, type TextFilter } from './filter.js'

/** Sources of one pattern: their separators are its groups 1 to 3. */
const numbers = [
  // +44 20 7946 0958, +1 (202) 555-0143, +8613812345678: 9 to 15 digits (ITU-T E.164).
  String.raw`\+[1-9](?:[ -]?\(?\d\)?){8,14}`,
  // 138 1234 5678, 0086-13812345678
  String.raw`(?:0086[ -]?)?1[3-9]\d([ -]?)\d{4}\1\d{4}`,
  // 010-12345678, (021) 8765 4321, 0755-1234567-801
  String.raw`(?:0\d{2,3}[ -]|\(0\d{2,3}\)[ -]?|（0\d{2,3}）)(?:\d{7,8}|\d{4}[ -]\d{4})(?:-\d{1,4})?`,
  // 400-820-8820, 800-1234-567
  String.raw`[48]00([ -])(?:\d{3}\2\d{4}|\d{4}\2\d{3})`,
  // 202-555-0143, 202.555.0143, (202) 555-0143, 1-202-555-0143
  String.raw`(?:1[-. ])?(?:[2-9]\d{2}([-.])[2-9]\d{2}\3\d{4}|\([2-9]\d{2}\) ?[2-9]\d{2}-\d{4})`,
]

/** Neither a longer number, a word, a decimal fraction nor a part of a code such as an ISBN. */
const pattern = new RegExp(`(?<![\\w+]|\\d[-./:])(?:${numbers.join('|')})(?![\\w]|[-./:]\\d)`, 'g')

export const createTelephoneMask = (): TextFilter => ({
  name: 'telephone numbers',
  change: (piece) => replaceCounted(piece, pattern, '<phone>'),
})
